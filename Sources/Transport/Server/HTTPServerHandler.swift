import NIOCore
import NIOHTTP1

/// The last handler of a server connection while it speaks HTTP: keeps what arrived until the connection's task takes it,
/// reads the peer no faster, watches the times, and changes the pipeline when the connection becomes a WebSocket.
final class HTTPServerHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the connection's task takes.
    enum Inbound: Sendable {
        /// A head; without a body the request is complete.
        case request(HTTPRequestHead, hasBody: Bool)
        case body(ByteBuffer)
        /// The end of a body.
        case end
    }

    /// What the connection's task waits for, which says how long it may.
    enum Expectation: Sendable {
        case firstRequest
        case nextRequest
        case body(until: Duration)
    }

    /// A request's head was begun but did not come to its end in time.
    struct SlowHead: Error {}

    private enum Input {
        case open
        /// The peer will send nothing more.
        case ended
        case failed(any Error)
    }

    private static let readAheadBytes = 64 * 1024
    private static let readAheadParts = 16
    private static let lingerTime = Duration.seconds(2)

    private let limits: NIOHTTPDecoderLimitConfiguration
    private let server: HTTPServerContext
    private let deadline: Deadline
    /// Given away to the WebSocket when the connection becomes one.
    private var decoder: ByteToMessageHandler<HTTPRequestDecoder>?
    private var context: ChannelHandlerContext?
    private var queue = CircularBuffer<Inbound>(initialCapacity: 1)
    private var queuedBytes = 0
    private var input = Input.open
    private var taker: (waiter: Waiter<Inbound?>, expectation: Expectation)?
    /// A head whose next part shows whether a body follows.
    private var pendingHead: HTTPRequestHead?
    private var isReadPending = false
    /// The parser stopped at a request that may change the protocol; what follows stays unread until that is decided.
    private var isParserStopped = false
    private var willParserStop = false
    private var isLingering = false
    private var isQuiescing = false
    private var isReplaced = false
    /// The parser is between a head and the end of its message.
    private var isWithinMessage = false
    /// The read in progress completed a part of a message.
    private var hasReadPart = false
    /// Some bytes of the next head are here.
    private var hasBegunHead = false
    private var readDeadline: Duration?
    private var writeDeadline: Duration?

    init(server: HTTPServerContext, deadline: Deadline) {
        self.server = server
        self.deadline = deadline
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = min(server.configuration.maximumHeadSize, 32 * 1024)
        limits.maxHeaderListSize = server.configuration.maximumHeadSize
        limits.maxHeaderFieldCount = server.configuration.maximumHeaderCount
        self.limits = limits
        decoder = Self.makeDecoder(limits)
    }

    private static func makeDecoder(_ limits: NIOHTTPDecoderLimitConfiguration) -> ByteToMessageHandler<HTTPRequestDecoder> {
        ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits))
    }

    /// Adds the parser and this handler at the pipeline's end.
    func install(in pipeline: ChannelPipeline.SynchronousOperations) throws {
        guard let decoder else { return }
        try pipeline.addHandler(decoder)
        try pipeline.addHandler(self)
    }

    // MARK: - What the connection's task wants; on the event loop

    func take(_ waiter: Waiter<Inbound?>, expecting expectation: Expectation) {
        if let element = queue.first {
            guard waiter.resolve(.success(element)) else { return }
            queue.removeFirst()
            if case .body(let bytes) = element { queuedBytes -= bytes.readableBytes }
            resumeReading()
            return
        }
        switch input {
        case .failed(let error): waiter.resolve(.failure(error))
        case .ended: waiter.resolve(.success(nil))
        case .open where context == nil: waiter.resolve(.success(nil))
        case .open: waitForInput(waiter, expectation)
        }
    }

    private func waitForInput(_ waiter: Waiter<Inbound?>, _ expectation: Expectation) {
        taker = (waiter, expectation)
        switch expectation {
        case .firstRequest, .nextRequest:
            guard !isQuiescing || hasBegunHead else { return finishTaking(.success(nil)) }
        case .body: break
        }
        switch expectation {
        case .firstRequest: readDeadline = server.time.now() + server.configuration.firstRequestTimeout
        case .nextRequest: readDeadline = server.time.now() + (hasBegunHead ? server.configuration.headTimeout : server.configuration.idleTimeout)
        case .body(let until): readDeadline = until
        }
        publishDeadline()
        resumeReading()
    }

    /// Writes bytes; the waiter learns when the socket has taken them.
    func write(_ bytes: ByteBuffer, _ waiter: Waiter<Void>) {
        guard let context else {
            waiter.resolve(.failure(ChannelError.ioOnClosedChannel))
            return
        }
        writeDeadline = server.time.now() + server.configuration.writeTimeout
        publishDeadline()
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { result in
            self.writeDeadline = nil
            self.publishDeadline()
            waiter.resolve(result)
        }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: promise)
    }

    /// A request that stopped the parser was answered as any other: the parser goes on behind it.
    func resumeParser() {
        guard isParserStopped, let context, let decoder else { return }
        let next = Self.makeDecoder(limits)
        do {
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandler(next, position: .after(decoder))
            // The old parser hands what it kept on to the new one.
            pipeline.removeHandler(decoder, promise: nil)
            self.decoder = next
            isParserStopped = false
            resumeReading()
        } catch {
            context.close(promise: nil)
        }
    }

    /// Answers the request with these bytes and puts a WebSocket in this handler's place.
    func becomeWebSocket(_ answer: ByteBuffer, _ configuration: WebSocketConfiguration, _ waiter: Waiter<WebSocketConnection>) {
        guard let context, let decoder, case .open = input else {
            waiter.resolve(.failure(ChannelError.ioOnClosedChannel))
            return
        }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        isReplaced = true
        self.decoder = nil
        self.context = nil
        channel.pipeline.syncOperations.removeHandler(self, promise: nil)
        let terms = WebSocketUpgrade.Terms(role: .server, configuration: configuration, time: server.time, deadline: deadline, waiter: waiter)
        do {
            try WebSocketUpgrade.perform(replacing: decoder, on: channel, terms)
            if isQuiescing { channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.quiesce) }
        } catch {
            channel.close(promise: nil)
            waiter.resolve(.failure(error))
        }
    }

    /// Ends the connection so that the peer can still read the answer, although it may be sending: nothing more is written,
    /// what arrives is discarded for a short time.
    func linger() {
        guard let context else { return }
        isLingering = true
        queue.removeAll()
        queuedBytes = 0
        guard case .open = input, !isParserStopped else { return context.close(promise: nil) }
        readDeadline = server.time.now() + Self.lingerTime
        publishDeadline()
        context.close(mode: .output, promise: nil)
        resumeReading()
    }

    func close() {
        context?.close(promise: nil)
    }

    // MARK: - What arrives

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connectionEnded()
    }

    func channelInactive(context: ChannelHandlerContext) {
        connectionEnded()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isLingering else { return }
        hasReadPart = true
        switch unwrapInboundIn(data) {
        case .head(var head):
            head.headers = head.headers.withoutOuterBlanks
            hasBegunHead = false
            isWithinMessage = true
            if HTTPRequestRules.hasBody(head) {
                enqueue(.request(head, hasBody: true))
            } else {
                pendingHead = head
            }
            willParserStop = HTTPRequestRules.stopsParser(head)
        case .body(let bytes):
            enqueue(.body(bytes))
        case .end:
            isWithinMessage = false
            if willParserStop { isParserStopped = true }
            if let head = pendingHead {
                pendingHead = nil
                enqueue(.request(head, hasBody: false))
            } else {
                enqueue(.end)
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !hasReadPart, !isWithinMessage, !hasBegunHead, !isParserStopped {
            // Something was read between two messages, and it was no complete head.
            hasBegunHead = true
            if case .nextRequest = taker?.expectation {
                readDeadline = server.time.now() + server.configuration.headTimeout
                publishDeadline()
            }
        }
        hasReadPart = false
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if isReadWanted {
            context.read()
        } else {
            isReadPending = true
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            endInput(.ended)
        case ConnectionEvent.timeReached(let now):
            timeReached(now)
        case ConnectionEvent.quiesce:
            isQuiescing = true
            switch taker?.expectation {
            case .firstRequest, .nextRequest: if !hasBegunHead { finishTaking(.success(nil)) }
            case .body, nil: break
            }
        case ConnectionEvent.cut:
            context.close(promise: nil)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.invalidEOFState:
            // The peer left within a request.
            endInput(.ended)
        case is HTTPParserError:
            endInput(.failed(error))
        case is ByteToMessageDecoderError:
            // What follows bytes that are no HTTP.
            break
        default:
            context.close(promise: nil)
        }
    }

    // MARK: - Input

    private func enqueue(_ element: Inbound) {
        if let taker {
            self.taker = nil
            readDeadline = nil
            publishDeadline()
            if taker.waiter.resolve(.success(element)) { return }
        }
        if case .body(let bytes) = element { queuedBytes += bytes.readableBytes }
        queue.append(element)
    }

    private func finishTaking(_ result: Result<Inbound?, any Error>) {
        readDeadline = nil
        publishDeadline()
        taker?.waiter.resolve(result)
        taker = nil
    }

    private func endInput(_ end: Input) {
        guard case .open = input else { return }
        input = end
        if isLingering {
            context?.close(promise: nil)
        } else if case .failed(let error) = end {
            finishTaking(.failure(error))
        } else {
            finishTaking(.success(nil))
        }
    }

    private var isReadWanted: Bool {
        isLingering || (!isParserStopped && queue.count < Self.readAheadParts && queuedBytes < Self.readAheadBytes)
    }

    private func resumeReading() {
        guard isReadPending, isReadWanted else { return }
        isReadPending = false
        context?.read()
    }

    private func connectionEnded() {
        endInput(.ended)
        context = nil
    }

    // MARK: - Time

    private func publishDeadline() {
        // After an upgrade the deadline is the WebSocket's.
        guard !isReplaced else { return }
        deadline.set([readDeadline, writeDeadline].compactMap(\.self).min())
    }

    private func timeReached(_ now: Duration) {
        if let writeDeadline, writeDeadline <= now {
            context?.close(promise: nil)
        } else if let readDeadline, readDeadline <= now {
            self.readDeadline = nil
            publishDeadline()
            if isLingering {
                context?.close(promise: nil)
            } else {
                switch taker?.expectation {
                case .firstRequest, .nextRequest: finishTaking(hasBegunHead ? .failure(SlowHead()) : .success(nil))
                case .body: finishTaking(.failure(HTTPBodyInterrupted.timedOut))
                case nil: break
                }
            }
        }
    }
}
