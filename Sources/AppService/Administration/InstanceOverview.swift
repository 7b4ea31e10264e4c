public import Bridge

/// An instance as an administrator sees it, but for its numbers. Holds no secret but the verify token, which managers are shown.
public struct InstanceOverview: Equatable, Sendable {
    /// The App object in the PBX.
    public struct AppObject: Equatable, Sendable {
        /// Its SIP name.
        public var sip: String
        /// Its display name.
        public var dn: String
        /// Whether the PBX is connected with it now.
        public var isConnected: Bool
    }

    /// A WhatsApp Business Account.
    public struct Account: Equatable, Sendable, Identifiable {
        /// Its Graph identifier.
        public var id: String
        /// Its name, as far as it is known.
        public var name: String?
        /// Whether it has an access token.
        public var isTokenSet: Bool
        /// The token's last four characters.
        public var tokenTail: String?
        /// When the token was stored; nil if it came with the configuration file.
        public var tokenStoredAt: Moment?
    }

    /// How Meta reaches the instance.
    public struct Webhook: Equatable, Sendable {
        /// The address to enter at Meta.
        public var url: String
        /// What Meta's handshake has to show.
        public var verifyToken: String?
        /// What is known of Meta's calls.
        public var activity: WebhookActivity
        /// Whether notifications prove that Meta sent them.
        public var isSenderVerifiable: Bool
    }

    /// Something that somebody should look at.
    public struct Problem: Equatable, Sendable {
        /// How bad it is.
        public enum Severity: String, Sendable {
            /// Messages do not arrive.
            case error
            /// They do, but not as they should.
            case warning
        }

        /// A word for it.
        public var code: String
        /// How bad it is.
        public var severity: Severity
        /// What varies in its text.
        public var arguments: [String]
        /// The text, in English.
        public var text: String
    }

    /// The instance.
    public var address: InstanceAddress
    /// The App object; nil until a PBX was there.
    public var object: AppObject?
    /// The licences.
    public var licences: LicenceStanding
    /// The accounts in the order of their IDs.
    public var accounts: [Account]
    /// How Meta reaches it.
    public var webhook: Webhook
    /// Whether there is a shared service for onboarding.
    public var hasSharedService: Bool
    /// The onboarding that is under way, or the last one since the service was started.
    public var onboarding: OnboardingProgress?
    /// How the connection to Connect is.
    public var connect: InstanceHealth.ConnectState
    /// How the check of private posts stands.
    public var privatePosts: PrivatePostStanding
    /// What somebody should look at, the worst first.
    public var problems: [Problem]
}
