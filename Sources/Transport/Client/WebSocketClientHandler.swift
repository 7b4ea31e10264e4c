import NIOCore
import NIOHTTP1
import NIOSSL
import NIOWebSocket

/// The last handler of a client connection during the opening handshake (RFC 6455 section 4.1): sends the request, checks the
/// answer, and puts a WebSocket in its place.
final class WebSocketClientHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private enum State {
        case waiting
        case accepted
        case done
    }

    private let request: HTTPRequestHead
    private let key: String
    private let configuration: WebSocketConfiguration
    private let time: TimeSource
    private let deadline: Deadline
    private let waiter: Waiter<WebSocketConnection>
    private let encoder = HTTPRequestEncoder()
    private let decoder: ByteToMessageHandler<HTTPResponseDecoder>
    private var state = State.waiting

    init(
        url: WebSocketURL, headers: HTTPHeaders, configuration: WebSocketConfiguration, time: TimeSource, deadline: Deadline,
        waiter: Waiter<WebSocketConnection>
    ) {
        key = NIOWebSocketClientUpgrader.randomRequestKey()
        var fields = headers
        for (name, value) in [
            ("Host", url.hostField), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", key),
            ("Sec-WebSocket-Version", "13"),
        ] {
            fields.replaceOrAdd(name: name, value: value)
        }
        for name in ["Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol", "Content-Length", "Transfer-Encoding"] {
            fields.remove(name: name)
        }
        request = HTTPRequestHead(version: .http1_1, method: .GET, uri: url.target, headers: fields)
        self.configuration = configuration
        self.time = time
        self.deadline = deadline
        self.waiter = waiter
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 16 * 1024
        limits.maxHeaderListSize = 64 * 1024
        decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits))
    }

    /// Adds the HTTP handlers and this one at the pipeline's end.
    func install(in pipeline: ChannelPipeline.SynchronousOperations) throws {
        try pipeline.addHandler(encoder)
        try pipeline.addHandler(decoder)
        try pipeline.addHandler(self)
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(request)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.unreachable("the connection was closed"), context)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (state, unwrapInboundIn(data)) {
        case (.waiting, .head(let head)):
            guard head.status == .switchingProtocols else {
                state = .done
                waiter.resolve(.failure(WebSocketUpgradeRefused(status: head.status)))
                context.close(promise: nil)
                return
            }
            if let objection = objection(to: head) {
                fail(.invalidAnswer(objection), context)
            } else {
                state = .accepted
            }
        case (.accepted, .end):
            becomeWebSocket(context)
        case (.waiting, _), (.accepted, _), (.done, _):
            break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is HTTPParserError, is NIOHTTPDecoderError, is ByteToMessageDecoderError: fail(.invalidAnswer("no HTTP"), context)
        default: fail(.unreachable("\(error)"), context)
        }
    }

    private func objection(to head: HTTPResponseHead) -> String? {
        guard head.headers.hasToken("websocket", in: "upgrade"), head.headers.hasToken("upgrade", in: "connection") else {
            return "101 to something else than WebSocket"
        }
        let upgrader = NIOWebSocketClientUpgrader(requestKey: key) { channel, _ in channel.eventLoop.makeSucceededFuture(()) }
        guard upgrader.shouldAllowUpgrade(upgradeResponse: head) else { return "wrong accept key" }
        guard head.headers["sec-websocket-extensions"].isEmpty else { return "an extension that was not offered" }
        guard head.headers["sec-websocket-protocol"].isEmpty else { return "a subprotocol that was not offered" }
        return nil
    }

    private func becomeWebSocket(_ context: ChannelHandlerContext) {
        state = .done
        let pipeline = context.pipeline.syncOperations
        pipeline.removeHandler(self, promise: nil)
        pipeline.removeHandler(encoder, promise: nil)
        let terms = WebSocketUpgrade.Terms(role: .client, configuration: configuration, time: time, deadline: deadline, waiter: waiter)
        do {
            try WebSocketUpgrade.perform(replacing: decoder, on: context.channel, terms)
        } catch {
            fail(.unreachable("\(error)"), context)
        }
    }

    private func fail(_ error: WebSocketConnectError, _ context: ChannelHandlerContext) {
        state = .done
        waiter.resolve(.failure(error))
        context.close(promise: nil)
    }
}
