/// Registers a number for the Cloud API (WhatsApp Cloud API, 5.3). It is answered by ``GraphSuccess``.
public struct GraphRegistration: Sendable {
    private let pin: String

    /// - Parameter pin: the PIN of its two-step verification, six digits; if that is off, it becomes the PIN
    public init(pin: String) { self.pin = pin }

    /// The request's body.
    public func encoded() throws -> [UInt8] { try GraphJSON.encode(["messaging_product": "whatsapp", "pin": pin]) }
}

/// Subscribes the token's app to an account's webhooks (WhatsApp Cloud API, 1.6). It is answered by ``GraphSuccess``.
public struct GraphSubscription: Sendable {
    /// Longest address that Meta takes, in characters.
    public static let longestCallback = 200

    private let fields: [String: String]

    /// A subscription that brings the webhooks to the app's own callback, and takes back an override.
    public init() { fields = [:] }

    /// A subscription that brings the account's webhooks to another place.
    ///
    /// - Parameters:
    ///   - callback: where; Meta asks there for its challenge before it answers
    ///   - verifyToken: what that challenge is asked with
    public init(callback: String, verifyToken: String) {
        fields = ["override_callback_uri": callback, "verify_token": verifyToken]
    }

    /// The request's body.
    public func encoded() throws -> [UInt8] { try GraphJSON.encode(fields) }
}

/// Brings one number's webhooks to a place of its own, or back (WhatsApp Cloud API, 1.6). It is answered by ``GraphSuccess``.
public struct GraphNumberCallback: Sendable {
    private let fields: [String: String]

    /// Takes the number's own place back.
    public init() { fields = ["override_callback_uri": ""] }

    /// - Parameters:
    ///   - callback: where; Meta asks there for its challenge before it answers
    ///   - verifyToken: what that challenge is asked with
    public init(callback: String, verifyToken: String) {
        fields = ["override_callback_uri": callback, "verify_token": verifyToken]
    }

    /// The request's body.
    public func encoded() throws -> [UInt8] { try GraphJSON.encode(["webhook_configuration": fields]) }
}
