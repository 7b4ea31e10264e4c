import AsyncHTTPClient
import Bridge
import Logging
import NIOCore
import NIOHTTP1
import Testing
import Transport

@testable import AppService

@Suite("The test of the webhook's public address", .timeLimit(.minutes(1))) struct WebhookProbeTests {
    private let token = Secret("a verify+token&more")

    /// What a test at the address of a server that answers so comes to.
    private func test(_ answer: @escaping @Sendable (HTTPRequest) async -> HTTPResponse) async throws -> WebhookTest {
        let (ports, report) = AsyncStream.makeStream(of: Int.self)
        let server = HTTPServer(
            configuration: .init(port: 0), logger: LiveServer.log, onListening: { report.yield($0.port ?? 0) },
            handler: { .response(await answer($0)) })
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: GraphClient.clientConfiguration)
        return await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            var iterator = ports.makeAsyncIterator()
            let port = await iterator.next() ?? 0
            let callback = WebhookCallback(url: "http://127.0.0.1:\(port)/example.com/whatsapp/webhook", verifyToken: token)
            let test = WebhookTest(await WebhookProbe(client: client).probe(callback), at: callback.url)
            group.cancelAll()
            try? await client.shutdown()
            return test
        }
    }

    private func endpoint(_ token: Secret) -> WebhookEndpoint {
        WebhookEndpoint(
            senders: { WebhookSenders(appSecrets: []) }, verifyToken: { token }, clock: MovableClock(standingAt: Moment(seconds: 1)),
            logger: LiveServer.log, append: { _, _ in })
    }

    @Test("This instance's own answer is one")
    func own() async throws {
        let endpoint = endpoint(token)
        #expect(try await test { await endpoint.respond(to: $0) } == WebhookTest(isReachable: true, status: 200))
    }

    @Test("Another instance, another server and a redirect are none; what to do is said")
    func others() async throws {
        let other = endpoint(Secret("another token"))
        let tests = try await [
            test { await other.respond(to: $0) }, test { _ in .text(.ok, "Welcome") },
            test { _ in HTTPResponse(status: .movedPermanently, headers: ["Location": "https://example.com/"]) },
        ]
        #expect(tests.map(\.isReachable) == [false, false, false])
        #expect(tests.map(\.status) == [403, 200, 301])
        #expect(tests.allSatisfy { $0.text?.hasPrefix("Something else answers at ") == true })
    }

    @Test("Nobody there is said as such")
    func nobody() async {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: GraphClient.clientConfiguration)
        let callback = WebhookCallback(url: "http://127.0.0.1:1/webhook", verifyToken: token)
        let test = WebhookTest(await WebhookProbe(client: client).probe(callback), at: callback.url)
        try? await client.shutdown()
        #expect(!test.isReachable)
        #expect(test.status == nil)
        #expect(test.text?.contains("connection refused") == true)
    }
}
