public import Bridge

/// One connector for one PBX domain, as the configuration file describes it.
///
/// Passwords, Graph secrets and accounts are seeds: the database takes them over once and its values win afterwards.
public struct InstanceConfiguration: Sendable {
    /// The instance's domain and name.
    public var address: InstanceAddress
    /// The instance password; nil if a PBX or the operator is to set it.
    public var password: Secret?
    /// The language of all texts that are posted.
    public var language: Language
    /// How long messages are kept, in days, 1 to 3,650. What is held or quarantined stays longer.
    public var retentionDays: Int
    /// Meta's Graph API.
    public var graph: GraphConfiguration
    /// Connect.
    public var connect: ConnectConfiguration
    /// WhatsApp Business Accounts, as onboarding would have stored them.
    public var accounts: [AccountConfiguration]

    /// Creates a configuration with the defaults of the configuration file.
    public init(
        address: InstanceAddress,
        password: Secret? = nil,
        language: Language = .en,
        retentionDays: Int = 90,
        graph: GraphConfiguration = GraphConfiguration(),
        connect: ConnectConfiguration = ConnectConfiguration(),
        accounts: [AccountConfiguration] = []
    ) {
        self.address = address
        self.password = password
        self.language = language
        self.retentionDays = retentionDays
        self.graph = graph
        self.connect = connect
        self.accounts = accounts
    }
}

/// How an instance speaks with Connect.
public struct ConnectConfiguration: Equatable, Sendable {
    /// What Connect is expected to understand.
    public var profile: ConnectProfile

    /// Creates the configuration.
    public init(profile: ConnectProfile = .public) {
        self.profile = profile
    }
}

/// What Connect is expected to understand.
public enum ConnectProfile: String, Sendable, CaseIterable {
    /// The documented messages, nothing else.
    case `public`
}
