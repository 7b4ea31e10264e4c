import NIOCore
import NIOHTTP1
import NIOSSL
import Testing
import TransportTestSupport

@testable import Transport

@Suite(.timeLimit(.minutes(5))) struct WebSocketClientTests {
    private let client = WebSocketClient(logger: silentLogger)

    @Test("Text and bytes go to the server and back, large ones too")
    func echoes() async throws {
        try await withServer(handler: echo) { port in
            let result = try await client.withConnection(to: "ws://127.0.0.1:\(port)/ws") { connection in
                #expect(connection.remoteAddress == "127.0.0.1")
                try await connection.send(text: "Grüße")
                #expect(try await connection.receive() == .text(ByteBuffer(string: "Grüße")))
                let bytes = ByteBuffer(repeating: 3, count: 1 << 20)
                try await connection.send(binary: bytes)
                #expect(try await connection.receive() == .binary(bytes))
                #expect(connection.closeReason == nil)
                return 7
            }
            #expect(result == 7)
        }
    }

    @Test("Concurrent senders' messages stay whole and their own order is kept")
    func keepsMessagesWhole() async throws {
        try await withServer(handler: echo) { port in
            try await client.withConnection(to: "ws://localhost:\(port)/ws") { connection in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for sender in UInt8(0)..<4 {
                        group.addTask {
                            for number in UInt8(0)..<5 {
                                var bytes = ByteBuffer(repeating: sender, count: 50_000)
                                bytes.writeInteger(number)
                                try await connection.send(binary: bytes)
                            }
                        }
                    }
                    var next: [UInt8: UInt8] = [:]
                    for _ in 0..<20 {
                        guard case .binary(let bytes) = try await connection.receive() else { break }
                        let sender = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) ?? 99
                        #expect(bytes.readableBytesView.dropLast().allSatisfy { $0 == sender })
                        #expect(bytes.readableBytesView.last == next[sender, default: 0])
                        next[sender, default: 0] += 1
                    }
                    #expect(next == [0: 5, 1: 5, 2: 5, 3: 5])
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test("A refused upgrade is reported with its status", arguments: [HTTPResponseStatus.notFound, .unauthorized, .ok, .serviceUnavailable])
    func reportsRefusal(status: HTTPResponseStatus) async throws {
        try await withServer { _ in
            .response(.text(status, "no"))
        } _: { port in
            await #expect(throws: WebSocketUpgradeRefused(status: status)) {
                try await client.withConnection(to: "ws://127.0.0.1:\(port)/") { _ in }
            }
        }
    }

    @Test("The opening request is what RFC 6455 says, with the caller's fields and without offers")
    func composesTheRequest() async throws {
        let (requests, continuation) = AsyncStream.makeStream(of: HTTPRequest.self)
        try await withServer { request in
            continuation.yield(request)
            return .response(.init(status: .forbidden))
        } _: { port in
            _ = try? await client.withConnection(
                to: "ws://localhost:\(port)/a/b?c=d", headers: ["X-Own": "1", "Upgrade": "other", "Sec-WebSocket-Extensions": "x"]
            ) { _ in }
            let request = try #require(await requests.first { _ in true })
            #expect(request.isWebSocketUpgrade)
            #expect(request.uri == "/a/b?c=d")
            #expect(request.headers["host"] == ["localhost:\(port)"])
            #expect(request.headers["x-own"] == ["1"])
            #expect(request.headers["upgrade"] == ["websocket"])
            #expect(request.headers["sec-websocket-extensions"].isEmpty)
            #expect(request.headers["origin"].isEmpty)
        }
    }

    @Test("What is no URL, no field or no server is said", arguments: ["http://localhost/", "ws://", "nonsense"])
    func refusesURLs(url: String) async throws {
        await #expect(throws: WebSocketConnectError.invalidURL) { try await client.withConnection(to: url) { _ in } }
        await #expect(throws: WebSocketConnectError.invalidHeader("X")) {
            try await client.withConnection(to: "ws://localhost/", headers: ["X": "a\r\nY: b"]) { _ in }
        }
    }

    @Test("Nobody listening is unreachable")
    func reportsUnreachable() async throws {
        // The system gives port 1 to nobody; one that a server had may be another test's a moment later.
        let error = await #expect(throws: WebSocketConnectError.self) {
            try await client.withConnection(to: "ws://127.0.0.1:1/") { _ in }
        }
        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    // MARK: - Against a scripted server

    /// Answers the opening handshake as a server has to, with further fields.
    private static func accept(_ connection: inout RawConnection, also fields: String = "", then bytes: [UInt8] = []) async throws {
        let text = try await connection.read(until: "\r\n\r\n")
        let key = RawResponse(head: text).field("sec-websocket-key") ?? ""
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: "/", headers: ["Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13"])
        let answer = String(buffer: try await WebSocketHandshake.answer(to: head, on: connection.channel))
        try await connection.send(Array((answer.dropLast() + fields + "\r\n").utf8) + bytes)
    }

    @Test(
        "An answer that breaks the opening handshake is refused",
        arguments: [
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\n\r\n",
            "NONSENSE\r\n\r\n",
        ])
    func refusesBrokenAnswers(answer: String) async throws {
        try await withScriptedServer { connection in
            _ = try await connection.read(until: "\r\n\r\n")
            try await connection.send(answer)
            _ = await connection.readAll()
        } _: { port in
            let error = await #expect(throws: WebSocketConnectError.self) {
                try await client.withConnection(to: "ws://127.0.0.1:\(port)/") { _ in }
            }
            guard case .invalidAnswer = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test(
        "What was not offered is refused",
        arguments: ["Sec-WebSocket-Extensions: permessage-deflate\r\n", "Sec-WebSocket-Protocol: chat\r\n"])
    func refusesUnofferedTerms(field: String) async throws {
        try await withScriptedServer { connection in
            try await Self.accept(&connection, also: field)
            _ = await connection.readAll()
        } _: { port in
            await #expect(throws: WebSocketConnectError.self) {
                try await client.withConnection(to: "ws://127.0.0.1:\(port)/") { _ in }
            }
        }
    }

    @Test("Frames right behind the answer are received, and every frame of the client has a mask of its own")
    func masks() async throws {
        let (masks, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        try await withScriptedServer { connection in
            try await Self.accept(&connection)
            try await connection.send(frameBytes(1, Array("hi".utf8), mask: nil))
            for _ in 0..<3 {
                #expect(try await connection.read(2) == [0x81, 0x84])
                let mask = try await connection.read(4)
                continuation.yield(mask)
                #expect(try await connection.read(4).enumerated().map { $0.element ^ mask[$0.offset % 4] } == Array("same".utf8))
            }
            continuation.finish()
            let close = try await connection.readFrame()
            #expect(close.code == 1000)
            #expect(close.isMasked)
            try await connection.send(frameBytes(8, close.payload, mask: nil))
        } _: { port in
            try await client.withConnection(to: "ws://127.0.0.1:\(port)/") { connection in
                #expect(try await connection.receive() == .text(ByteBuffer(string: "hi")))
                for _ in 0..<3 { try await connection.send(text: "same") }
            }
            let seen = await masks.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
            #expect(seen.count == 3)
        }
    }

    @Test("A ping right behind the answer, in the same packet, is answered")
    func answersAnEarlyPing() async throws {
        let (frames, continuation) = AsyncStream.makeStream(of: ReadFrame.self)
        try await withScriptedServer { connection in
            try await Self.accept(&connection, then: frameBytes(9, [7], mask: nil))
            continuation.yield(try await connection.readFrame())
            _ = await connection.readAll()
        } _: { port in
            try await client.withConnection(to: "ws://127.0.0.1:\(port)/", configuration: .init(closeTimeout: .milliseconds(1))) { _ in
                #expect(await frames.first { _ in true } == ReadFrame(opcode: 10, isMasked: true, payload: [7]))
            }
        }
    }

    @Test("What a server sends leads to what RFC 6455 says", arguments: WebSocketVector.all(mask: nil))
    func follows(vector: WebSocketVector) async throws {
        let (frames, continuation) = AsyncStream.makeStream(of: ReadFrame.self)
        try await withScriptedServer { connection in
            defer { continuation.finish() }
            try await Self.accept(&connection)
            // What is refused in the middle is closed before all of it is sent.
            try? await connection.send(vector.sent)
            for _ in vector.received { continuation.yield(try await connection.readFrame()) }
            if vector.closes { try await connection.send(frameBytes(8, [0x03, 0xE8], mask: nil)) }
            continuation.yield(try await connection.readFrame())
        } _: { port in
            let configuration = WebSocketConfiguration(maximumMessageSize: 1 << 20, closeTimeout: .milliseconds(100))
            try await client.withConnection(to: "ws://127.0.0.1:\(port)/", configuration: configuration) { connection in
                while let message = try? await connection.receive() {
                    switch message {
                    case .text(let text): try? await connection.send(text: text)
                    case .binary(let bytes): try? await connection.send(binary: bytes)
                    }
                }
            }
            var seen = await frames.reduce(into: [ReadFrame]()) { $0.append($1) }
            #expect(seen.filter { !$0.isMasked } == [])
            let close = seen.popLast()
            #expect(seen.map { ReadFrame(opcode: $0.opcode, isFinal: $0.isFinal, payload: $0.payload) } == vector.received)
            #expect(close?.opcode == 8)
            #expect(close?.code == vector.code)
        }
    }

    @Test("A server that masks is told 1002")
    func refusesMaskedFrames() async throws {
        let (codes, continuation) = AsyncStream.makeStream(of: Int?.self)
        try await withScriptedServer { connection in
            try await Self.accept(&connection)
            try await connection.send(textFrame("masked"))
            continuation.yield(try await connection.readFrame().code)
        } _: { port in
            try await client.withConnection(to: "ws://127.0.0.1:\(port)/") { connection in
                let end = try await connection.receive()
                #expect(end == nil)
                #expect(connection.closeReason?.code == .protocolError)
            }
            #expect(await codes.first { _ in true } == 1002)
        }
    }

    @Test("The server's closing is answered, and its code is known")
    func noticesClosing() async throws {
        try await withScriptedServer { connection in
            try await Self.accept(&connection)
            try await connection.send(frameBytes(8, [0x03, 0xE9] + Array("bye".utf8), mask: nil))
            #expect(try await connection.readFrame().code == 1001)
        } _: { port in
            try await client.withConnection(to: "ws://127.0.0.1:\(port)/") { connection in
                let end = try await connection.receive()
                #expect(end == nil)
                #expect(connection.closeReason == WebSocketClosure(code: .goingAway, reason: "bye", side: .remote))
                await #expect(throws: WebSocketClosed.self) { try await connection.send(text: "late") }
            }
        }
    }

    @Test("A connection that is cut is 1006")
    func noticesCuts() async throws {
        try await withScriptedServer { connection in
            try await Self.accept(&connection)
        } _: { port in
            try await client.withConnection(to: "ws://127.0.0.1:\(port)/") { connection in
                let end = try await connection.receive()
                #expect(end == nil)
                #expect(connection.closeReason == WebSocketClosure(code: .abnormal, side: .nobody))
            }
        }
    }

    @Test("A server that does not answer in time is given up")
    func timesOut() async throws {
        let clock = ManualClock()
        try await withScriptedServer { connection in
            _ = await connection.readAll()
        } _: { port in
            let client = WebSocketClient(connectTimeout: .seconds(10), clock: clock, logger: silentLogger)
            try await clock.passing {
                await #expect(throws: WebSocketConnectError.timedOut) {
                    try await client.withConnection(to: "ws://127.0.0.1:\(port)/") { _ in }
                }
            }
        }
    }

    @Test("A server that goes silent is noticed after ninety seconds, pinged until then")
    func noticesSilence() async throws {
        let clock = ManualClock()
        try await withScriptedServer { connection in
            try await Self.accept(&connection)
            _ = await connection.readAll()
        } _: { port in
            let client = WebSocketClient(connectTimeout: .seconds(100_000), clock: clock, logger: silentLogger)
            try await client.withConnection(to: "ws://127.0.0.1:\(port)/") { connection in
                let start = clock.now
                let end = try await clock.passing { try await connection.receive() }
                #expect(end == nil)
                #expect(connection.closeReason?.code == .abnormal)
                #expect(start.duration(to: clock.now) >= .seconds(90))
            }
        }
    }

    @Test("A cancelled receive leaves the connection open; a cancelled owner cuts it")
    func cancels() async throws {
        try await withServer(handler: echo) { port in
            try await client.withConnection(to: "ws://127.0.0.1:\(port)/ws") { connection in
                await withThrowingTaskGroup(of: WebSocketMessage?.self) { group in
                    group.addTask { try await connection.receive() }
                    group.cancelAll()
                    await #expect(throws: CancellationError.self) { try await group.next() }
                }
                try await connection.send(text: "still here")
                #expect(try await connection.receive() == .text(ByteBuffer(string: "still here")))
            }
            let (started, continuation) = AsyncStream.makeStream(of: Void.self)
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await client.withConnection(to: "ws://127.0.0.1:\(port)/ws") { connection in
                        continuation.finish()
                        _ = try await connection.receive()
                    }
                }
                for await _ in started {}
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
        }
    }

    @Test("An owner that throws closes with 1011")
    func closesAfterErrors() async throws {
        let (codes, continuation) = AsyncStream.makeStream(of: WebSocketClosure?.self)
        try await withServer { _ in
            .webSocket(.init()) { connection in
                _ = try? await connection.receive()
                continuation.yield(connection.closeReason)
            }
        } _: { port in
            await #expect(throws: TestError.self) {
                try await client.withConnection(to: "ws://127.0.0.1:\(port)/ws") { _ in throw TestError.tooSlow }
            }
            #expect(await codes.first { _ in true } == WebSocketClosure(code: .internalError, side: .remote))
        }
    }
}
