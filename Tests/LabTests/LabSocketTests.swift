import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization
import Testing
import Transport

@testable import Lab

/// Runs the lab on loopback beside a service that is scripted in a few lines.
@Suite(.timeLimit(.minutes(5))) struct LabSocketTests {
    /// Runs a lab with a still clock, then the body; ends the lab afterwards.
    private func withLab(
        _ configuration: LabConfiguration = LabConfiguration(), _ body: @escaping @Sendable (Lab, Lab.Addresses) async throws -> Void
    ) async throws {
        let lab = Lab(configuration: configuration, clock: .still(), logger: Logger(label: "lab") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await lab.run() }
            let addresses = try await lab.listening()
            try await body(lab, addresses)
            group.cancelAll()
        }
    }

    /// Runs a service beside the lab: its handler answers everything.
    private func withService(
        _ handler: @escaping @Sendable (HTTPRequest) async -> HTTPAnswer, _ body: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        let (ports, report) = AsyncStream.makeStream(of: Int.self)
        let server = HTTPServer(
            configuration: .init(), logger: Logger(label: "service") { _ in SwiftLogNoOpLogHandler() },
            onListening: { report.yield($0.port ?? 0) }, handler: handler)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            var iterator = ports.makeAsyncIterator()
            try await body("http://127.0.0.1:\(await iterator.next() ?? 0)")
            group.cancelAll()
        }
    }

    private static func receive(_ connection: WebSocketConnection) async throws -> LabJSON {
        guard case .text(let text)? = try await connection.receive() else { throw LabError("The connection has ended.") }
        return try LabJSON(parsing: String(buffer: text))
    }

    @Test("A service is logged in to by the PBX, logs in to Connect by the PBX's word, posts, and sees a colleague's answer")
    func wholeWay() async throws {
        try await withLab { lab, _ in
            let log = Logger(label: "service") { _ in SwiftLogNoOpLogHandler() }
            let seen = Mutex<[String]>([])
            let service: @Sendable (HTTPRequest) async -> HTTPAnswer = { request in
                seen.withLock { $0.append(request.path) }
                return .webSocket { pbx in
                    try? await Self.playService(pbx, client: WebSocketClient(logger: log)) { text in seen.withLock { $0.append(text) } }
                }
            }
            try await withService(service) { url in
                lab.serviceStarted(at: url)
                try await lab.pbx.wait(until: "the PBX is logged in") { $0.links.first?.isOpen == true }
                try await lab.connect.wait(until: "a root post") { $0.posts.count == 1 }
                try await lab.connect.wait(until: "a filter") { $0.filterCount == 1 }
                try lab.connect.post(ConnectHumanPost(author: "anna", text: "Hello Ada", repliesTo: 4_294_967_301))
                try await lab.connect.wait(until: "the answer was read") { $0.posts.last?.readBy["whatsapp"] != nil }
            }
            #expect(seen.withLock { $0 } == ["/example.com/whatsapp", "Hello Ada"])
            #expect(lab.connect.violations.isEmpty && lab.pbx.violations.isEmpty)
            #expect(lab.wire.entries().contains { $0.system == .connect && $0.summary == "Post" && $0.direction == .fromService })
        }
    }

    /// The least that a connector does, step by step: login, service list, login to Connect, filter, one post, one mark.
    private static func playService(
        _ pbx: WebSocketConnection, client: WebSocketClient, _ heard: @escaping @Sendable (String) -> Void
    ) async throws {
        _ = try await receive(pbx)
        try await pbx.send(text: #"{"mt":"AppChallengeResult","challenge":"9876543210123456"}"#)
        let login = try await receive(pbx)
        let fields = AppLoginDigest.Fields(
            app: "innovaphone-whatsapp", domain: "example.com", sip: "whatsapp", guid: login["guid"]?.string ?? "", dn: "WhatsApp",
            info: login["info"])
        guard login["digest"]?.string == AppLoginDigest.digest(fields, challenge: "9876543210123456", password: "lab-instance-1") else { return }
        try await pbx.send(text: #"{"mt":"AppLoginResult","ok":true}"#)
        _ = try await receive(pbx)
        _ = try await receive(pbx)
        try await pbx.send(text: #"{"api":"Services","mt":"SubscribeServices","src":"1"}"#)
        _ = try await receive(pbx)
        let info = try await receive(pbx)
        let url = info["services"]?.array?.first?["url"]?.string ?? ""
        try await client.withConnection(to: "ws" + url.dropFirst(4)) { connect in
            try await connect.send(text: #"{"mt":"AppChallenge"}"#)
            let challenge = try await receive(connect)["challenge"]?.string ?? ""
            try await pbx.send(text: #"{"api":"Services","mt":"GetServiceLogin","src":"2","app":"connect","challenge":"\#(challenge)"}"#)
            let login = try await receive(pbx)
            try await connect.send(text: login.with("mt", "AppLogin").without("api").without("src").without("salt").without("key").text())
            _ = try await receive(connect)
            try await connect.send(text: #"{"mt":"SetFilter","src":"f","filter":{"topics":["whatsapp"]},"count":0}"#)
            _ = try await receive(connect)
            try await connect.send(text: #"{"mt":"Post","src":"p","topic":"whatsapp","text":"Ada","filterSrc":"f"}"#)
            _ = try await receive(connect)
            let answer = try await receive(connect)
            heard(answer["text"]?.string ?? "")
            try await connect.send(text: #"{"mt":"SetRead","src":"r","id":\#(answer["id"]?.text() ?? "")}"#)
            _ = try await receive(connect)
        }
    }

    @Test("Webhooks reach the service, are repeated on the lab's clock, and the handshake passes")
    func webhooks() async throws {
        try await withLab { lab, _ in
            let answers = Mutex<[HTTPResponseStatus]>([.serviceUnavailable, .serviceUnavailable, .ok])
            let service: @Sendable (HTTPRequest) async -> HTTPAnswer = { request in
                guard request.method == .POST else {
                    return .response(.text(.ok, request.query["hub.verify_token"] == "lab-verify-token" ? request.query["hub.challenge"] ?? "" : ""))
                }
                let body = try? await request.body.collect(upTo: 1 << 20)
                let bytes = Array((body ?? ByteBuffer()).readableBytesView)
                let expected = MetaWebhookQueue.signature(of: bytes, .correct, "lab-app-secret")
                guard request.headers.first(name: "X-Hub-Signature-256") == expected else { return .response(.text(.forbidden, "")) }
                return .response(.text(answers.withLock { $0.isEmpty ? .ok : $0.removeFirst() }, ""))
            }
            try await withService(service) { url in
                try lab.meta.send(.text("Grüße"), from: "ada")
                lab.serviceStarted(at: url)
                #expect(await lab.meta.verifyCallback(token: "lab-verify-token"))
                #expect(await !lab.meta.verifyCallback(token: "other"))
                try await lab.meta.wait(until: "two attempts failed") { _ in answers.withLock { $0.count } == 1 }
                await lab.meta.settle()
                #expect(lab.meta.webhookCounts.answered == 0)
                lab.clock.advance(by: .seconds(1))
                try await lab.meta.wait(until: "it was taken") { $0.webhookCounts.answered == 1 }
                #expect(lab.meta.isIdle)
            }
        }
    }

    @Test("Without a callback of the app, webhooks wait for a subscription that passes the handshake")
    func subscription() async throws {
        var configuration = LabConfiguration()
        configuration.hasAppCallback = false
        try await withLab(configuration) { lab, addresses in
            let service: @Sendable (HTTPRequest) async -> HTTPAnswer = { request in
                let isRight = request.query["hub.verify_token"] == "right"
                return .response(.text(.ok, request.method == .POST || !isRight ? "" : request.query["hub.challenge"] ?? ""))
            }
            try await withService(service) { url in
                lab.serviceStarted(at: url)
                try lab.meta.send(.text("Hello"), from: "ada")
                #expect(try await Self.subscribe(at: addresses, "{}") == 200)
                #expect(try await Self.subscribe(at: addresses, #"{"override_callback_uri":"\#(url)/hook","verify_token":"wrong"}"#) == 400)
                #expect(lab.meta.accountCallbackURL == nil && lab.meta.webhookCounts.answered == 0)
                #expect(try await Self.subscribe(at: addresses, #"{"override_callback_uri":"\#(url)/hook","verify_token":"right"}"#) == 200)
                try await lab.meta.wait(until: "the message came") { $0.webhookCounts.answered == 1 }
                #expect(lab.meta.isIdle)
            }
        }
    }

    private static func subscribe(at addresses: Lab.Addresses, _ body: String) async throws -> UInt {
        var request = HTTPClientRequest(url: "\(addresses.graph)/v25.0/102030405060708/subscribed_apps")
        request.method = .POST
        request.headers = ["Authorization": "Bearer LAB-ACCESS-TOKEN", "Content-Type": "application/json"]
        request.body = .bytes(ByteBuffer(string: body))
        return try await HTTPClient.shared.execute(request, timeout: .seconds(10)).status.code
    }

    @Test("A status can reach the service before the response of the message it is about")
    func statusFirst() async throws {
        var configuration = LabConfiguration()
        configuration.metaOptions.sendsStatusBeforeResponse = true
        configuration.metaOptions.ladder = [.init("sent", after: 200)]
        try await withLab(configuration) { lab, addresses in
            let order = Mutex<[String]>([])
            try await withService({ request in
                let body = try? await request.body.collect(upTo: 1 << 20)
                if String(buffer: body ?? ByteBuffer()).contains(#""status":"sent""#) { order.withLock { $0.append("status") } }
                return .response(.text(.ok, ""))
            }) { url in
                lab.serviceStarted(at: url)
                try lab.meta.send(.text("Hi"), from: "ada")
                try await Self.send(to: addresses)
                order.withLock { $0.append("response") }
            }
            #expect(order.withLock { $0 } == ["status", "response"])
        }
    }

    @Test("A shutdown ends the event stream and requests that hang")
    func shutdown() async throws {
        let lab = Lab(configuration: LabConfiguration(), clock: .still(), logger: Logger(label: "lab") { _ in SwiftLogNoOpLogHandler() })
        let group = ServiceGroup(services: [lab], logger: Logger(label: "group") { _ in SwiftLogNoOpLogHandler() })
        async let running: Void = group.run()
        let addresses = try await lab.listening()
        lab.meta.plan(MetaFault(.hang))
        async let hanging: Void = expectFailure(of: addresses)
        let events = try await HTTPClient.shared.execute(HTTPClientRequest(url: "\(addresses.page)/lab/api/events"), timeout: .seconds(30))
        try await lab.meta.wait(until: "the request is there") { _ in lab.wire.entries().contains { $0.summary.hasPrefix("no answer") } }
        await group.triggerGracefulShutdown()
        _ = try await events.body.collect(upTo: 1 << 20)
        await hanging
        try await running
    }

    private func expectFailure(of addresses: Lab.Addresses) async {
        await #expect(throws: (any Error).self) { try await Self.send(to: addresses) }
    }

    @Test("A message is taken over HTTP, and the faults of the connection are seen by the sender")
    func graph() async throws {
        try await withLab { lab, addresses in
            try lab.meta.send(.text("Hi"), from: "ada")
            let first = try await Self.send(to: addresses)
            #expect(first.0 == 200)
            #expect(first.1.contains(#""messaging_product":"whatsapp""#))
            lab.meta.plan(MetaFault(.page(502)))
            let page = try await Self.send(to: addresses)
            #expect(page.0 == 502 && page.1.contains("<h1>"))
            lab.meta.plan(MetaFault(.acceptThenDrop))
            await #expect(throws: (any Error).self) { try await Self.send(to: addresses) }
            #expect(lab.meta.accepted.count == 2)
            lab.meta.plan(MetaFault(.hang))
            await #expect(throws: (any Error).self) { try await Self.send(to: addresses, timeout: .milliseconds(200)) }
            #expect(lab.meta.accepted.count == 2)
            #expect(!lab.wire.entries().contains { $0.text.contains("LAB-ACCESS-TOKEN") })
        }
    }

    @Test("A Graph API with a listener of its own can refuse connections, and comes back on the same port")
    func unreachable() async throws {
        var configuration = LabConfiguration()
        configuration.hasSeparateGraphListener = true
        try await withLab(configuration) { lab, addresses in
            #expect(!addresses.graph.hasPrefix(addresses.page))
            #expect(try await Self.send(to: addresses).0 == 200)
            lab.meta.isReachable = false
            try await lab.waitForGraphListener(false)
            await #expect(throws: WebSocketConnectError.self) {
                try await WebSocketClient(logger: Logger(label: "probe") { _ in SwiftLogNoOpLogHandler() })
                    .withConnection(to: "ws" + addresses.graph.dropFirst(4)) { _ in }
            }
            lab.meta.isReachable = true
            try await lab.waitForGraphListener(true)
            #expect(try await Self.send(to: addresses).0 == 200)
        }
    }

    @discardableResult
    private static func send(to addresses: Lab.Addresses, timeout: TimeAmount = .seconds(10)) async throws -> (UInt, String) {
        var request = HTTPClientRequest(url: "\(addresses.graph)/v25.0/109080706050403/messages")
        request.method = .POST
        // A connection of its own: one from the pool may have ended together with a listener.
        request.headers = ["Authorization": "Bearer LAB-ACCESS-TOKEN", "Content-Type": "application/json", "Connection": "close"]
        request.body = .bytes(
            ByteBuffer(string: #"{"messaging_product":"whatsapp","to":"+491760000001","type":"text","text":{"body":"Hello"}}"#))
        let response = try await HTTPClient.shared.execute(request, timeout: timeout)
        return (response.status.code, String(buffer: try await response.body.collect(upTo: 1 << 20)))
    }

    @Test("The event stream tells the state and every entry of the wire log")
    func events() async throws {
        try await withLab { lab, addresses in
            let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: "\(addresses.page)/lab/api/events"), timeout: .seconds(30))
            #expect(response.headers.first(name: "Content-Type") == "text/event-stream")
            lab.meta.plan(MetaFault(.page(500)))
            var text = ""
            for try await part in response.body {
                text += String(buffer: part)
                if text.contains("event: wire") { break }
                if lab.wire.entries().isEmpty, text.contains("event: state") { _ = try await Self.send(to: addresses) }
            }
            #expect(text.hasPrefix("retry: 1000\n\nevent: state\ndata: {\"run\":\"\(lab.runID)\",\"now\":1790000000000,\"clockRuns\":false,"))
            #expect(text.contains("id: 1\nevent: wire\ndata: {\"number\":1,"))
        }
    }
}
