import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Protocol
import Synchronization
import Testing

@testable import AppService

@Suite struct GraphDownloadAnswerTests {
    private static func download(
        _ url: String? = nil, limit: Int64 = 1_000, _ answer: @escaping @Sendable (FileServer.Request, Int) -> [FileServer.Step]
    ) async throws -> (outcome: GraphDownload, requests: [FileServer.Request]) {
        let server = try FileServer(answer)
        defer { server.stop() }
        let outcome = try await GraphDownloadTests.withClient { client in
            let graph = GraphClient(client: client, configuration: GraphClient.Configuration(baseURL: server.baseURL))
            return try await graph.download(
                url ?? server.baseURL + "/media", limit: limit, with: GraphCredentials(accessToken: Secret("TOKEN-1"))
            ) { _ in Issue.record("an answer was taken for a file") }
        }
        return (outcome, server.requests)
    }

    static let answers: [(status: Int, body: String, outcome: GraphDownload)] = [
        (404, "", .urlExpired), (410, "gone", .urlExpired), (403, "URL signature expired", .urlExpired),
        (404, #"{"error":{"code":100}}"#, .urlExpired),
        (401, "", .tokenRefused(GraphError(code: nil, message: "HTTP 401 without an error of the Graph API"))),
        (401, #"{"error":{"code":190,"error_subcode":463}}"#, .tokenRefused(GraphError(code: 190, subcode: 463))),
        (400, #"{"error":{"code":190,"message":"token TOKEN-1"}}"#, .tokenRefused(GraphError(code: 190, message: "token (secret)"))),
        (403, #"{"error":{"code":0}}"#, .tokenRefused(GraphError(code: 0))),
        (400, #"{"error":{"code":100,"error_subcode":33}}"#, .gone), (404, #"{"error":{"code":100,"error_subcode":33}}"#, .gone),
        (404, #"{"error":{"code":803}}"#, .gone),
        (403, #"{"error":{"code":10}}"#, .refused(GraphError(code: 10))),
        (400, "", .refused(GraphError(code: nil, message: "HTTP 400 without an error of the Graph API"))),
        (204, "", .refused(GraphError(code: nil, message: "HTTP 204 without an error of the Graph API"))),
        (400, #"{"error":{"code":4}}"#, .temporary("the answer was 400")),
        (400, #"{"error":{"code":77,"is_transient":true}}"#, .temporary("the answer was 400")),
        (429, "", .temporary("the answer was 429")), (500, "<html>", .temporary("the answer was 500")),
        (503, #"{"error":{"code":2}}"#, .temporary("the answer was 503")), (408, "", .temporary("the answer was 408")),
        (302, "", .temporary("the answer pointed to nowhere")), (304, "", .temporary("the answer pointed to nowhere")),
        (500, String(repeating: "x", count: 100_000), .temporary("the answer was 500")),
    ]

    @Test("What is not the file is told apart", arguments: answers)
    func answer(status: Int, body: String, outcome: GraphDownload) async throws {
        let result = try await Self.download { _, _ in
            status == 304 || status == 204 ? [.send(FileServer.head(status, []))] : FileServer.answer(status, body: body)
        }
        #expect(result.outcome == outcome)
        #expect(result.requests.count == 1)
    }

    @Test("Without an answer it is tried later", arguments: [FileServer.Step.close, .reset, .send("220 mail ready\r\n\r\n")])
    func noAnswer(step: FileServer.Step) async throws {
        let result = try await Self.download { _, _ in [step, .close] }
        guard case .temporary = result.outcome else {
            Issue.record("\(result.outcome)")
            return
        }
    }

    @Test("A server that is not there is tried later")
    func nobody() async throws {
        let outcome = try await GraphDownloadTests.withClient { client in
            let graph = GraphClient(client: client, configuration: GraphClient.Configuration(baseURL: "http://127.0.0.1:1"))
            return try await graph.download("http://127.0.0.1:1/f", limit: 1, with: GraphCredentials(accessToken: Secret("T"))) { _ in }
        }
        #expect(outcome == .temporary("connection refused"))
    }

    @Test(
        "Strangers are not asked",
        arguments: [
            "http://127.0.0.1:1/f", "https://evil.example/f", "http://lookaside.fbsbx.com/f", "ftp://127.0.0.1/f", "", "/f", "https://u@a.fbsbx.com/",
        ]
    )
    func strangers(url: String) async throws {
        let result = try await Self.download(url) { _, _ in [] }
        #expect(result.outcome == .notAllowed)
        #expect(result.requests.isEmpty)
    }

    @Test("An answer that points to a stranger is not followed")
    func redirectToStranger() async throws {
        let stranger = try FileServer { _, _ in FileServer.answer(200, body: "bait") }
        defer { stranger.stop() }
        let target = stranger.baseURL
        let result = try await Self.download { _, _ in FileServer.answer(302, ["Location: \(target)/f"]) }
        #expect(result.outcome == .notAllowed)
        #expect(stranger.requests.isEmpty)
    }

    @Test("Three answers that point elsewhere are followed, a fourth is not")
    func redirects() async throws {
        for (count, isFollowed) in [(3, true), (4, false)] {
            let result = try await Self.download(limit: 0) { _, index in
                index < count ? FileServer.answer(307, ["Location: next\(index)?q"]) : FileServer.answer(200)
            }
            #expect(result.outcome == (isFollowed ? .complete(contentType: nil, bytes: 0) : .temporary("the answer pointed to nowhere")))
            #expect(result.requests.count == 4)
            #expect(result.requests.map(\.line).last == "GET /next2?q HTTP/1.1")
            #expect(result.requests.allSatisfy { $0.headers["authorization"] == "Bearer TOKEN-1" && $0.headers["user-agent"] != nil })
        }
    }

    @Test("The token does not go along to another host that may be asked")
    func tokenStays() async throws {
        let other = try FileServer { _, _ in FileServer.answer(200, body: "file") }
        defer { other.stop() }
        let target = other.baseURL
        let server = try FileServer { _, _ in FileServer.answer(302, ["Location: \(target)/f"]) }
        defer { server.stop() }
        let start = try #require(FileAddress(server.baseURL + "/f"))
        let taken = Mutex("")
        let outcome = try await GraphDownloadTests.withClient { client in
            let fetch = FileFetch(client: client, idleLimit: .seconds(20), allows: { _ in true }) { address in
                GraphClient.headers(for: address, begunAt: start, with: GraphCredentials(accessToken: Secret("TOKEN-1")))
            }
            return try await fetch.run(start, from: 0, limit: 10) { chunk in taken.withLock { $0 += String(buffer: chunk) } }
        }
        guard case .complete = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(taken.withLock { $0 } == "file")
        #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer TOKEN-1"])
        #expect(other.requests.map { $0.headers["authorization"] } == [nil])
        #expect(other.requests.map { $0.headers["user-agent"] } == ["whatsapp-connector"])
    }

    @Test("A description is asked for with the number that received the file")
    func describe() async throws {
        let server = try FileServer { _, index in
            index == 0
                ? FileServer.answer(200, ["x-fb-trace-id: Abc"], body: #"{"url":"https://lookaside.fbsbx.com/a","file_size":"12","id":"77"}"#)
                : FileServer.answer(400, body: #"{"error":{"code":100,"error_subcode":33}}"#)
        }
        defer { server.stop() }
        let credentials = GraphCredentials(accessToken: Secret("TOKEN-1"), appSecret: Secret("app-secret"))
        try await GraphDownloadTests.withClient { client in
            let graph = GraphClient(client: client, configuration: GraphClient.Configuration(baseURL: server.baseURL))
            let result = await graph.describe("77", of: "1090", with: credentials)
            #expect(result.outcome == .accepted(GraphMediaDescription(url: "https://lookaside.fbsbx.com/a", fileSize: 12, id: "77")))
            #expect(result.traceID == "Abc")
            guard case .rejected(let error) = await graph.describe("78", of: "1090", with: credentials).outcome else {
                Issue.record("a missing file was described")
                return
            }
            #expect(error.isMissingObject)
            #expect(!error.isTokenRefusal)
            for bad in ["", "7/7", "77?x", "..", "77\r\n"] {
                #expect(await graph.describe(bad, of: "1090", with: credentials).outcome == .notSent(GraphClient.badAddress))
                #expect(await graph.describe("77", of: bad, with: credentials).outcome == .notSent(GraphClient.badAddress))
            }
        }
        #expect(server.requests.count == 2)
        let request = try #require(server.requests.first)
        let proof = "d8f83d758f6baf4ac6ea1916962335822c643bb64d871b5dcb617296027a7edf"
        #expect(request.line == "GET /v25.0/77?phone_number_id=1090&appsecret_proof=\(proof) HTTP/1.1")
        #expect(request.headers["authorization"] == "Bearer TOKEN-1")
    }

    @Test("Without an answer nothing was described, and nothing was changed")
    func describeNobody() async throws {
        let outcome = try await GraphDownloadTests.withClient { client in
            let graph = GraphClient(client: client, configuration: GraphClient.Configuration(baseURL: "http://127.0.0.1:1"))
            return await graph.describe("77", of: "1090", with: GraphCredentials(accessToken: Secret("T"))).outcome
        }
        #expect(outcome == .notSent("connection refused"))
    }
}
