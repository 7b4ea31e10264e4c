import NIOCore

/// A server connection as its task sees it.
struct HTTPServerChannel: Sendable {
    let channel: any Channel
    let handler: NIOLoopBound<HTTPServerHandler>

    /// The next part of a request; nil if there will be none.
    func next(expecting expectation: HTTPServerHandler.Expectation) async throws -> HTTPServerHandler.Inbound? {
        let waiter = Waiter<HTTPServerHandler.Inbound?>()
        return try await waiter.wait {
            channel.eventLoop.perform { [handler] in handler.value.take(waiter, expecting: expectation) }
        }
    }

    /// Writes bytes and returns when the socket has taken them. Cancelling gives only the waiting up.
    func write(_ bytes: ByteBuffer) async throws {
        let waiter = Waiter<Void>()
        try await waiter.wait {
            channel.eventLoop.perform { [handler] in handler.value.write(bytes, waiter) }
        }
    }

    func becomeWebSocket(_ answer: ByteBuffer, _ configuration: WebSocketConfiguration) async throws -> WebSocketConnection {
        let waiter = Waiter<WebSocketConnection>()
        return try await waiter.wait {
            channel.eventLoop.perform { [handler] in handler.value.becomeWebSocket(answer, configuration, waiter) }
        }
    }

    func resumeParser() {
        channel.eventLoop.perform { [handler] in handler.value.resumeParser() }
    }

    /// Closes when the peer has read what was written, or after a short time.
    func linger() async {
        channel.eventLoop.perform { [handler] in handler.value.linger() }
        try? await channel.closeFuture.get()
    }

    func close() async {
        try? await channel.close().get()
    }
}
