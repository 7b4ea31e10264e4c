public import Protocol

/// Everything that the service is told when it starts.
///
/// Plain values: whoever makes them (the command line, a test) has read the files and checked the ranges. Paths are absolute or relative to
/// the working directory.
public struct ServiceConfiguration: Sendable {
    /// Where the application listener takes HTTP and WebSocket connections.
    public var listen: ListenAddress
    /// Where health and metrics are served.
    public var operations: ListenAddress
    /// What the PBX, browsers and Meta use to reach the application listener.
    public var publicURL: PublicURL
    /// The folder of the databases and the media spool.
    public var dataDirectory: String
    /// Where the sealing key comes from.
    public var secretKey: SealingKeySource
    /// The proxies whose `X-Forwarded-*` fields count.
    public var trustedProxies: [AddressRange]
    /// Who may use the fallback settings page.
    public var settings: SettingsPageAccess
    /// TLS of the application listener; nil for plain HTTP behind a proxy.
    public var tls: TLSConfiguration?
    /// The mini App Platform; nil if it is off.
    public var manager: ManagerConfiguration?
    /// The base of the shared onboarding service; nil if there is none. Without a slash at its end.
    public var sharedServiceURL: String?
    /// What this service proves itself with at the shared service; nil if there is none.
    public var sharedServiceKey: Secret?
    /// How notifications shall come after onboarding with the shared service.
    public var sharedServiceMode: Pairing.Mode
    /// The instances, each address once.
    public var instances: [InstanceConfiguration]

    /// The shared onboarding service, if there is one and a key for it.
    var sharedService: (base: String, key: Secret)? {
        guard let sharedServiceURL, let sharedServiceKey else { return nil }
        return (sharedServiceURL, sharedServiceKey)
    }

    /// Creates a configuration with the defaults of the configuration file.
    public init(
        listen: ListenAddress = ListenAddress(host: "127.0.0.1", port: 8080),
        operations: ListenAddress = ListenAddress(host: "127.0.0.1", port: 9090),
        publicURL: PublicURL,
        dataDirectory: String,
        secretKey: SealingKeySource,
        trustedProxies: [AddressRange] = [],
        settings: SettingsPageAccess = .local,
        tls: TLSConfiguration? = nil,
        manager: ManagerConfiguration? = nil,
        sharedServiceURL: String? = nil,
        sharedServiceKey: Secret? = nil,
        sharedServiceMode: Pairing.Mode = .relay,
        instances: [InstanceConfiguration]
    ) {
        self.listen = listen
        self.operations = operations
        self.publicURL = publicURL
        self.dataDirectory = dataDirectory
        self.secretKey = secretKey
        self.trustedProxies = trustedProxies
        self.settings = settings
        self.tls = tls
        self.manager = manager
        self.sharedServiceURL = sharedServiceURL
        self.sharedServiceKey = sharedServiceKey
        self.sharedServiceMode = sharedServiceMode
        self.instances = instances
    }
}

/// Who may use the fallback settings page.
public enum SettingsPageAccess: String, Sendable, CaseIterable {
    /// Nobody; the page is not there.
    case off
    /// Browsers on the machine itself and in private networks.
    case local
    /// Everybody who knows the instance password.
    case on
}

/// TLS of the application listener.
public struct TLSConfiguration: Sendable {
    /// The certificate chain, leaf first, in PEM.
    public var certificate: PEMSource
    /// The private key, in PEM.
    public var privateKey: PEMSource

    /// Creates a TLS configuration.
    public init(certificate: PEMSource, privateKey: PEMSource) {
        self.certificate = certificate
        self.privateKey = privateKey
    }
}

/// Where a PEM text comes from. A file can be renewed while the service runs.
public enum PEMSource: Equatable, Sendable {
    /// The file at a path.
    case file(String)
    /// The text itself.
    case text(Secret)
}

/// The mini App Platform.
public struct ManagerConfiguration: Sendable {
    /// The manager password, asked for when a PBX registers a domain.
    public var password: Secret

    /// Creates the configuration.
    public init(password: Secret) {
        self.password = password
    }
}
