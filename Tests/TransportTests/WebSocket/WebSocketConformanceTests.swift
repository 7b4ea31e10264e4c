import NIOCore
import Testing
import TransportTestSupport

@testable import Transport

/// The rules of RFC 6455 against the real socket, byte for byte.
@Suite(.timeLimit(.minutes(5))) struct WebSocketConformanceTests {
    @Test("What a client sends leads to what RFC 6455 says", arguments: WebSocketVector.all(mask: [0x11, 0x22, 0x33, 0x44]))
    func follows(vector: WebSocketVector) async throws {
        try await withServer(handler: echo) { port in
            try await withRawConnection(to: port) { connection in
                #expect(try await connection.upgrade().status == 101)
                // What is refused in the middle is closed before all of it is sent.
                try? await connection.send(vector.sent)
                for expected in vector.received {
                    #expect(try await connection.readFrame() == expected)
                }
                if vector.closes { try await connection.send(closeFrame(1000)) }
                let close = try await connection.readFrame()
                #expect(close.opcode == 8)
                #expect(close.code == vector.code)
                #expect(await connection.readAll() == "")
            }
        }
    }

    @Test("Frames may arrive byte by byte")
    func takesSingleBytes() async throws {
        try await withServer(handler: echo) { port in
            try await withRawConnection(to: port) { connection in
                #expect(try await connection.upgrade().status == 101)
                for byte in frameBytes(1, Array("Grü".utf8), isFinal: false) + frameBytes(0, Array("ße".utf8)) {
                    try await connection.send([byte])
                }
                #expect(try await connection.readFrame() == .text("Grüße"))
            }
        }
    }

    @Test("Messages are sent in frames of at most 16,000 bytes, unmasked")
    func fragments() async throws {
        try await withServer(handler: echo) { port in
            try await withRawConnection(to: port) { connection in
                #expect(try await connection.upgrade().status == 101)
                try await connection.send(frameBytes(2, Array(repeating: 5, count: 40_000)))
                for (opcode, length, isFinal) in [(2, 16_000, false), (0, 16_000, false), (0, 8_000, true)] {
                    let expected = ReadFrame(opcode: UInt8(opcode), isFinal: isFinal, isMasked: false, payload: Array(repeating: 5, count: length))
                    #expect(try await connection.readFrame() == expected)
                }
                try await connection.send(frameBytes(2, Array(repeating: 5, count: 16_000)))
                #expect(try await connection.readFrame().isFinal)
            }
        }
    }

    @Test("The largest message that is allowed is echoed")
    func takesTheLargest() async throws {
        let bytes = [UInt8](repeating: 9, count: 1 << 20)
        try await withServer(handler: echo) { port in
            try await withRawConnection(to: port) { connection in
                #expect(try await connection.upgrade().status == 101)
                try await connection.send(frameBytes(2, bytes))
                var received = 0
                while received < bytes.count { received += try await connection.readFrame().payload.count }
                #expect(received == bytes.count)
            }
        }
    }

    @Test("Pings are answered while the application is busy")
    func answersPingsWhileBusy() async throws {
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        try await withServer { _ in
            .webSocket(.init()) { connection in
                for await _ in gate { break }
                await echoMessages(connection)
            }
        } _: { port in
            try await withRawConnection(to: port) { connection in
                #expect(try await connection.upgrade().status == 101)
                try await connection.send(textFrame("first") + frameBytes(9, [1]))
                #expect(try await connection.readFrame() == ReadFrame(opcode: 10, payload: [1]))
                opener.finish()
                #expect(try await connection.readFrame() == .text("first"))
            }
        }
    }

    @Test("A peer whose messages are not taken is held")
    func holdsThePeer() async throws {
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let sent = Collected.Count()
        let count = 300
        try await withServer { _ in
            .webSocket(.init()) { connection in
                for await _ in gate { break }
                var received = 0
                while received < count, (try? await connection.receive()) != nil { received += 1 }
                try? await connection.send(text: "\(received)")
            }
        } _: { port in
            try await withRawConnection(to: port) { connection in
                #expect(try await connection.upgrade().status == 101)
                let channel = connection.channel
                let frame = ByteBuffer(bytes: frameBytes(2, Array(repeating: 5, count: 100_000)))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for _ in 0..<count {
                            try await channel.writeAndFlush(frame)
                            _ = sent.add(1)
                        }
                    }
                    try await untilConstant { sent.add(0) }
                    #expect(sent.add(0) < count / 2)
                    opener.finish()
                    try await group.waitForAll()
                }
                // On a busy machine it may have taken so long that the server asks whether we are there.
                var answer = try await connection.readFrame()
                while answer.opcode == 9 { answer = try await connection.readFrame() }
                #expect(answer == .text("\(count)"))
            }
        }
    }

    @Test("A peer that does not read holds the sender")
    func holdsTheSender() async throws {
        let sent = Collected.Count()
        let count = 300
        try await withServer { _ in
            .webSocket(.init()) { connection in
                for _ in 0..<count {
                    guard (try? await connection.send(binary: ByteBuffer(repeating: 5, count: 100_000))) != nil else { return }
                    _ = sent.add(1)
                }
            }
        } _: { port in
            try await withRawConnection(to: port) { connection in
                #expect(try await connection.upgrade().status == 101)
                try await untilConstant { sent.add(0) }
                #expect(sent.add(0) < count / 2)
                var received = 0
                while received < count * 100_000 { received += try await connection.readFrame().payload.count }
                #expect(try await connection.readFrame().code == 1000)
            }
        }
    }

    @Test("When the application returns the WebSocket is closed with 1000, and the client's answer ends it")
    func closesAfterTheApplication() async throws {
        let (closures, continuation) = AsyncStream.makeStream(of: WebSocketClosure?.self)
        try await withServer { _ in
            .webSocket(.init()) { connection in
                continuation.yield(connection.closeReason)
                await connection.close(code: .init(rawValue: 4001), reason: "enough")
                await connection.close(code: .goingAway)
                continuation.yield(connection.closeReason)
                continuation.finish()
            }
        } _: { port in
            try await withRawConnection(to: port) { connection in
                #expect(try await connection.upgrade().status == 101)
                let close = try await connection.readFrame()
                #expect(close.code == 4001)
                #expect(close.payload.dropFirst(2).elementsEqual("enough".utf8))
                try await connection.send(closeFrame(4001))
                #expect(await connection.readAll() == "")
            }
            #expect(
                await closures.reduce(into: []) { $0.append($1) } == [
                    nil, WebSocketClosure(code: .init(rawValue: 4001), reason: "enough", side: .local),
                ])
        }
    }

    @Test("After the peer closed, what it sent before is still received, and sending throws")
    func receivesTheRest() async throws {
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let (results, continuation) = AsyncStream.makeStream(of: String.self)
        try await withServer { _ in
            .webSocket(.init()) { connection in
                for await _ in gate { break }
                while case .text(let text) = try? await connection.receive() { continuation.yield(String(buffer: text)) }
                do {
                    try await connection.send(text: "late")
                } catch let error as WebSocketClosed {
                    continuation.yield("\(error.closure.code) \(error.closure.side)")
                } catch {
                    continuation.yield("\(error)")
                }
                continuation.finish()
            }
        } _: { port in
            try await withRawConnection(to: port) { connection in
                #expect(try await connection.upgrade().status == 101)
                try await connection.send(textFrame("1") + textFrame("2") + closeFrame(3000))
                #expect(try await connection.readFrame().code == 3000)
                opener.finish()
                #expect(await results.reduce(into: []) { $0.append($1) } == ["1", "2", "3000 remote"])
            }
        }
    }
}
