public import AppService

/// Everything that a shared service is told when it starts. Plain values: whoever makes them has read the files and checked the ranges.
public struct SharedServiceConfiguration: Sendable {
    /// Meta's SDK for browsers.
    public static let metaSDK = "https://connect.facebook.net/en_US/sdk.js"

    /// The Meta app that the service owns.
    public struct App: Sendable {
        /// The app's ID.
        public var id: String
        /// The app's secret. It never leaves the process, but towards Meta.
        public var secret: Secret
        /// The secret before the last rotation; webhooks that are signed with it count as well.
        public var previousSecret: Secret?
        /// The ID of the Facebook Login for Business configuration that selects Embedded Signup.
        public var configurationID: String

        /// Creates it.
        public init(id: String, secret: Secret, previousSecret: Secret? = nil, configurationID: String) {
            self.id = id
            self.secret = secret
            self.previousSecret = previousSecret
            self.configurationID = configurationID
        }
    }

    /// Who may start pairings.
    public struct Connector: Sendable {
        /// How logs call it.
        public var name: String
        /// What it proves itself with, as a bearer token.
        public var key: Secret

        /// Creates it.
        public init(name: String, key: Secret) {
            self.name = name
            self.key = key
        }
    }

    /// Where instances, browsers and Meta are served.
    public var listen: ListenAddress
    /// Where health is served.
    public var operations: ListenAddress
    /// What instances, browsers and Meta use to reach the listener.
    public var publicURL: PublicURL
    /// The folder of the database.
    public var dataDirectory: String
    /// Where the sealing key comes from.
    public var secretKey: SealingKeySource
    /// The proxies whose `X-Forwarded-For` counts.
    public var trustedProxies: [AddressRange]
    /// TLS of the listener; nil for plain HTTP behind a proxy.
    public var tls: TLSConfiguration?
    /// The Meta app.
    public var app: App
    /// What Meta's handshake has to show.
    public var verifyToken: Secret
    /// The base of the Graph API, without a slash at its end.
    public var graphBaseURL: String
    /// The version of the Graph API, as in paths.
    public var graphVersion: String
    /// Where the page loads Meta's SDK from.
    public var sdkURL: String
    /// Who may start pairings.
    public var connectors: [Connector]

    /// Creates a configuration with the defaults of the configuration file.
    public init(
        listen: ListenAddress = ListenAddress(host: "127.0.0.1", port: 8081),
        operations: ListenAddress = ListenAddress(host: "127.0.0.1", port: 9091),
        publicURL: PublicURL,
        dataDirectory: String,
        secretKey: SealingKeySource,
        trustedProxies: [AddressRange] = [],
        tls: TLSConfiguration? = nil,
        app: App,
        verifyToken: Secret,
        graphBaseURL: String = "https://graph.facebook.com",
        graphVersion: String = "v25.0",
        sdkURL: String = metaSDK,
        connectors: [Connector]
    ) {
        self.listen = listen
        self.operations = operations
        self.publicURL = publicURL
        self.dataDirectory = dataDirectory
        self.secretKey = secretKey
        self.trustedProxies = trustedProxies
        self.tls = tls
        self.app = app
        self.verifyToken = verifyToken
        self.graphBaseURL = graphBaseURL
        self.graphVersion = graphVersion
        self.sdkURL = sdkURL
        self.connectors = connectors
    }
}
