/// Why a WebSocket was closed (RFC 6455 section 7.4).
public struct WebSocketCloseCode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The number on the wire.
    public var rawValue: UInt16

    /// Creates a code; see ``isSendable`` for those that may be on the wire.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// 1000: done.
    public static let normal = Self(rawValue: 1000)
    /// 1001: the side that closes goes away, a server that shuts down for example.
    public static let goingAway = Self(rawValue: 1001)
    /// 1002: the peer broke the protocol.
    public static let protocolError = Self(rawValue: 1002)
    /// 1003: a kind of message that is not taken.
    public static let unsupportedData = Self(rawValue: 1003)
    /// 1005: closed without a code; never on the wire.
    public static let noStatus = Self(rawValue: 1005)
    /// 1006: the connection ended without closing; never on the wire.
    public static let abnormal = Self(rawValue: 1006)
    /// 1007: text that is not UTF-8.
    public static let invalidPayload = Self(rawValue: 1007)
    /// 1008: against the rules.
    public static let policyViolation = Self(rawValue: 1008)
    /// 1009: a message that is too long.
    public static let messageTooBig = Self(rawValue: 1009)
    /// 1011: something unexpected on the side that closes.
    public static let internalError = Self(rawValue: 1011)

    /// Whether the code may be in a close frame: 1000 to 1003, 1007 to 1014, 3000 to 4999.
    public var isSendable: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    /// The number.
    public var description: String { "\(rawValue)" }
}

/// How a WebSocket ended.
public struct WebSocketClosure: Sendable, Equatable {
    /// Which side closed.
    public enum Side: Sendable, Equatable {
        /// This side sent its close frame first.
        case local
        /// The peer sent its close frame first.
        case remote
        /// The connection ended without a close frame of the peer's: cut, silent or timed out.
        case nobody
    }

    /// The code of the side that closed; 1005 if it gave none, 1006 if nobody closed.
    public var code: WebSocketCloseCode
    /// The reason given with the code.
    public var reason: String
    /// Which side closed.
    public var side: Side

    /// Creates a closure.
    ///
    /// - Parameters:
    ///   - code: The code of the side that closed.
    ///   - reason: The reason given with the code.
    ///   - side: Which side closed.
    public init(code: WebSocketCloseCode, reason: String = "", side: Side) {
        self.code = code
        self.reason = reason
        self.side = side
    }
}

/// A message could not be sent, for the WebSocket is closing or closed.
public struct WebSocketClosed: Error, Equatable {
    /// How it ended, as far as that is known.
    public var closure: WebSocketClosure

    /// Creates the error.
    ///
    /// - Parameter closure: How it ended, as far as that is known.
    public init(closure: WebSocketClosure) {
        self.closure = closure
    }
}
