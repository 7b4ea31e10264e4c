package import Logging
import NIOCore
package import Transport

/// Logs nothing.
package let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Runs a server on any free port of the loopback interface while the body runs.
@discardableResult
package func withServer<Result: Sendable>(
    _ configuration: HTTPServer.Configuration = .init(),
    handler: @escaping @Sendable (HTTPRequest) async -> HTTPAnswer,
    _ body: (Int) async throws -> Result
) async throws -> Result {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let server = HTTPServer(
        configuration: configuration,
        logger: silentLogger,
        onListening: { address in
            continuation.yield(address.port ?? 0)
            continuation.finish()
        },
        handler: handler
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { continuation.finish() }
            try await server.run()
        }
        defer { group.cancelAll() }
        guard let port = await ports.first(where: { _ in true }) else {
            try await group.next()
            throw NotListening()
        }
        return try await body(port)
    }
}

/// A server ended before it took connections.
struct NotListening: Error {}
