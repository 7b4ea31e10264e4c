/// Asks the PBX for the list of services, now and on each change (AppWebsocket, Services).
public struct SubscribeServices: AppWebsocketMessage {
    /// `SubscribeServices`.
    public static let mt = "SubscribeServices"
    /// `Services`.
    public static let api: String? = PbxApiID.services.rawValue

    /// Subscribes.
    public init() {}

    /// Reads nothing more.
    public init(_ envelope: Envelope) {}

    /// Writes nothing more.
    public func write(to writer: inout JSONObjectWriter) {}
}

/// The answer to ``SubscribeServices``.
public struct SubscribeServicesResult: AppWebsocketMessage {
    /// `SubscribeServicesResult`.
    public static let mt = "SubscribeServicesResult"
    /// `Services`.
    public static let api: String? = PbxApiID.services.rawValue
    /// Anything that JavaScript takes for true is a refusal.
    public var error: JSON?

    /// - Parameter error: of a refusal
    public init(error: JSON? = nil) { self.error = error }

    /// Reads the message.
    public init(_ envelope: Envelope) { error = envelope["error"] }

    /// Writes the error, if any.
    public func write(to writer: inout JSONObjectWriter) { writer.write("error", error) }
}

/// Asks the PBX for no more lists of services.
public struct UnsubscribeServices: AppWebsocketMessage {
    /// `UnsubscribeServices`.
    public static let mt = "UnsubscribeServices"
    /// `Services`.
    public static let api: String? = PbxApiID.services.rawValue

    /// Ends the subscription.
    public init() {}

    /// Reads nothing more.
    public init(_ envelope: Envelope) {}

    /// Writes nothing more.
    public func write(to writer: inout JSONObjectWriter) {}
}

/// The answer to ``UnsubscribeServices``.
public struct UnsubscribeServicesResult: AppWebsocketMessage {
    /// `UnsubscribeServicesResult`.
    public static let mt = "UnsubscribeServicesResult"
    /// `Services`.
    public static let api: String? = PbxApiID.services.rawValue

    /// Ended.
    public init() {}

    /// Reads nothing more.
    public init(_ envelope: Envelope) {}

    /// Writes nothing more.
    public func write(to writer: inout JSONObjectWriter) {}
}
