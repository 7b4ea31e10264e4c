import NIOCore
import NIOWebSocket

/// The last handler of a WebSocket's pipeline: performs what the state machine decides, keeps a bounded number of received
/// messages until they are taken, and sends messages frame by frame while the peer reads.
final class WebSocketHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// Who wants to know what becomes of a message.
    enum Sender {
        /// A task, which may give up.
        case waiter(Waiter<Void>)
        case callback(@Sendable (Bool) -> Void)

        var hasGivenUp: Bool {
            switch self {
            case .waiter(let waiter): waiter.isFinished
            case .callback: false
            }
        }

        func resolve(_ result: Result<Void, any Error>) {
            switch self {
            case .waiter(let waiter): waiter.resolve(result)
            case .callback(let call): call((try? result.get()) != nil)
            }
        }
    }

    private struct Outgoing {
        var opcode: WebSocketOpcode
        var payload: ByteBuffer
        /// Whether a part of it is already sent, so that the rest must follow.
        var hasBegun = false
        var sender: Sender
    }

    /// Received messages that may wait before the peer is read no more.
    private static let inboxLimit = 16

    private let role: WebSocketStateMachine.Role
    private let configuration: WebSocketConfiguration
    private let time: TimeSource
    private let deadline: Deadline
    private let status: WebSocketStatus
    private var machine: WebSocketStateMachine
    private var context: ChannelHandlerContext?
    // Small at first: most connections are idle, and there may be thousands.
    private var inbox = CircularBuffer<WebSocketMessage>(initialCapacity: 1)
    private var inboxBytes = 0
    private var receivers = CircularBuffer<Waiter<WebSocketMessage?>>(initialCapacity: 1)
    private var outbox = CircularBuffer<Outgoing>(initialCapacity: 1)
    /// The newest pong that could not be sent yet; older ones need no answer (RFC 6455 section 5.5.3).
    private var pendingPong: ByteBuffer?
    private var closers: [Waiter<Void>] = []
    private var isReadPending = false
    private var isPingInFlight = false

    init(
        role: WebSocketStateMachine.Role, configuration: WebSocketConfiguration, time: TimeSource, deadline: Deadline, status: WebSocketStatus
    ) {
        self.role = role
        self.configuration = configuration
        self.time = time
        self.deadline = deadline
        self.status = status
        machine = WebSocketStateMachine(role: role, configuration: configuration, now: time.now())
    }

    // MARK: - What the connection's owner wants; on the event loop

    func receive(_ waiter: Waiter<WebSocketMessage?>) {
        guard !waiter.isFinished else { return }
        if let message = inbox.first {
            guard waiter.resolve(.success(message)) else { return }
            inbox.removeFirst()
            inboxBytes -= message.length
            resumeReading()
        } else if machine.isOpen, context != nil {
            receivers.append(waiter)
        } else {
            waiter.resolve(.success(nil))
        }
    }

    func send(_ opcode: WebSocketOpcode, _ payload: ByteBuffer, _ sender: Sender) {
        guard machine.isOpen, context != nil else { return sender.resolve(.failure(closedError)) }
        outbox.append(Outgoing(opcode: opcode, payload: payload, sender: sender))
        sendWaiting()
    }

    /// Forgets messages whose senders gave up before their first frame.
    func dropAbandoned() {
        outbox.removeAll { !$0.hasBegun && $0.sender.hasGivenUp }
    }

    func close(_ code: WebSocketCloseCode, _ reason: String, _ waiter: Waiter<Void>?) {
        perform(machine.close(code, reason, at: time.now()))
        if machine.closure?.side == .local {
            // Who closes does not want what is still waiting.
            inbox.removeAll()
            inboxBytes = 0
            resumeReading()
        }
        guard let waiter else { return }
        if context == nil {
            waiter.resolve(.success(()))
        } else {
            closers.append(waiter)
        }
    }

    private var closedError: WebSocketClosed {
        WebSocketClosed(closure: machine.closure ?? WebSocketClosure(code: .abnormal, side: .nobody))
    }

    // MARK: - What arrives

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline.set(machine.nextDeadline)
        if context.channel.isActive { context.read() } else { connectionEnded() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connectionEnded()
    }

    func channelInactive(context: ChannelHandlerContext) {
        connectionEnded()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        perform(
            machine.frameReceived(
                opcode: UInt8(webSocketOpcode: frame.opcode),
                isFinal: frame.fin,
                reserved: (frame.rsv1 ? 4 : 0) | (frame.rsv2 ? 2 : 0) | (frame.rsv3 ? 1 : 0),
                isMasked: frame.maskKey != nil,
                payload: frame.unmaskedData,
                at: time.now()
            ))
    }

    func read(context: ChannelHandlerContext) {
        if machine.isOpen, isInboxFull {
            isReadPending = true
            machine.readingPaused()
            deadline.set(machine.nextDeadline)
        } else {
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { sendWaiting() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            perform(machine.inputEnded())
        case ConnectionEvent.timeReached(let now):
            perform(machine.timeReached(now))
        case ConnectionEvent.quiesce:
            close(.goingAway, "", nil)
        case ConnectionEvent.cut:
            close(.goingAway, "", nil)
            context.close(promise: nil)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength:
            perform(machine.decodingFailed(WebSocketFailure(.messageTooBig, "frame too long"), at: time.now()))
        case is NIOWebSocketError:
            perform(machine.decodingFailed(WebSocketFailure(.protocolError, "broken control frame"), at: time.now()))
        case is ByteToMessageDecoderError:
            // What follows bytes that are no frame.
            break
        default:
            context.close(promise: nil)
        }
    }

    // MARK: - Performing

    private func perform(_ action: WebSocketStateMachine.Action) {
        if let closure = machine.closure { status.ended(closure) }
        defer { deadline.set(context == nil ? nil : machine.nextDeadline) }
        guard let context else { return }
        switch action {
        case .nothing:
            break
        case .deliver(let message):
            deliver(message)
        case .sendPing:
            // A ping that waits in the socket is as good as a second one.
            guard !isPingInFlight else { return }
            isPingInFlight = true
            let promise = context.eventLoop.makePromise(of: Void.self)
            promise.futureResult.assumeIsolated().whenComplete { _ in self.isPingInFlight = false }
            write(.ping, ByteBuffer(), promise: promise)
            context.flush()
        case .sendPong(let payload):
            pendingPong = payload
            sendWaiting()
        case .sendClose(let frame, let next):
            stopSending()
            sendClose(frame, then: next)
            stopReceiving()
        case .end:
            stopSending()
            stopReceiving()
            context.close(promise: nil)
        }
    }

    private func deliver(_ message: WebSocketMessage) {
        while let receiver = receivers.popFirst() {
            if receiver.resolve(.success(message)) { return }
        }
        inbox.append(message)
        inboxBytes += message.length
    }

    private var isInboxFull: Bool {
        inbox.count >= Self.inboxLimit || inboxBytes >= configuration.maximumMessageSize
    }

    private func resumeReading() {
        guard isReadPending, !(machine.isOpen && isInboxFull) else { return }
        isReadPending = false
        machine.readingResumed(at: time.now())
        deadline.set(machine.nextDeadline)
        context?.read()
    }

    private func sendWaiting() {
        guard let context else { return }
        var hasWritten = false
        if let pong = pendingPong, context.channel.isWritable {
            pendingPong = nil
            write(.pong, pong, promise: nil)
            hasWritten = true
        }
        while context.channel.isWritable, !outbox.isEmpty {
            sendNextFrame(on: context)
            hasWritten = true
        }
        if hasWritten {
            machine.sendingProgressed()
            context.flush()
        }
        if !outbox.isEmpty || pendingPong != nil {
            machine.sendingBlocked(at: time.now())
        }
        deadline.set(machine.nextDeadline)
    }

    private func sendNextFrame(on context: ChannelHandlerContext) {
        let index = outbox.startIndex
        if outbox[index].sender.hasGivenUp, !outbox[index].hasBegun {
            outbox.removeFirst()
            return
        }
        let opcode: WebSocketOpcode = outbox[index].hasBegun ? .continuation : outbox[index].opcode
        let length = min(configuration.fragmentSize, outbox[index].payload.readableBytes)
        let part = outbox[index].payload.readSlice(length: length) ?? ByteBuffer()
        guard outbox[index].payload.readableBytes == 0 else {
            outbox[index].hasBegun = true
            write(opcode, part, isFinal: false, promise: nil)
            return
        }
        let sender = outbox.removeFirst().sender
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { result in
            sender.resolve(result.mapError { _ in self.closedError })
        }
        write(opcode, part, promise: promise)
    }

    private func write(_ opcode: WebSocketOpcode, _ payload: ByteBuffer, isFinal: Bool = true, promise: EventLoopPromise<Void>?) {
        let frame = WebSocketFrame(
            fin: isFinal, opcode: opcode, maskKey: role == .client ? WebSocketMaskingKey.random() : nil, data: payload)
        context?.write(wrapOutboundOut(frame), promise: promise)
    }

    private func sendClose(_ frame: WebSocketCloseFrame, then next: WebSocketStateMachine.AfterClose) {
        guard let context else { return }
        let written = context.eventLoop.makePromise(of: Void.self)
        let mode: CloseMode? =
            switch next {
            case .awaitAnswer: nil
            // The peer sees the end after the close frame, and what it still sends cannot reset the connection before.
            case .awaitEnd: role == .server ? .output : nil
            case .end: .all
            }
        if let mode {
            let context = NIOLoopBound(context, eventLoop: context.eventLoop)
            written.futureResult.whenComplete { _ in context.value.close(mode: mode, promise: nil) }
        }
        write(.connectionClose, frame.payload, promise: written)
        context.flush()
    }

    private func stopSending() {
        let error = closedError
        let unsent = outbox
        outbox.removeAll()
        for outgoing in unsent { outgoing.sender.resolve(.failure(error)) }
        pendingPong = nil
        machine.sendingProgressed()
    }

    private func stopReceiving() {
        for receiver in receivers { receiver.resolve(.success(nil)) }
        receivers.removeAll()
        resumeReading()
    }

    private func connectionEnded() {
        guard context != nil else { return }
        _ = machine.inputEnded()
        status.ended(machine.closure ?? WebSocketClosure(code: .abnormal, side: .nobody))
        deadline.set(nil)
        stopSending()
        stopReceiving()
        context = nil
        for closer in closers { closer.resolve(.success(())) }
        closers = []
    }
}
