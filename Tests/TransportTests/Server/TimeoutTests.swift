import NIOCore
import NIOHTTP1
import Testing
import TransportTestSupport

@testable import Transport

/// All times pass on a clock of the tests' own.
@Suite(.timeLimit(.minutes(5))) struct TimeoutTests {
    private let clock = ManualClock()

    private var configuration: HTTPServer.Configuration {
        var configuration = HTTPServer.Configuration()
        configuration.clock = clock
        return configuration
    }

    /// Lets the time pass until the connection ends; returns what came and how long it took.
    private func end(of connection: inout RawConnection) async throws -> (text: String, after: Duration) {
        let start = clock.now
        var text = ""
        try await clock.passing { text = await connection.readAll() }
        return (text, start.duration(to: clock.now))
    }

    @Test("A connection that sends nothing is closed without a word")
    func closesSilentConnections() async throws {
        try await withServer(configuration, handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                let end = try await end(of: &connection)
                #expect(end.text == "")
                #expect(end.after >= .seconds(15))
            }
        }
    }

    @Test("A first head that does not come to its end is answered 408")
    func refusesSlowFirstHeads() async throws {
        try await withServer(configuration, handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\nX: ")
                let end = try await end(of: &connection)
                #expect(end.text.hasPrefix("HTTP/1.1 408 "))
                #expect(end.after >= .seconds(14))
            }
        }
    }

    @Test("A kept connection is closed when it was idle too long, and answers until then")
    func closesIdleConnections() async throws {
        try await withServer(configuration, handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                for _ in 1...3 {
                    try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    #expect(try await connection.readResponse().status == 200)
                    clock.advance(by: .seconds(40))
                }
                let end = try await end(of: &connection)
                #expect(end.text == "")
                #expect(end.after >= .seconds(34))
            }
        }
    }

    @Test("A later head that does not come to its end is answered 408 sooner than an idle connection is closed")
    func refusesSlowLaterHeads() async throws {
        var configuration = configuration
        configuration.idleTimeout = .seconds(100_000)
        try await withServer(configuration, handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try await connection.readResponse()
                try await connection.send("GET / HTTP/1.1\r\nHo")
                let end = try await end(of: &connection)
                #expect(end.text.hasPrefix("HTTP/1.1 408 "))
                #expect(end.after < .seconds(90_000))
            }
        }
    }

    @Test("A body that stops is answered 408, and the handler's answer does not count")
    func refusesSlowBodies() async throws {
        try await withServer(configuration, handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")
                let end = try await end(of: &connection)
                #expect(end.text.hasPrefix("HTTP/1.1 408 "))
                #expect(end.text.contains("\r\nConnection: close\r\n"))
                #expect(end.after >= .seconds(29))
            }
        }
    }

    @Test("A peer that does not read its response is cut")
    func cutsDeafPeers() async throws {
        let (ends, continuation) = AsyncStream.makeStream(of: Duration.self)
        let clock = clock
        try await withServer(configuration) { _ in
            .response(
                .init(
                    status: .ok,
                    body: .stream(length: nil) { writer in
                        let start = clock.now
                        do {
                            while true { try await writer.write(ByteBuffer(repeating: 1, count: 1 << 16)) }
                        } catch {
                            continuation.yield(start.duration(to: clock.now))
                            throw error
                        }
                    }))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                var after = Duration.zero
                try await clock.passing { after = await ends.first { _ in true } ?? .zero }
                #expect(after >= .seconds(60))
            }
        }
    }

    @Test("A WebSocket is pinged every thirty seconds, and given up after ninety without an answer")
    func pingsWebSockets() async throws {
        try await withServer(configuration, handler: echo) { port in
            try await withRawConnection(to: port) { connection in
                #expect(try await connection.upgrade().status == 101)
                let start = clock.now
                for _ in 1...5 {
                    // So little time that no slow test run is silent for ninety seconds.
                    let ping = try await clock.passing(atMost: .seconds(33)) { try await connection.readFrame() }
                    #expect(ping == ReadFrame(opcode: 9))
                    // The answer to the own ping proves that the pong before it has arrived.
                    try await connection.send(frameBytes(10) + frameBytes(9, [1]))
                    while try await connection.readFrame() != ReadFrame(opcode: 10, payload: [1]) {}
                }
                #expect(start.duration(to: clock.now) >= .seconds(149))
                var frames: [ReadFrame] = []
                try await clock.passing {
                    repeat { frames.append(try await connection.readFrame()) } while frames.last?.opcode != 8
                    #expect(await connection.readAll() == "")
                }
                #expect(frames.dropLast().allSatisfy { $0 == ReadFrame(opcode: 9) })
                #expect(frames.last?.code == 1001)
            }
        }
    }

    @Test("A peer that does not answer a close frame is cut after the close time-out")
    func cutsWithoutAnswer() async throws {
        try await withServer(configuration) { _ in
            .webSocket(.init(closeTimeout: .seconds(5))) { _ in }
        } _: { port in
            try await withRawConnection(to: port) { connection in
                #expect(try await connection.upgrade().status == 101)
                #expect(try await connection.readFrame().code == 1000)
                let end = try await end(of: &connection)
                #expect(end.after >= .seconds(4))
            }
        }
    }
}
