import AsyncHTTPClient
import Crypto
import NIOCore
import NIOHTTP1
import Protocol
import Synchronization
import Testing

@testable import AppService

@Suite struct GraphDownloadTests {
    /// What was fetched, and what became of it.
    private struct Result {
        var outcome: GraphDownload
        var bytes: [UInt8]
        var requests: [FileServer.Request]
    }

    private static func download(
        _ path: String? = "/media?mid=1",
        url: String? = nil,
        from offset: Int64 = 0,
        limit: Int64 = 1_000_000,
        idle: Duration = .seconds(20),
        _ answer: @escaping @Sendable (FileServer.Request, Int) -> [FileServer.Step]
    ) async throws -> Result {
        let server = try FileServer(answer)
        defer { server.stop() }
        let bytes = Mutex<[UInt8]>([])
        let outcome = try await withClient { client in
            let graph = GraphClient(
                client: client, configuration: GraphClient.Configuration(baseURL: server.baseURL, downloadIdleTimeout: idle))
            return try await graph.download(
                url ?? server.baseURL + (path ?? ""), from: offset, limit: limit, with: GraphCredentials(accessToken: Secret("TOKEN-1"))
            ) { chunk in
                bytes.withLock { $0 += Array(chunk.readableBytesView) }
            }
        }
        return Result(outcome: outcome, bytes: bytes.withLock { $0 }, requests: server.requests)
    }

