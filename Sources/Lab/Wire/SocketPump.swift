import NIOCore
import Transport

/// Moves texts between a WebSocket and a simulator, in order, until either side ends.
struct SocketPump: Sendable {
    enum Outgoing: Sendable {
        case text(String)
        /// End the connection after what was sent before.
        case close
    }

    /// Takes what is to be sent.
    let outlet: AsyncStream<Outgoing>.Continuation
    private let outgoing: AsyncStream<Outgoing>

    init() { (outgoing, outlet) = AsyncStream.makeStream(of: Outgoing.self) }

    /// Sends what the outlet takes, and hands over what is received; returns when the connection has ended.
    func run(_ connection: WebSocketConnection, received: @Sendable (String) -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await item in outgoing {
                    switch item {
                    case .text(let text):
                        guard (try? await connection.send(text: text)) != nil else { return }
                    case .close:
                        await connection.close(code: .goingAway)
                        return
                    }
                }
            }
            while let message = try? await connection.receive() {
                if case .text(let bytes) = message { received(String(buffer: bytes)) }
            }
            outlet.finish()
        }
    }
}
