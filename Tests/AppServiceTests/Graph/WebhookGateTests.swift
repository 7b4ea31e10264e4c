import Bridge
import Crypto
import Logging
import NIOCore
import NIOHTTP1
import Protocol
import Synchronization
import Testing
import Transport

@testable import AppService

/// Who may post besides the app itself: a shared service, and Meta at a number's own address.
@Suite("Who may post to the webhook") struct WebhookGateTests {
    private static let now = Moment(milliseconds: 1_790_000_000_000)
    private static let seconds = now.milliseconds / 1_000
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    // MARK: The check itself

    @Test("Every secret is tried, whichever fits, and only by the check", arguments: [[], [0], [2], [0, 1, 2], [1, 2]] as [[Int]])
    func allSecrets(_ fitting: [Int]) throws {
        let signature = try #require(WebhookSignature(header: "sha256=" + WebhookSignatureTests.underFirst))
        var tried: [SymmetricKey] = []
        let secrets = ["a", "b", "c"]
        let isValid = signature.isValid(for: ByteBuffer(string: "x"), secrets: (secrets + [""]).map { Secret($0) }) { _, _, key in
            tried.append(key)
            return fitting.contains(tried.count - 1)
        }
        #expect(isValid == !fitting.isEmpty)
        #expect(tried == secrets.map { SymmetricKey(data: Array($0.utf8)) })
    }

    // MARK: A shared service

    private static func relayKey(_ id: String, _ byte: UInt8, until: Moment? = nil) -> RelayKey {
        RelayKey(id: id, secret: Secret(Base64URL.text(Array(repeating: byte, count: 32))), until: until)
    }

    private static let body = #"{"object":"whatsapp_business_account","x":"\u00e4"}"#

    private static func relayed(_ id: String = "k1", _ byte: UInt8 = 1, _ text: String = body, at time: Int64 = seconds) -> String {
        RelaySignature(Array(text.utf8), keyID: id, key: SymmetricKey(data: Array(repeating: byte, count: 32)), time: time).header
    }

    struct Relay: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What is answered with no key, with one, and with two.
        var statuses: [Int]
        var headers: HTTPHeaders

        init(_ name: String, _ statuses: [Int], _ value: String) {
            self.init(name, statuses, ["X-Relay-Signature": value])
        }