    static func withClient<Value>(_ body: (HTTPClient) async throws -> Value) async throws -> Value {
        let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: GraphClient.mediaClientConfiguration)
        do {
            let value = try await body(client)
            try await client.shutdown()
            return value
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    private static func file(_ length: Int, from offset: Int = 0, _ headers: [String] = []) -> [FileServer.Step] {
        let range = offset > 0 ? ["Content-Range: bytes \(offset)-\(length - 1)/\(length)"] : []
        return [
            .send(FileServer.head(offset > 0 ? 206 : 200, headers + range + ["Content-Length: \(length - offset)"])), .file(offset..<length),
        ]
    }

    @Test("A file comes with token and user agent, and its content type and length are told")
    func whole() async throws {
        let result = try await Self.download { _, _ in Self.file(300_000, ["Content-Type: audio/ogg; codecs=opus"]) }
        #expect(result.outcome == .complete(contentType: "audio/ogg; codecs=opus", bytes: 300_000))
        #expect(result.bytes == FileServer.pattern(0..<300_000))
        let request = try #require(result.requests.first)
        #expect(request.line == "GET /media?mid=1 HTTP/1.1")
        #expect(request.headers["authorization"] == "Bearer TOKEN-1")
        #expect(request.headers["user-agent"] == "whatsapp-connector")
        #expect(request.headers["range"] == nil)
    }

    @Test("An empty file is a file, and so is one in pieces of unknown number")
    func otherLengths() async throws {
        let empty = try await Self.download { _, _ in FileServer.answer(200) }
        #expect(empty.outcome == .complete(contentType: nil, bytes: 0))
        let chunked = try await Self.download { _, _ in
            [.send(FileServer.head(200, ["Transfer-Encoding: chunked"]) + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")]
        }
        #expect(chunked.outcome == .complete(contentType: nil, bytes: 5))
        #expect(chunked.bytes == Array("abcde".utf8))
    }

    @Test("What is there already is not fetched again")
    func ranged() async throws {
        let result = try await Self.download(from: 100_000) { _, _ in Self.file(250_000, from: 100_000, ["Content-Type: a/b"]) }
        #expect(result.outcome == .complete(contentType: "a/b", bytes: 250_000))
        #expect(result.bytes == FileServer.pattern(100_000..<250_000))
        #expect(result.requests.map { $0.headers["range"] } == ["bytes=100000-"])
    }

    @Test("A server without ranges sends everything, and its beginning is skipped")
    func withoutRanges() async throws {
        let result = try await Self.download(from: 100_000) { _, _ in Self.file(250_000) }
        #expect(result.outcome == .complete(contentType: nil, bytes: 250_000))
        #expect(result.bytes == FileServer.pattern(100_000..<250_000))
        #expect(result.requests.count == 1)
    }

    @Test(
        "A part that was not asked for is not taken; the whole is asked for instead",
        arguments: [
            "Content-Range: bytes 50-249999/250000", "Content-Range: bytes 100001-249999/250000", "Content-Range: rubbish", "X-No: range",
        ]
    )
    func wrongPart(header: String) async throws {
        let result = try await Self.download(from: 100_000) { request, _ in
            request.headers["range"] == nil ? Self.file(250_000) : FileServer.answer(206, [header], body: "wrong")
        }
        #expect(result.outcome == .complete(contentType: nil, bytes: 250_000))
        #expect(result.bytes == FileServer.pattern(100_000..<250_000))
        #expect(result.requests.count == 2)
    }

    @Test("A part of a request for the whole is no file")
    func partOfWhole() async throws {
        let result = try await Self.download { _, _ in FileServer.answer(206, ["Content-Range: bytes 5-9/10"], body: "wrong") }
        guard case .temporary = result.outcome else {
            Issue.record("\(result.outcome)")
            return
        }
        #expect(result.bytes.isEmpty)
    }

    @Test("Nothing is left to fetch, or another file is there: the length tells")
    func beyondEnd() async throws {
        let complete = try await Self.download(from: 10) { _, _ in FileServer.answer(416, ["Content-Range: bytes */10"]) }
        #expect(complete.outcome == .complete(contentType: nil, bytes: 10))
        let shorter = try await Self.download(from: 10) { _, _ in FileServer.answer(416, ["Content-Range: bytes */9"]) }
        #expect(shorter.outcome == .changed)
        let shorterWhole = try await Self.download(from: 10) { _, _ in Self.file(9) }
        #expect(shorterWhole.outcome == .changed)
        let silent = try await Self.download(from: 10) { request, _ in request.headers["range"] == nil ? Self.file(10) : FileServer.answer(416) }
        #expect(silent.outcome == .complete(contentType: nil, bytes: 10))
    }

    @Test("A file that is cut off goes on later from where it stopped", arguments: [FileServer.Step.close, .reset])
    func cut(end: FileServer.Step) async throws {
        let result = try await Self.download { _, _ in [.send(FileServer.head(200, ["Content-Length: 250000"])), .file(0..<100_000), end] }
        guard case .temporary(let phrase) = result.outcome else {
            Issue.record("\(result.outcome)")
            return
        }
        #expect(!phrase.isEmpty)
        #expect(result.bytes == FileServer.pattern(0..<result.bytes.count))
        let rest = try await Self.download(from: Int64(result.bytes.count)) { request, _ in
            Self.file(250_000, from: Int(request.headers["range"]?.dropFirst(6).dropLast() ?? "") ?? 0)
        }
        #expect(result.bytes + rest.bytes == FileServer.pattern(0..<250_000))
    }

    @Test("A part that ends before the file does is no whole")
    func shortPart() async throws {
        let result = try await Self.download(from: 5) { _, _ in
            FileServer.answer(206, ["Content-Range: bytes 5-9/20"], body: "56789")
        }
        #expect(result.outcome == .temporary("the answer broke off"))
        #expect(result.bytes == Array("56789".utf8))
    }

    @Test(
        "A file that is too large is noticed by what is announced, or by what comes",
        arguments: [
            ["Content-Length: 1001"], ["Content-Length: 9223372036854775807"], ["Transfer-Encoding: chunked"],
        ]
    )
    func tooLarge(headers: [String]) async throws {
        let result = try await Self.download(limit: 1_000) { _, _ in
            [.send(FileServer.head(200, headers) + "3e9\r\n"), .file(0..<1_001), .wait]
        }
        #expect(result.outcome == .tooLarge)
        #expect(result.bytes.count <= 1_000)
        let part = try await Self.download(from: 5, limit: 1_000) { _, _ in FileServer.answer(206, ["Content-Range: bytes 5-9/1001"], body: "56789") }
        #expect(part.outcome == .tooLarge)
        #expect(try await Self.download(from: 1_001, limit: 1_000) { _, _ in [] }.outcome == .tooLarge)
        #expect(try await Self.download(limit: 1_000) { _, _ in Self.file(1_000) }.outcome == .complete(contentType: nil, bytes: 1_000))
    }

    @Test("A file that stands still is given up, however it began", arguments: [0, 1])
    func idle(sent: Int) async throws {
        let result = try await Self.download(idle: .milliseconds(300)) { _, _ in
            sent == 0 ? [.wait] : [.send(FileServer.head(200, ["Content-Length: 10"])), .file(0..<sent), .wait]
        }
        #expect(result.outcome == .temporary("nothing moved for too long"))
        #expect(result.bytes.count == sent)
    }

    @Test("A slow taker slows the sender, and is not taken for a sender that stands still", .timeLimit(.minutes(1)))
    func backPressure() async throws {
        let server = try FileServer { _, _ in Self.file(24_000_000) }
        defer { server.stop() }
        let count = Mutex(0)
        let outcome = try await Self.withClient { client in
            let graph = GraphClient(
                client: client, configuration: GraphClient.Configuration(baseURL: server.baseURL, downloadIdleTimeout: .seconds(5)))
            return try await graph.download(
                server.baseURL + "/f", limit: 100_000_000, with: GraphCredentials(accessToken: Secret("T"))
            ) { chunk in
                // The server cannot go on for longer than the time in which nothing may move.
                while !server.isBlocked, !server.hasSentAll { await Task.yield() }
                #expect(server.isBlocked)
                count.withLock { $0 += chunk.readableBytes }
            }
        }
        #expect(outcome == .complete(contentType: nil, bytes: 24_000_000))
        #expect(count.withLock { $0 } == 24_000_000)
    }

    @Test("What the taker throws comes out, and the transfer ends", .timeLimit(.minutes(1)))
    func sinkThrows() async throws {
        let server = try FileServer { _, _ in Self.file(24_000_000) }
        defer { server.stop() }
        await #expect(throws: SpoolError.noSpace) {
            try await Self.withClient { client in
                let graph = GraphClient(client: client, configuration: GraphClient.Configuration(baseURL: server.baseURL))
                return try await graph.download(server.baseURL + "/f", limit: .max, with: GraphCredentials(accessToken: Secret("T"))) { _ in
                    throw SpoolError.noSpace
                }
            }
        }
        #expect(!server.hasSentAll)
    }

    @Test("Connections are used again, also after a redirect")
    func reuse() async throws {
        let server = try FileServer { request, _ in
            request.line.contains("/there") ? Self.file(10) : FileServer.answer(302, ["Location: /there"], body: "moved")
        }
        defer { server.stop() }
        try await Self.withClient { client in
            let graph = GraphClient(client: client, configuration: GraphClient.Configuration(baseURL: server.baseURL))
            for _ in 0..<3 {
                let outcome = try await graph.download(server.baseURL + "/f", limit: 10, with: GraphCredentials(accessToken: Secret("T"))) { _ in }
                #expect(outcome == .complete(contentType: nil, bytes: 10))
            }
        }
        #expect(server.requests.count == 6)
        #expect(Set(server.requests.map(\.connection)) == [0])
    }
}
