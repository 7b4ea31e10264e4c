import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Testing
import TransportTestSupport

@testable import Transport

@Suite(.timeLimit(.minutes(5))) struct ShutdownTests {
    /// A server in a service group, its port, and a gate for its handlers.
    private struct Running: Sendable {
        var port: Int
        var group: ServiceGroup
        var opener: AsyncStream<Void>.Continuation
        /// Says that `/slow` is in its handler.
        var entered: AsyncStream<Void>
    }

    /// `/slow` waits for the gate, `/ws` echoes; `ended` tells when the server has ended.
    private func withGroup(
        _ configuration: HTTPServer.Configuration = .init(),
        _ body: (Running, _ ended: AsyncStream<Void>) async throws -> Void
    ) async throws {
        let (ports, portContinuation) = AsyncStream.makeStream(of: Int.self)
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let (entered, enterContinuation) = AsyncStream.makeStream(of: Void.self)
        let (ended, endContinuation) = AsyncStream.makeStream(of: Void.self)
        let server = HTTPServer(configuration: configuration, logger: silentLogger) {
            portContinuation.yield($0.port ?? 0)
        } handler: { request in
            if request.path == "/slow" {
                enterContinuation.yield()
                for await _ in gate { break }
                return .response(.text(.ok, Task.isCancelled ? "cancelled" : "slow"))
            }
            return await echo(request)
        }
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server, successTerminationBehavior: .gracefullyShutdownGroup)], logger: silentLogger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { endContinuation.finish() }
                try await group.run()
            }
            defer { tasks.cancelAll() }
            let port = try #require(await ports.first { _ in true })
            try await body(Running(port: port, group: group, opener: opener, entered: entered), ended)
        }
    }

    @Test("A graceful shutdown lets a request finish, closes idle connections, and takes no new ones")
    func drains() async throws {
        try await withGroup { server, ended in
            try await withRawConnection(to: server.port) { idle in
                try await idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try await idle.readResponse()
                try await withRawConnection(to: server.port) { busy in
                    try await busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
                    for await _ in server.entered { break }
                    await server.group.triggerGracefulShutdown()
                    #expect(await idle.readAll() == "")
                    await #expect(throws: (any Error).self) {
                        try await withRawConnection(to: server.port) { new in
                            try await new.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                            _ = try await new.readResponse()
                        }
                    }
                    server.opener.finish()
                    let response = try await busy.readResponse()
                    #expect(response.body == "slow")
                    #expect(response.field("connection") == "close")
                    #expect(await busy.readAll() == "")
                }
            }
            for await _ in ended {}
        }
    }

    @Test("A graceful shutdown closes WebSockets with 1001")
    func closesWebSockets() async throws {
        try await withGroup { server, ended in
            try await withRawConnection(to: server.port) { connection in
                #expect(try await connection.upgrade().status == 101)
                try await connection.send(textFrame("a"))
                #expect(try await connection.readFrame() == .text("a"))
                await server.group.triggerGracefulShutdown()
                #expect(try await connection.readFrame().code == 1001)
                try await connection.send(closeFrame(1001))
                #expect(await connection.readAll() == "")
            }
            for await _ in ended {}
        }
    }

    @Test("What takes longer than the drain time-out is cut")
    func cutsAfterTheDrain() async throws {
        let clock = ManualClock()
        var configuration = HTTPServer.Configuration()
        configuration.clock = clock
        configuration.drainTimeout = .seconds(20)
        try await withGroup(configuration) { server, ended in
            try await withRawConnection(to: server.port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try await connection.readResponse()
                try await connection.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
                for await _ in server.entered { break }
                let start = clock.now
                await server.group.triggerGracefulShutdown()
                try await clock.passing { #expect(await connection.readAll() == "") }
                #expect(start.duration(to: clock.now) >= .seconds(20))
            }
            for await _ in ended {}
        }
    }

    @Test("Cancelling cuts everything now, requests and WebSockets alike")
    func cancels() async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let (gate, _) = AsyncStream.makeStream(of: Void.self)
        let server = HTTPServer(configuration: .init(), logger: silentLogger) {
            continuation.yield($0.port ?? 0)
        } handler: { request in
            if request.path == "/slow" { for await _ in gate { break } }
            return await echo(request)
        }
        await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await server.run() }
            let port = await ports.first { _ in true } ?? 0
            await #expect(throws: Never.self) {
                try await withRawConnection(to: port) { webSocket in
                    #expect(try await webSocket.upgrade().status == 101)
                    try await withRawConnection(to: port) { busy in
                        try await busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                        _ = try await busy.readResponse()
                        try await busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
                        tasks.cancelAll()
                        #expect(await busy.readAll() == "")
                        _ = await webSocket.readAll()
                    }
                }
            }
            await #expect(throws: CancellationError.self) { try await tasks.next() }
        }
    }

    @Test("A port that is taken is an error of the server that wants it")
    func failsToListen() async throws {
        try await withServer(handler: echo) { port in
            let second = HTTPServer(configuration: .init(port: port), logger: silentLogger, handler: echo)
            await #expect(throws: (any Error).self) { try await second.run() }
        }
    }
}
