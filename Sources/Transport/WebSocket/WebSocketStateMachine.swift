import NIOCore

/// The rules of a WebSocket that NIO's frame decoder leaves out (RFC 6455), for both sides: what a frame, a wish to close,
/// the end of the connection and the passing of time lead to. Times are counted from any common zero.
struct WebSocketStateMachine {
    enum Role {
        case server
        case client
    }

    enum Opcode: UInt8 {
        case continuation = 0x0
        case text = 0x1
        case binary = 0x2
        case close = 0x8
        case ping = 0x9
        case pong = 0xA

        var isControl: Bool { rawValue >= 0x8 }
    }

    /// A frame as it arrived, unmasked.
    struct Frame {
        var opcode: Opcode
        var isFinal: Bool
        var payload: ByteBuffer
    }

    /// What has to be done.
    enum Action: Equatable {
        case nothing
        case deliver(WebSocketMessage)
        case sendPing
        case sendPong(ByteBuffer)
        /// Send a close frame.
        case sendClose(WebSocketCloseFrame, then: AfterClose)
        /// The connection has nothing more to do: close it.
        case end
    }

    /// What follows a close frame that was sent.
    enum AfterClose: Equatable {
        /// The peer answers with its own.
        case awaitAnswer
        /// The peer closes the connection; what still arrives does not count.
        case awaitEnd
        /// This side closes the connection.
        case end
    }

    private enum State {
        case open(WebSocketMessageAssembler)
        /// Our close frame is out, the peer's is not in.
        case closing(WebSocketClosure, until: Duration)
        /// There is nothing more to say; the connection ends.
        case ending(WebSocketClosure, until: Duration)
        case ended(WebSocketClosure)
    }

    private let role: Role
    private let configuration: WebSocketConfiguration
    private var state: State
    private var nextPing: Duration
    /// When the peer last gave a sign of life; nil while it is not read.
    private var lastReceived: Duration?
    /// Since when outgoing frames wait without any progress.
    private var blockedSince: Duration?

    init(role: Role, configuration: WebSocketConfiguration, now: Duration) {
        self.role = role
        self.configuration = configuration
        state = .open(WebSocketMessageAssembler(limit: configuration.maximumMessageSize))
        nextPing = now + configuration.pingInterval
        lastReceived = now
    }

    var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    /// How it ended or is about to end; nil while it is open.
    var closure: WebSocketClosure? {
        switch state {
        case .open: nil
        case .closing(let closure, _), .ending(let closure, _), .ended(let closure): closure
        }
    }

    /// When ``timeReached(_:)`` wants to be called next.
    var nextDeadline: Duration? {
        switch state {
        case .open:
            [nextPing, lastReceived.map { $0 + configuration.silenceLimit }, blockedSince.map { $0 + configuration.silenceLimit }]
                .compactMap(\.self).min()
        case .closing(_, let until), .ending(_, let until): until
        case .ended: nil
        }
    }

    // MARK: - What arrives

    /// A frame arrived. `reserved` are its three reserved bits, `opcode` is any number up to 15.
    mutating func frameReceived(
        opcode: UInt8, isFinal: Bool, reserved: UInt8, isMasked: Bool, payload: ByteBuffer, at now: Duration
    ) -> Action {
        switch state {
        case .open(var assembler):
            if lastReceived != nil { lastReceived = now }
            do {
                let frame = try checked(opcode: opcode, isFinal: isFinal, reserved: reserved, isMasked: isMasked, payload: payload)
                switch frame.opcode {
                case .continuation, .text, .binary:
                    // The state gives the assembler away while it grows, so that its buffer is not copied.
                    state = .ended(WebSocketClosure(code: .abnormal, side: .nobody))
                    let message = try assembler.append(frame)
                    state = .open(assembler)
                    return message.map { .deliver($0) } ?? .nothing
                case .ping: return .sendPong(payload)
                case .pong: return .nothing
                case .close: return closeReceived(try WebSocketCloseFrame(payload: payload), at: now)
                }
            } catch {
                return fail(error, at: now)
            }
        case .closing(let closure, let until):
            // After our close frame only the peer's counts.
            guard opcode == Opcode.close.rawValue else { return .nothing }
            switch role {
            case .server:
                state = .ended(closure)
                return .end
            case .client:
                state = .ending(closure, until: until)
                return .nothing
            }
        case .ending, .ended:
            return .nothing
        }
    }

