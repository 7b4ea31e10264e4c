import AppService
import Bridge
import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Transport

/// A clock that stands still.
private struct StandingClock: WallClock {
    var moment = Moment(milliseconds: 1_790_000_000_123)

    func now() -> Moment { moment }
    func sleep(until moment: Moment) async throws {}
}

/// Keeps what an endpoint hands on, or refuses to.
private final class NotificationInbox: Sendable {
    struct Full: Error {}

    private let kept = Mutex<[([UInt8], Moment)]>([])
    private let observed = Mutex<[WebhookEndpoint.Outcome]>([])
    let isFull: Bool

    init(isFull: Bool = false) { self.isFull = isFull }

    var bodies: [[UInt8]] { kept.withLock { $0.map(\.0) } }
    var moments: [Moment] { kept.withLock { $0.map(\.1) } }
    var outcomes: [WebhookEndpoint.Outcome] { observed.withLock { $0 } }

    func endpoint(secrets: [String] = ["first-secret", "second-secret"], verifyToken: String? = "let-me-in") -> WebhookEndpoint {
        WebhookEndpoint(
            senders: { WebhookSenders(appSecrets: secrets.map { Secret($0) }) },
            verifyToken: { verifyToken.map { Secret($0) } },
            clock: StandingClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            observe: { outcome in self.observed.withLock { $0.append(outcome) } },
            append: { body, moment in
                if self.isFull { throw Full() }
                self.kept.withLock { $0.append((body, moment)) }
            }
        )
    }
}

