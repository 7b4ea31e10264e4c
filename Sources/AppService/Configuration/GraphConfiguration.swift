/// How an instance speaks with Meta's Graph API, and how it knows Meta's webhooks.
public struct GraphConfiguration: Sendable {
    /// The base of all requests, without a slash at its end. `https`, or `http` to a loopback address.
    public var baseURL: String
    /// The version, as in paths: `v25.0`.
    public var version: String
    /// The secret of the app whose subscription delivers the webhooks.
    public var appSecret: Secret?
    /// The secret before the last rotation; it counts as well.
    public var previousAppSecret: Secret?
    /// What Meta's handshake has to show; nil to let the instance make one.
    public var verifyToken: Secret?

    /// Creates a configuration with the defaults of the configuration file.
    public init(
        baseURL: String = "https://graph.facebook.com",
        version: String = "v25.0",
        appSecret: Secret? = nil,
        previousAppSecret: Secret? = nil,
        verifyToken: Secret? = nil
    ) {
        self.baseURL = baseURL
        self.version = version
        self.appSecret = appSecret
        self.previousAppSecret = previousAppSecret
        self.verifyToken = verifyToken
    }
}