    /// The bytes that arrived are no frame, or one that is too long; nothing more will be decoded.
    mutating func decodingFailed(_ failure: WebSocketFailure, at now: Duration) -> Action {
        switch state {
        case .open: return fail(failure, at: now)
        case .closing(let closure, _): return end(closure)
        case .ending, .ended: return .nothing
        }
    }

    /// Nothing more will arrive.
    mutating func inputEnded() -> Action {
        switch state {
        case .open: end(WebSocketClosure(code: .abnormal, side: .nobody))
        case .closing(let closure, _), .ending(let closure, _): end(closure)
        case .ended: .nothing
        }
    }

    // MARK: - What this side wants

    mutating func close(_ code: WebSocketCloseCode, _ reason: String, at now: Duration) -> Action {
        guard case .open = state else { return .nothing }
        let frame = WebSocketCloseFrame(code: code.isSendable ? code : .normal, reason: reason)
        state = .closing(WebSocketClosure(code: frame.code ?? .normal, reason: reason, side: .local), until: now + configuration.closeTimeout)
        return .sendClose(frame, then: .awaitAnswer)
    }

    /// The peer is read no more, for messages wait to be taken: its silence proves nothing.
    mutating func readingPaused() {
        lastReceived = nil
    }

    mutating func readingResumed(at now: Duration) {
        if lastReceived == nil { lastReceived = now }
    }

    /// Outgoing frames wait for the peer to read; repeated calls do not restart the wait.
    mutating func sendingBlocked(at now: Duration) {
        if blockedSince == nil { blockedSince = now }
    }

    mutating func sendingProgressed() {
        blockedSince = nil
    }

    // MARK: - Time

    mutating func timeReached(_ now: Duration) -> Action {
        switch state {
        case .open:
            if let blockedSince, now >= blockedSince + configuration.silenceLimit {
                return end(WebSocketClosure(code: .abnormal, reason: "the peer does not read", side: .nobody))
            }
            if let lastReceived, now >= lastReceived + configuration.silenceLimit {
                state = .ending(
                    WebSocketClosure(code: .abnormal, reason: "the peer is silent", side: .nobody), until: now + configuration.closeTimeout)
                return .sendClose(WebSocketCloseFrame(code: .goingAway, reason: "silence"), then: .end)
            }
            guard now >= nextPing else { return .nothing }
            nextPing = now + configuration.pingInterval
            return .sendPing
        case .closing(let closure, let until), .ending(let closure, let until):
            return now >= until ? end(closure) : .nothing
        case .ended:
            return .nothing
        }
    }

    // MARK: - Transitions

    private func checked(
        opcode: UInt8, isFinal: Bool, reserved: UInt8, isMasked: Bool, payload: ByteBuffer
    ) throws(WebSocketFailure) -> Frame {
        guard reserved == 0 else { throw WebSocketFailure(.protocolError, "reserved bits") }
        guard let opcode = Opcode(rawValue: opcode) else { throw WebSocketFailure(.protocolError, "unknown opcode") }
        switch role {
        case .server: guard isMasked else { throw WebSocketFailure(.protocolError, "frame is not masked") }
        case .client: guard !isMasked else { throw WebSocketFailure(.protocolError, "frame is masked") }
        }
        if opcode.isControl {
            guard isFinal else { throw WebSocketFailure(.protocolError, "control frame in fragments") }
            guard payload.readableBytes <= 125 else { throw WebSocketFailure(.protocolError, "control frame too long") }
        }
        return Frame(opcode: opcode, isFinal: isFinal, payload: payload)
    }

    private mutating func closeReceived(_ frame: WebSocketCloseFrame, at now: Duration) -> Action {
        let closure = WebSocketClosure(code: frame.code ?? .noStatus, reason: frame.reason, side: .remote)
        state = .ending(closure, until: now + configuration.closeTimeout)
        // The server closes the connection, the client waits for that (RFC 6455 section 7.1.1).
        return .sendClose(WebSocketCloseFrame(code: frame.code), then: role == .server ? .end : .awaitEnd)
    }

    private mutating func fail(_ failure: WebSocketFailure, at now: Duration) -> Action {
        state = .ending(WebSocketClosure(code: failure.code, reason: failure.reason, side: .local), until: now + configuration.closeTimeout)
        return .sendClose(WebSocketCloseFrame(code: failure.code, reason: failure.reason), then: .awaitEnd)
    }

    private mutating func end(_ closure: WebSocketClosure) -> Action {
        state = .ended(closure)
        return .end
    }
}