        init(_ name: String, _ statuses: [Int], _ headers: HTTPHeaders) {
            testDescription = name
            self.statuses = statuses
            self.headers = headers
        }
    }

    private static let right = relayed()
    private static let zeros = String(repeating: "0", count: 64)
    private static let hub =
        "sha256="
        + HMAC<SHA256>.authenticationCode(for: Array(body.utf8), using: SymmetricKey(data: Array("app".utf8)))
        .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()

    static let relays = [
        Relay("right", [401, 200, 200], right),
        Relay("of the second key", [401, 401, 200], relayed("k2", 2)),
        Relay("of a third key", [401, 401, 401], relayed("k3", 3)),
        Relay("with the name of another key", [401, 401, 401], relayed("k2", 1)),
        Relay("of a key that no longer counts", [401, 401, 401], relayed("old", 9)),
        Relay("capital digits", [401, 200, 200], right.prefix(right.utf8.count - 64) + right.suffix(64).uppercased()),
        Relay("of another body", [401, 401, 401], relayed("k1", 1, body + "\n")),
        Relay("of the body without escapes", [401, 401, 401], relayed("k1", 1, #"{"object":"whatsapp_business_account","x":"ä"}"#)),
        Relay("of the body with a byte order mark", [401, 401, 401], relayed("k1", 1, "\u{FEFF}" + body)),
        Relay("five minutes old", [401, 200, 200], relayed(at: seconds - 300)),
        Relay("five minutes ahead", [401, 200, 200], relayed(at: seconds + 300)),
        Relay("too old", [401, 401, 401], relayed(at: seconds - 301)),
        Relay("too far ahead", [401, 401, 401], relayed(at: seconds + 301)),
        Relay("another moment than was signed", [401, 401, 401], right.replacing("t=\(seconds)", with: "t=\(seconds + 1)")),
        Relay("empty", [401, 401, 401], ""),
        Relay("no moment", [401, 401, 401], right.replacing("t=\(seconds)", with: "t=")),
        Relay("parts in another order", [401, 401, 401], "kid=k1,t=\(seconds),v1=\(right.suffix(64))"),
        Relay("a blank", [401, 401, 401], right.replacing(",", with: ", ")),
        Relay("a digit less", [401, 401, 401], String(right.dropLast())),
        Relay("a digit more", [401, 401, 401], right + "0"),
        Relay("no digit", [401, 401, 401], right.dropLast() + "g"),
        Relay("zeros", [401, 401, 401], "t=\(seconds),kid=k1,v1=\(zeros)"),
        Relay("two codes", [401, 401, 401], right + ",v1=\(zeros)"),
        Relay("a list", [401, 401, 401], "\(right), \(right)"),
        Relay("twice", [401, 401, 401], ["X-Relay-Signature": right, "x-relay-signature": right]),
        Relay("in the other field", [401, 401, 401], ["X-Hub-Signature-256": right]),
        Relay("missing", [401, 401, 401], [:] as HTTPHeaders),
        // A shared service passes Meta's on, made with a secret of its own app; only its own counts then.
        Relay("right, with another app's of Meta's", [401, 200, 200], ["X-Relay-Signature": right, "X-Hub-Signature-256": "sha256=\(zeros)"]),
        Relay("wrong, with the right one of Meta's", [401, 401, 401], ["X-Relay-Signature": relayed("k1", 7), "X-Hub-Signature-256": hub]),
        Relay("unreadable, with the right one of Meta's", [401, 401, 401], ["X-Relay-Signature": "x", "X-Hub-Signature-256": hub]),
        Relay("only the right one of Meta's", [200, 200, 200], ["X-Hub-Signature-256": hub]),
    ]

    @Test("A shared service's signature counts under its own key, near its moment, for these bytes", arguments: relays)
    func relay(_ relay: Relay) async {
        let old = Self.relayKey("old", 9, until: Self.now)
        for (count, status) in relay.statuses.enumerated() {
            let keys = [Self.relayKey("k1", 1), Self.relayKey("k2", 2)].prefix(count) + [old]
            #expect(await Self.post(relay.headers, WebhookSenders(appSecrets: [Secret("app")], relayKeys: Array(keys))) == status, "\(count) keys")
        }
        // Neither secret nor key: nobody may post.
        #expect(await Self.post(relay.headers, WebhookSenders(appSecrets: [Secret("")], relayKeys: [old])) == 403)
    }

    /// Posts the body; fails if it is kept though it was refused, or the other way round.
    private static func post(_ headers: HTTPHeaders, _ senders: WebhookSenders) async -> Int {
        let kept = Mutex<[[UInt8]]>([])
        let endpoint = WebhookEndpoint(
            senders: { senders }, verifyToken: { nil }, clock: MovableClock(standingAt: now), logger: logger,
            append: { body, _ in kept.withLock { $0.append(body) } })
        let request = HTTPRequest(method: .POST, uri: "/d/i/webhook", headers: headers, body: HTTPRequestBody(ByteBuffer(string: body)))
        let status = await endpoint.respond(to: request).status.code
        #expect(kept.withLock { $0 } == (status == 200 ? [Array(body.utf8)] : []))
        return Int(status)
    }

    // MARK: A number's own address

    private static let paths = [
        DirectPath(number: PhoneNumberID(rawValue: "N1"), account: "W1", path: Secret("Fj3-KpQ_9sXw2LrT0vBnYA"), verifyToken: Secret("one")),
        DirectPath(number: PhoneNumberID(rawValue: "N2"), account: "W1", path: Secret("aB4-KpQ_9sXw2LrT0vBnYA"), verifyToken: Secret("two")),
        DirectPath(
            number: PhoneNumberID(rawValue: "N3"), account: "W1", path: Secret("pending9sXw2LrT0vBnYA"), verifyToken: Secret("three"), isPending: true
        ),
    ]

    private static func change(_ number: String?, field: String = "messages") -> String {
        let metadata = number.map { #""metadata":{"display_phone_number":"1","phone_number_id":"\#($0)"},"# } ?? ""
        return #"{"field":"\#(field)","value":{\#(metadata)"messaging_product":"whatsapp","messages":[]}}"#
    }

    private static func notification(_ account: String = "W1", _ changes: [String] = [change("N1")], object: String = "whatsapp_business_account")
        -> String
    {
        #"{"object":"\#(object)","entry":[{"id":"\#(account)","changes":[\#(changes.joined(separator: ","))]}]}"#
    }

    struct Direct: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var status: Int
        var segment = "Fj3-KpQ_9sXw2LrT0vBnYA"
        var body = notification()
    }

    static let directs = [
        Direct(testDescription: "right", status: 200),
        Direct(testDescription: "no segment", status: 404, segment: ""),
        Direct(testDescription: "a segment that is none", status: 404, segment: "AAAAAAAAAAAAAAAAAAAAAA"),
        Direct(testDescription: "a part of the segment", status: 404, segment: "Fj3-KpQ_9sXw2LrT0vBnY"),
        Direct(testDescription: "more than the segment", status: 404, segment: "Fj3-KpQ_9sXw2LrT0vBnYAA"),
        Direct(testDescription: "the segment in other letters", status: 404, segment: "fJ3-kPq_9SxW2lRt0VbNya"),
        Direct(testDescription: "the other number's segment", status: 403, segment: "aB4-KpQ_9sXw2LrT0vBnYA"),
        Direct(testDescription: "a number that is still being joined", status: 503, segment: "pending9sXw2LrT0vBnYA"),
        Direct(testDescription: "another account", status: 403, body: notification("W2")),
        Direct(testDescription: "another number", status: 403, body: notification("W1", [change("N2")])),
        Direct(testDescription: "another number beside", status: 403, body: notification("W1", [change("N1"), change("N2")])),
        Direct(testDescription: "no number", status: 403, body: notification("W1", [change(nil)])),
        Direct(testDescription: "what an account is told of", status: 403, body: notification("W1", [change("N1", field: "account_update")])),
        Direct(testDescription: "an unknown field", status: 403, body: notification("W1", [change("N1", field: "other")])),
        Direct(testDescription: "no change", status: 403, body: notification("W1", [])),
        Direct(testDescription: "no entry", status: 403, body: #"{"object":"whatsapp_business_account","entry":[]}"#),
        Direct(testDescription: "another object", status: 403, body: notification(object: "instagram")),
        Direct(testDescription: "no JSON", status: 403, body: "hello"),
        Direct(testDescription: "nothing", status: 403, body: ""),
    ]

    @Test("At a number's own address only what is about this number is taken", arguments: directs)
    func direct(_ direct: Direct) async {
        let kept = Mutex<[[UInt8]]>([])
        let webhook = DirectWebhook(
            paths: { Self.paths }, clock: MovableClock(standingAt: Self.now), logger: Self.logger,
            append: { body, _ in kept.withLock { $0.append(body) } })
        let request = HTTPRequest(method: .POST, uri: "/d/i/webhook/x", body: HTTPRequestBody(ByteBuffer(string: direct.body)))
        #expect(await webhook.respond(to: request, at: direct.segment).status.code == direct.status)
        #expect(kept.withLock { $0 } == (direct.status == 200 ? [Array(direct.body.utf8)] : []))
    }

    @Test("A number's own address shakes hands with the number's own token only")
    func handshake() async {
        let webhook = DirectWebhook(paths: { Self.paths }, clock: MovableClock(standingAt: Self.now), logger: Self.logger, append: { _, _ in })
        for path in Self.paths {
            for token in ["one", "two", "three", "", "One"] {
                let query = "hub.mode=subscribe&hub.challenge=1&hub.verify_token=\(token)"
                let response = await webhook.respond(to: HTTPRequest(method: .GET, uri: "/d/i/webhook/x?\(query)"), at: path.path.revealed)
                #expect(response.status.code == (Secret(token) == path.verifyToken ? 200 : 403), "\(path.number.rawValue) \(token)")
            }
        }
    }

    @Test("A number's own address has 128 random bits")
    func random() throws {
        let paths = (0..<1_000).map { _ in DirectPath.random(for: PhoneNumberID(rawValue: "N1"), of: "W1").path.revealed }
        #expect(Set(paths).count == 1_000)
        #expect(paths.allSatisfy { Base64URL.bytes($0)?.count == 16 })
        // Every bit is one in about half of them.
        var ones = [Int](repeating: 0, count: 128)
        for bytes in paths.compactMap(Base64URL.bytes) {
            for bit in 0..<128 where bytes[bit / 8] >> UInt8(bit % 8) & 1 == 1 { ones[bit] += 1 }
        }
        #expect(ones.allSatisfy { (350...650).contains($0) })
    }
}
