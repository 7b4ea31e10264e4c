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
                let (deliveries, due) = state.withLock { state in (state.core.fire(now: now), state.core.nextDue) }
                for delivery in deliveries {
                    if let url = delivery.url {
                        group.addTask { await self.deliver(delivery, to: url) }
                    } else {
                        state.withLock { $0.core.webhooks.dropped() }
                    }
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

    /// Asks at the app's callback for its challenge, as Meta does when the address is set; returns whether it passed.
    public func verifyCallback(token: String) async -> Bool {
        guard let url = callbackURL else { return false }
        return await troubleOfHandshake(at: url, token: token) == nil
    }

    /// Asks at an address for its challenge; returns what came instead, or nil if it came.
    func troubleOfHandshake(at url: String, token: String) async -> String? {
        let challenge = state.withLock { $0.core.random.digits(10) }
        let query = "hub.mode=subscribe&hub.challenge=\(challenge)&hub.verify_token=\(Self.percentEncoded(token))"
        let response = try? await client.execute(HTTPClientRequest(url: "\(url)?\(query)"), timeout: .seconds(5))
        guard let response else { return "no answer" }
        guard response.status == .ok else { return "HTTP status code \(response.status.code)" }
        guard let body = try? await response.body.collect(upTo: 1_024), String(buffer: body) == challenge else { return "not the challenge" }
        return nil
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            return character.isASCII && (character.isLetter || character.isNumber || "-._~".contains(character))
                ? String(character) : "%" + [byte].hex.uppercased()
        }.joined()
    }

    /// Where webhooks go that no subscription takes elsewhere; while there is no address at all they wait.
    public var callbackURL: String? {
        get { state.withLock { $0.core.callbacks.app } }
        set { change { $0.core.callbacks.app = newValue } }
    }

    /// Where the account's webhooks go instead, after a subscription with an override; nil without one.
    public var accountCallbackURL: String? { state.withLock { $0.core.callbacks.accounts[$0.core.waba] } }

    /// Whether the connector's app is subscribed to the account's webhooks.
    public var isSubscribed: Bool { state.withLock { $0.core.isSubscribed } }
}
