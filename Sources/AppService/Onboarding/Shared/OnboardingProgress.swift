public import Bridge
public import Protocol

/// How an onboarding with a shared service stands, as administrators see it. Holds no secret.
public struct OnboardingProgress: Equatable, Sendable {
    /// Where it is.
    public enum Step: Equatable, Sendable {
        /// The administrator is at the service's page.
        case waiting
        /// The access token is here and good.
        case token
        /// So many numbers were found.
        case numbers(Int)
        /// Notifications come to us.
        case subscribed
        /// So many numbers are through, of so many.
        case registering(Int, of: Int)
        /// So many numbers are stored; with why some of them are not ready.
        case done(Int, problems: [PhoneNumberID: String])
        /// It failed, and nothing was stored.
        case failed(AdministrationFailure)
        /// An administrator gave it up.
        case cancelled

        /// Whether nothing follows.
        public var isLast: Bool {
            switch self {
            case .done, .failed, .cancelled: true
            case .waiting, .token, .numbers, .subscribed, .registering: false
            }
        }
    }

    /// Names it.
    public var id: String
    /// What is wanted.
    public var kind: Pairing.Kind
    /// The service's page.
    public var page: String
    /// When it ends by itself.
    public var expiresAt: Moment
    /// The steps that it went, the newest last; at most as many as there are numbers, and a few.
    public var steps: [Step]

    /// Where it is.
    public var step: Step { steps.last ?? .waiting }
}