@Suite struct WebhookEndpointTests {
    struct Post: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var body = WebhookSignatureTests.escaped
        var headers: HTTPHeaders = ["X-Hub-Signature-256": "sha256=" + WebhookSignatureTests.underFirst]
        var secrets = ["first-secret", "second-secret"]
        var status: HTTPResponseStatus
        var outcome: WebhookEndpoint.Outcome
    }

    static let posts = [
        Post(testDescription: "signed by the first secret", status: .ok, outcome: .stored),
        Post(
            testDescription: "signed by the second secret, header's name in lower case",
            headers: ["x-hub-signature-256": "sha256=" + WebhookSignatureTests.underSecond.uppercased()],
            status: .ok,
            outcome: .stored
        ),
        Post(
            testDescription: "not JSON at all, but signed",
            body: "",
            headers: ["X-Hub-Signature-256": "sha256=271539289f4d957d3f6380f2531e083f73682246cc940cfbaffd093e3bcaeeb3"],
            status: .ok,
            outcome: .stored
        ),
        Post(testDescription: "without signature", headers: [:], status: .unauthorized, outcome: .signatureMissing),
        Post(
            testDescription: "with the old signature only",
            headers: ["X-Hub-Signature": "sha1=0000000000000000000000000000000000000000"],
            status: .unauthorized,
            outcome: .signatureMissing
        ),
        Post(
            testDescription: "truncated signature",
            headers: ["X-Hub-Signature-256": "sha256=" + WebhookSignatureTests.underFirst.dropLast()],
            status: .unauthorized,
            outcome: .signatureMissing
        ),
        Post(
            testDescription: "two signatures, one of them right",
            headers: [
                "X-Hub-Signature-256": "sha256=" + WebhookSignatureTests.underFirst,
                "x-hub-signature-256": "sha256=" + WebhookSignatureTests.underSecond,
            ],
            status: .unauthorized,
            outcome: .signatureMissing
        ),
        Post(testDescription: "another body", body: WebhookSignatureTests.escaped + " ", status: .unauthorized, outcome: .signatureWrong),
        Post(testDescription: "another secret", secrets: ["other"], status: .unauthorized, outcome: .signatureWrong),
        Post(testDescription: "nothing configured", secrets: [], status: .forbidden, outcome: .nobodyMayPost),
        Post(
            testDescription: "only an empty secret configured",
            body: "{}",
            headers: ["X-Hub-Signature-256": "sha256=22f8eea909400af98adf3681a9f31923ef6b7fcba4abb553d92823a3e9d5c25e"],
            secrets: [""],
            status: .forbidden,
            outcome: .nobodyMayPost
        ),
    ]

    @Test("A notification is kept byte by byte if it is signed, and not at all otherwise", arguments: posts)
    func notification(post: Post) async throws {
        let inbox = NotificationInbox()
        let request = HTTPRequest(method: .POST, uri: "/d/i/webhook", headers: post.headers, body: HTTPRequestBody(ByteBuffer(string: post.body)))
        let response = await inbox.endpoint(secrets: post.secrets).respond(to: request)
        #expect(response.status == post.status)
        #expect(response.body.length == 0)
        #expect(inbox.bodies == (post.outcome == .stored ? [Array(post.body.utf8)] : []))
        #expect(inbox.moments == (post.outcome == .stored ? [StandingClock().moment] : []))
        #expect(inbox.outcomes == [post.outcome])
    }

    @Test("A notification that cannot be made durable is answered 503, so that Meta sends it again")
    func full() async {
        let inbox = NotificationInbox(isFull: true)
        let request = HTTPRequest(
            method: .POST,
            uri: "/d/i/webhook",
            headers: ["X-Hub-Signature-256": "sha256=" + WebhookSignatureTests.underFirst],
            body: HTTPRequestBody(ByteBuffer(string: WebhookSignatureTests.escaped))
        )
        #expect(await inbox.endpoint().respond(to: request).status == .serviceUnavailable)
        #expect(inbox.outcomes == [.notStored])
    }

    @Test("A body above 4 MiB is answered 413, declared or not", arguments: [4 * 1024 * 1024 + 1, nil])
    func tooLarge(declared: Int?) async {
        let inbox = NotificationInbox()
        let sent = Mutex(0)
        let body = HTTPRequestBody(length: declared) {
            let count = sent.withLock { count -> Int in
                count += 1
                return count
            }
            return count > 65 ? nil : ByteBuffer(repeating: UInt8(ascii: " "), count: 65_536)
        }
        let request = HTTPRequest(
            method: .POST,
            uri: "/d/i/webhook",
            headers: ["X-Hub-Signature-256": "sha256=" + WebhookSignatureTests.underFirst],
            body: body
        )
        #expect(await inbox.endpoint().respond(to: request).status == .payloadTooLarge)
        #expect(inbox.outcomes == [.tooLarge])
        #expect(inbox.bodies.isEmpty)
    }

    @Test("Without a signature the body is not even read")
    func unread() async {
        let inbox = NotificationInbox()
        let wasRead = Mutex(false)
        let body = HTTPRequestBody(length: nil) {
            wasRead.withLock { $0 = true }
            return nil
        }
        let response = await inbox.endpoint().respond(to: HTTPRequest(method: .POST, uri: "/d/i/webhook", body: body))
        #expect(response.status == .unauthorized)
        #expect(!wasRead.withLock { $0 })
    }

    @Test("A body that breaks off is not kept")
    func brokenOff() async {
        let inbox = NotificationInbox()
        let body = HTTPRequestBody(length: 10) { throw HTTPBodyInterrupted.connectionClosed }
        let request = HTTPRequest(
            method: .POST,
            uri: "/d/i/webhook",
            headers: ["X-Hub-Signature-256": "sha256=" + WebhookSignatureTests.underFirst],
            body: body
        )
        #expect(await inbox.endpoint().respond(to: request).status == .badRequest)
        #expect(inbox.outcomes == [.brokenOff])
    }

    @Test("Other methods are refused with the list of those that are not", arguments: [HTTPMethod.PUT, .DELETE, .HEAD, .OPTIONS])
    func otherMethods(method: HTTPMethod) async {
        let response = await NotificationInbox().endpoint().respond(to: HTTPRequest(method: method, uri: "/d/i/webhook"))
        #expect(response.status == .methodNotAllowed)
        #expect(response.headers["allow"] == ["GET, POST"])
    }

    @Test(
        "The handshake echoes the challenge as plain text, and needs no signature",
        arguments: [
            ("hub.mode=subscribe&hub.verify_token=let-me-in&hub.challenge=1158201444", "1158201444"),
            ("hub.challenge=a%2Bb%3C&hub.verify_token=let%2Dme%2Din&hub.mode=subscribe", "a+b<"),
        ]
    )
    func handshake(query: String, challenge: String) async throws {
        let inbox = NotificationInbox()
        let response = await inbox.endpoint(secrets: []).respond(to: HTTPRequest(method: .GET, uri: "/d/i/webhook?\(query)"))
        #expect(response.status == .ok)
        #expect(response.headers["content-type"] == ["text/plain; charset=utf-8"])
        #expect(try await String(buffer: response.body.collect(upTo: 1_000)) == challenge)
        #expect(inbox.outcomes == [.verified])
    }

    @Test(
        "Any other handshake is refused",
        arguments: [
            "", "hub.mode=subscribe&hub.verify_token=let-me-in", "hub.mode=subscribe&hub.challenge=1", "hub.verify_token=let-me-in&hub.challenge=1",
            "hub.mode=unsubscribe&hub.verify_token=let-me-in&hub.challenge=1", "hub.mode=subscribe&hub.verify_token=let-me-i&hub.challenge=1",
            "hub.mode=subscribe&hub.verify_token=let-me-in+&hub.challenge=1", "hub.mode=subscribe&hub.verify_token=&hub.challenge=1",
            "hub.mode=subscribe&hub.verify_token=LET-ME-IN&hub.challenge=1", "hub_mode=subscribe&hub_verify_token=let-me-in&hub_challenge=1",
            "hub.mode=subscribe&hub.verify_token=let-me-in&hub.challenge=", "hub.mode=subscribe&hub.verify_token=let-me-in&hub.challenge=a%0d%0ab",
            "hub.mode=subscribe&hub.verify_token=let-me-in&hub.challenge=%C3%A4", "hub.mode=subscribe&hub.verify_token=let-me-in&hub.challenge=a+b",
            "hub.mode=subscribe&hub.verify_token=let-me-in&hub.challenge=" + String(repeating: "1", count: 257),
        ]
    )
    func refusedHandshake(query: String) async {
        let inbox = NotificationInbox()
        let response = await inbox.endpoint().respond(to: HTTPRequest(method: .GET, uri: "/d/i/webhook?\(query)"))
        #expect(response.status == .forbidden)
        #expect(response.body.length == 0)
        #expect(inbox.outcomes == [.handshakeRefused])
    }

    @Test("Without a verify token, or with an empty one, every handshake is refused", arguments: [nil, ""])
    func noToken(verifyToken: String?) async {
        for given in ["", "&hub.verify_token=", "&hub.verify_token=x"] {
            let request = HTTPRequest(method: .GET, uri: "/d/i/webhook?hub.mode=subscribe&hub.challenge=1" + given)
            #expect(await NotificationInbox().endpoint(verifyToken: verifyToken).respond(to: request).status == .forbidden)
        }
    }
}
