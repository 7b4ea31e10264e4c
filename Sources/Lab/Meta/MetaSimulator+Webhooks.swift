import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization
import Transport

extension MetaSimulator {
    /// Delivers webhooks until cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let version = changes.version
                let now = clock.now()
                let (deliveries, url, due) = state.withLock { state in
                    (state.core.fire(now: now), state.callbackURL, state.core.nextDue)
                }
                if let url {
                    for delivery in deliveries { group.addTask { await self.deliver(delivery, to: url) } }
                }
                if deliveries.isEmpty { await changes.wait(after: version, until: due, on: clock) } else { changes.signal() }
            }
        }
    }

    private func deliver(_ delivery: MetaDelivery, to url: String) async {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "facebookexternalua")
        if let signature = delivery.signature { request.headers.add(name: "X-Hub-Signature-256", value: signature) }
        request.body = .bytes(ByteBuffer(bytes: delivery.body))
        let attempt = delivery.attempt > 1 ? ", attempt \(delivery.attempt)" : ""
        wire.add(.meta, .toService, "webhook\(attempt)", try? LabJSON(parsing: delivery.body))
        let status = try? await client.execute(request, timeout: .seconds(10)).status.code
        wire.add(.meta, .fromService, "webhook \(status.map { "\($0)" } ?? "not answered")", nil)
        let now = clock.now()
        state.withLock { $0.core.finished(delivery, status: status.map { Int($0) }, now: now) }
        changes.signal()
    }

    /// Returns when every webhook that is due has been answered, or put off because it failed.
    public func settle() async {
        while !Task.isCancelled {
            let version = changes.version
            let now = clock.now()
            if state.withLock({ $0.core.webhooks.isSettled(now: now, $0.core.options) }) { return }
            await changes.wait(after: version)
        }
    }

    /// Asks the connector for its challenge, as Meta does when the address is set; returns whether it passed.
    public func verifyCallback(token: String) async -> Bool {
        let challenge = state.withLock { $0.core.random.digits(10) }
        guard let url = state.withLock({ $0.callbackURL }) else { return false }
        let query = "hub.mode=subscribe&hub.challenge=\(challenge)&hub.verify_token=\(Self.percentEncoded(token))"
        let response = try? await client.execute(HTTPClientRequest(url: "\(url)?\(query)"), timeout: .seconds(10))
        guard let response, response.status == .ok, let body = try? await response.body.collect(upTo: 1_024) else { return false }
        return String(buffer: body) == challenge
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            return character.isASCII && (character.isLetter || character.isNumber || "-._~".contains(character))
                ? String(character) : "%" + [byte].hex.uppercased()
        }.joined()
    }

    /// Where webhooks go; while it is nil they wait.
    public var callbackURL: String? {
        get { state.withLock { $0.callbackURL } }
        set {
            change { state in
                state.callbackURL = newValue
                state.core.webhooks.isPaused = newValue == nil
            }
        }
    }
}
