import NIOCore
import NIOWebSocket

/// Turns a connection that spoke HTTP into a WebSocket, on either side.
enum WebSocketUpgrade {
    /// What the new WebSocket is made of.
    struct Terms {
        var role: WebSocketStateMachine.Role
        var configuration: WebSocketConfiguration
        var time: TimeSource
        var deadline: Deadline
        var waiter: Waiter<WebSocketConnection>
    }

    /// Removes the parser and puts the WebSocket's handlers in its place. The handlers behind the parser have to be gone.
    ///
    /// A parser leaves the pipeline a turn of the event loop later, and until then whatever is written or read passes it. So
    /// the WebSocket begins after that, with everything that came in between.
    static func perform(replacing parser: any RemovableChannelHandler, on channel: any Channel, _ terms: Terms) throws {
        let pipeline = channel.pipeline.syncOperations
        let buffer = UpgradeBuffer()
        try pipeline.addHandler(buffer, position: .after(parser))
        pipeline.removeHandler(parser).assumeIsolated().whenComplete { _ in
            do {
                try begin(behind: buffer, on: channel, terms)
            } catch {
                channel.close(promise: nil)
                terms.waiter.resolve(.failure(error))
            }
        }
    }

    private static func begin(behind buffer: UpgradeBuffer, on channel: any Channel, _ terms: Terms) throws {
        let status = WebSocketStatus()
        let handler = WebSocketHandler(
            role: terms.role, configuration: terms.configuration, time: terms.time, deadline: terms.deadline, status: status)
        let frames = ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: terms.configuration.maximumFrameSize))
        try channel.pipeline.syncOperations.addHandlers([WebSocketFrameEncoder(), frames, handler], position: .after(buffer))
        buffer.release()
        let connection = WebSocketConnection(
            channel: channel, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop), status: status)
        // Without an owner there is no use for it.
        if !terms.waiter.resolve(.success(connection)) { channel.close(promise: nil) }
    }
}

/// Keeps what arrives while the handler is not there that it is for.
private final class UpgradeBuffer: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private enum Held {
        case bytes(ByteBuffer)
        case event(Any)
        case error(any Error)
    }

    private var held: [Held] = []
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        held.append(.bytes(unwrapInboundIn(data)))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Said when the bytes are.
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        held.append(.event(event))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        held.append(.error(error))
    }

    /// Hands everything on, and leaves.
    func release() {
        guard let context else { return }
        for item in held {
            switch item {
            case .bytes(let bytes): context.fireChannelRead(wrapInboundOut(bytes))
            case .event(let event): context.fireUserInboundEventTriggered(event)
            case .error(let error): context.fireErrorCaught(error)
            }
        }
        held = []
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
