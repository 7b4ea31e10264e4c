import AsyncHTTPClient
import NIOCore
import Protocol
import Synchronization
import Testing

@testable import AppService

@Suite struct GraphUploadTests {
    private static let stored = FileServer.answer(200, body: #"{"id":"998"}"#)

    private static func upload(
        _ content: FileContent,
        name: String = "offer.pdf",
        mimeType: String = "application/pdf",
        number: String = "1090",
        credentials: GraphCredentials = GraphCredentials(accessToken: Secret("TOKEN-1")),
        idle: Duration = .seconds(120),
        readsBodies: Bool = true,
        _ answer: @escaping @Sendable (FileServer.Request, Int) -> [FileServer.Step] = { _, _ in stored }
    ) async throws -> (result: GraphResult<GraphMediaUpload>, requests: [FileServer.Request]) {
        let server = try FileServer(readsBodies: readsBodies, answer)
        defer { server.stop() }
        let result = try await GraphDownloadTests.withClient { client in
            let graph = GraphClient(client: client, configuration: GraphClient.Configuration(baseURL: server.baseURL, uploadIdleTimeout: idle))
            return await graph.upload(content, name: name, mimeType: mimeType, to: number, with: credentials)
        }
        return (result, server.requests)
    }

    @Test("A file goes out as a form of known length, as Meta documents it", arguments: [0, 1, 65_536, 300_001])
    func form(length: Int) async throws {
        let (result, requests) = try await Self.upload(.pattern(length), name: "Ängebot.pdf")
        #expect(result.outcome == .accepted(GraphMediaUpload(id: "998")))
        let request = try #require(requests.first)
        #expect(request.line == "POST /v25.0/1090/media HTTP/1.1")
        #expect(request.headers["authorization"] == "Bearer TOKEN-1")
        #expect(request.headers["user-agent"] == "whatsapp-connector")
        #expect(request.headers["transfer-encoding"] == nil)
        #expect(request.headers["content-length"] == String(request.body.count))
        let boundary = try #require(request.headers["content-type"]?.split(separator: "boundary=").last)
        let before =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n"
            + "--\(boundary)\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\napplication/pdf\r\n"
            + "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Ängebot.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
        let after = "\r\n--\(boundary)--\r\n"
        #expect(request.body == Array(before.utf8) + FileServer.pattern(0..<length) + Array(after.utf8))
    }

    @Test("Each form has a boundary of its own")
    func boundary() throws {
        let forms = (0..<3).compactMap { _ in MultipartForm(fields: [:], fileName: "a", mimeType: "a/b")?.contentType }
        #expect(Set(forms).count == 3)
    }

    @Test(
        "A file's name cannot end its header",
        arguments: [
            ("a.pdf", "a.pdf"), ("a\"; name=\"x", "a%22; name=%22x"), ("a\r\nX: 1", "a%0D%0AX: 1"), ("😀 ü.png", "😀 ü.png"),
            ("a\u{0}\u{1B}\u{85}b", "ab"),
            ("", "file"), ("a\\", "a\\"), ("a\r\n", "a%0D%0A"),
        ]
    )
    func quoted(name: String, written: String) { #expect(MultipartForm.quoted(name) == written) }

    @Test(
        "A MIME type that cannot stand in a header is not sent",
        arguments: ["", "pdf", "a/b\r\nX: 1", "a/ü", "a/\u{0}", "a/" + String(repeating: "b", count: 300)])
    func badType(mimeType: String) async throws {
        let (result, requests) = try await Self.upload(.pattern(1), mimeType: mimeType)
        #expect(result.outcome == .notSent("the file's MIME type is not valid"))
        #expect(requests.isEmpty)
    }

    @Test("Calls prove that they come from the app's owner, if its secret is known; and what cannot be called is not called")
    func address() async throws {
        let credentials = GraphCredentials(accessToken: Secret("TOKEN-1"), appSecret: Secret("app-secret"))
        let (_, requests) = try await Self.upload(.pattern(1), credentials: credentials)
        let proof = "d8f83d758f6baf4ac6ea1916962335822c643bb64d871b5dcb617296027a7edf"
        #expect(requests.map(\.line) == ["POST /v25.0/1090/media?appsecret_proof=\(proof) HTTP/1.1"])
        let (result, none) = try await Self.upload(.pattern(1), number: "10/90")
        #expect(result.outcome == .notSent(GraphClient.badAddress))
        #expect(none.isEmpty)
    }

    @Test("A refusal is told with its reason")
    func refused() async throws {
        let (result, _) = try await Self.upload(.pattern(100_000)) { _, _ in
            FileServer.answer(400, ["X-App-Usage: {\"call_count\":9}"], body: #"{"error":{"code":131053,"error_data":{"details":"size"}}}"#)
        }
        #expect(result.outcome == .rejected(GraphError(code: 131_053, details: "size")))
        #expect(result.usage?.peak == 9)
    }

    @Test("A refusal that comes before the file was read is heard", .timeLimit(.minutes(1)))
    func refusedEarly() async throws {
        let (result, _) = try await Self.upload(.pattern(24_000_000), readsBodies: false) { _, _ in
            [.send(FileServer.head(413, ["Content-Length: 0", "Connection: close"])), .wait]
        }
        #expect(result.outcome == .rejected(GraphError(code: nil, message: "HTTP 413 without an error of the Graph API")))
    }

    @Test("When the answer is lost, nobody knows", arguments: [FileServer.Step.close, .reset, .send("HTTP/1.1 200 OK\r\nContent-Le")])
    func lost(step: FileServer.Step) async throws {
        let (result, requests) = try await Self.upload(.pattern(100_000)) { _, _ in [step, .close] }
        guard case .ambiguous = result.outcome else {
            Issue.record("\(result.outcome)")
            return
        }
        #expect(requests.count == 1)
    }

    @Test("A receiver that stands still is given up, and only as much was read as fits between", .timeLimit(.minutes(1)))
    func idle() async throws {
        let read = Mutex(0)
        let content = FileContent.pattern(96_000_000) { read.withLock { $0 += 65_536 } }
        let (result, _) = try await Self.upload(content, idle: .milliseconds(300), readsBodies: false) { _, _ in [.wait] }
        #expect(result.outcome == .ambiguous("nothing moved for too long"))
        #expect(read.withLock { $0 } < 24_000_000)
    }

    @Test(
        "A file that is longer or shorter than was said, or cannot be read, is not sent",
        arguments: [(100_000, 99_999), (100_000, 100_001), (0, 1), (1, 0), (5, -1)]
    )
    func wrongLength(actual: Int, said: Int64) async throws {
        let chunks = FileContent.pattern(actual).chunks
        let (result, requests) = try await Self.upload(FileContent(length: said, chunks: chunks))
        #expect(result.outcome == .notSent("the file could not be read"))
        #expect(requests.isEmpty)
    }

    @Test("A file of the spool goes out as it is")
    func spooled() async throws {
        let spool = TemporarySpool().spool
        try spool.reserveNow(200_000, for: "a")
        try await spool.withFile("a") { file in
            try await file.append(ByteBuffer(bytes: FileServer.pattern(0..<200_000)))
            let (result, requests) = try await Self.upload(await file.content)
            #expect(result.outcome == .accepted(GraphMediaUpload(id: "998")))
            #expect(requests.first?.body.count ?? 0 > 200_000)
        }
        let file = try await spool.open("a")
        let content = await file.content
        await file.close()
        #expect(try await Self.upload(content).result.outcome == .notSent("the file could not be read"))
    }
}

extension FileContent {
    /// Bytes of ``FileServer/pattern(_:)`` in chunks of 64 KiB.
    static func pattern(_ length: Int, read: @escaping @Sendable () -> Void = {}) -> FileContent {
        FileContent(length: Int64(length)) { Pattern(length: length, read: read) }
    }

    private struct Pattern: AsyncSequence, AsyncIteratorProtocol, Sendable {
        var length: Int
        var position = 0
        var read: @Sendable () -> Void

        func makeAsyncIterator() -> Pattern { self }

        mutating func next() async throws -> ByteBuffer? {
            guard position < length else { return nil }
            let end = Swift.min(length, position + 65_536)
            defer { position = end }
            read()
            return ByteBuffer(bytes: FileServer.pattern(position..<end))
        }
    }
}
