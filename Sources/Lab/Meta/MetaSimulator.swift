import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization
public import Transport

/// The simulated Graph API, served over HTTP, and the sender of its webhooks; scripts and the demo page play the customers.
///
/// All calls may come from any task at any time; each is one step of `MetaCore`.
public final class MetaSimulator: Sendable {
    private struct State {
        var core: MetaCore
        var callbackURL: String?
        var isReachable = true
        var isEnding = false
    }

    private struct ConnectionCut: Error {}

    private let state: Mutex<State>
    private let clock: LabClock
    private let wire: WireLog
    private let client: HTTPClient
    let changes = ChangeSignal()

    init(_ core: MetaCore, clock: LabClock, wire: WireLog, client: HTTPClient) {
        var core = core
        // Nothing is delivered before the connector's address is known.
        core.webhooks.isPaused = true
        state = Mutex(State(core: core))
        self.clock = clock
        self.wire = wire
        self.client = client
    }

    // MARK: The Graph API

    /// Answers a request to the Graph API.
    ///
    /// - Parameter path: The path below the base URL; begins with the version.
    public func answer(_ request: HTTPRequest, path: String) async -> HTTPAnswer {
        guard let body = try? await request.body.collect(upTo: 1 << 20) else { return .response(.text(.payloadTooLarge, "too large")) }
        let graphRequest = GraphRequest(
            method: request.method.rawValue, path: path,
            query: Dictionary(request.query.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
            authorization: request.headers.first(name: "Authorization"), body: Array(body.readableBytesView))
        wire.add(.meta, .fromService, "\(graphRequest.method) \(path)", try? LabJSON(parsing: graphRequest.body))
        let now = clock.now()
        let reply = state.withLock { $0.core.reply(to: graphRequest, now: now) }
        changes.signal()
        if reply.followsWebhooks { await settle() }
        if reply.delay > 0 { try? await clock.sleep(for: .milliseconds(reply.delay)) }
        return await answer(reply, to: graphRequest)
    }

    private func answer(_ reply: GraphReply, to request: GraphRequest) async -> HTTPAnswer {
        switch reply.kind {
        case .json(let status, let body):
            wire.add(.meta, .toService, "\(status) \(request.path)", body)
            return .response(
                HTTPResponse(
                    status: HTTPResponseStatus(statusCode: status), headers: ["Content-Type": "application/json; charset=UTF-8"],
                    body: .bytes(ByteBuffer(string: body.text(.escaped)))))
        case .page(let status):
            wire.add(.meta, .toService, "\(status) \(request.path), HTML", nil)
            return .response(
                HTTPResponse(
                    status: HTTPResponseStatus(statusCode: status), headers: ["Content-Type": "text/html; charset=utf-8"],
                    body: .bytes(ByteBuffer(string: "<!doctype html><title>Error</title><h1>Sorry, something went wrong.</h1>"))))
        case .drop:
            wire.add(.meta, .toService, "connection cut, \(request.path)", nil)
            return .response(HTTPResponse(status: .ok, body: .stream(length: 1_000) { _ in throw ConnectionCut() }))
        case .hang:
            wire.add(.meta, .toService, "no answer, \(request.path)", nil)
            // Until the peer gives up, which cancels this task, or the lab ends.
            await waitForEnd()
            return .response(HTTPResponse(status: .ok, body: .stream(length: 1_000) { _ in throw ConnectionCut() }))
        }
    }

    private func waitForEnd() async {
        while !Task.isCancelled {
            let version = changes.version
            if state.withLock({ $0.isEnding }) { return }
            await changes.wait(after: version)
        }
    }

    /// Lets go of the requests that are kept without an answer.
    func end() { change { $0.isEnding = true } }

    // MARK: Webhooks

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

    // MARK: Customers

    /// A customer sends something to a number; the webhook follows at once, or after `delay` milliseconds.
    ///
    /// - Parameters:
    ///   - customer: The customer's key.
    ///   - number: The phone number ID; the first number if nil.
    ///   - written: When it was written, in milliseconds since 1970 UTC, for messages that Meta held back.
    /// - Returns: The wamid.
    /// - Throws: `LabError` for an unknown customer or number.
    @discardableResult
    public func send(_ content: MetaContent, from customer: String, to number: String? = nil, written: Int64? = nil, delay: Int64 = 0) throws
        -> String
    {
        let now = clock.now()
        defer { changes.signal() }
        return try state.withLock { state in
            try state.core.receive(content, from: customer, to: number, written: written, delay: delay, now: now)
        }
    }

    /// Reports a status of an accepted message now, whatever the ladder says.
    ///
    /// - Throws: `LabError` for a message that was never accepted.
    public func report(_ status: String, of wamid: String, errorCode: Int? = nil) throws {
        let now = clock.now()
        defer { changes.signal() }
        try state.withLock { try $0.core.report(status, of: wamid, errorCode: errorCode, now: now) }
    }

    /// Sends a webhook with a change of any field and value.
    public func notify(field: String, value: LabJSON) {
        let now = clock.now()
        change { $0.core.notify(field: field, value: value, now: now) }
    }

    // MARK: Faults and looks

    /// Plans a fault, after those planned before.
    public func plan(_ fault: MetaFault) { change { $0.core.faults.append(fault) } }

    /// Forgets the planned faults.
    public func clearFaults() { change { $0.core.faults = [] } }

    /// How it behaves from now on.
    public var options: MetaOptions {
        get { state.withLock { $0.core.options } }
        set { change { $0.core.options = newValue } }
    }

    /// The access tokens that are accepted.
    public var accessTokens: Set<String> {
        get { state.withLock { $0.core.accessTokens } }
        set { change { $0.core.accessTokens = newValue } }
    }

    /// The app secret that webhooks are signed with.
    public var appSecret: String {
        get { state.withLock { $0.core.appSecret } }
        set { change { $0.core.appSecret = newValue } }
    }

    /// Whether connections are taken at all; heeded where the Graph API has a listener of its own.
    public var isReachable: Bool {
        get { state.withLock { $0.isReachable } }
        set { change { $0.isReachable = newValue } }
    }

    /// Returns when `isReachable` has the value, or when cancelled.
    func waitUntil(isReachable value: Bool) async {
        while !Task.isCancelled {
            let version = changes.version
            if isReachable == value { return }
            await changes.wait(after: version)
        }
    }

    /// The customers.
    public var customers: [MetaCustomer] {
        get { state.withLock { $0.core.customers } }
        set { change { $0.core.customers = newValue } }
    }

    /// The business numbers.
    public var numbers: [MetaNumber] { state.withLock { $0.core.numbers } }

    /// What the connector sent and the simulator accepted, in order.
    public var accepted: [MetaMessage] { state.withLock { $0.core.accepted } }

    /// The messages of one chat, in order; of the first number if none is given.
    public func chat(of customer: String, number: String? = nil) -> [MetaMessage] {
        state.withLock { state in state.core.chat(of: customer, number: number ?? state.core.numbers.first?.id ?? "") }
    }

    /// When a chat's customer service window ends, in milliseconds since 1970 UTC; nil if the customer never wrote.
    public func windowEnd(customer: String, number: String? = nil) -> Int64? {
        state.withLock { state in state.core.windowEnd(customer: customer, number: number ?? state.core.numbers.first?.id ?? "") }
    }

    /// The messages that the connector marked as read.
    public var markedRead: Set<String> { state.withLock { $0.core.markedRead } }

    /// Webhook POSTs that were answered 200, and those that were given up after seven days.
    public var webhookCounts: (answered: Int, givenUp: Int) { state.withLock { ($0.core.webhooks.answered, $0.core.webhooks.givenUp) } }

    /// How the customers' messages reached the connector, by wamid, in the order it happened.
    public var handovers: [MetaHandover] { state.withLock { $0.core.webhooks.handovers } }

    /// Whether the connector answered 200 to a POST with this message of a customer.
    public func hasAcknowledged(_ wamid: String) -> Bool { state.withLock { $0.core.webhooks.acknowledged.contains(wamid) } }

    /// Whether nothing is left to be delivered, now or later.
    public var isIdle: Bool { state.withLock { $0.core.webhooks.isIdle } }

    /// Returns once the condition holds; it is looked at after every step.
    ///
    /// - Throws: `LabError` if it does not within the time-out, which is real time.
    public func wait(
        until what: String, timeout: Duration = .seconds(30), _ condition: @escaping @Sendable (MetaSimulator) -> Bool
    ) async throws {
        try await changes.wait(until: what, timeout: timeout) { condition(self) }
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        changes.signal()
    }
}
