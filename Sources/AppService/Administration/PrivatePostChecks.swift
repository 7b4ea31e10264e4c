public import Bridge

/// The check that private posts of colleagues never come to the connector unless they are meant for it (Connect, private flag).
public protocol PrivatePostChecks: Sendable {
    /// How it stands.
    var standing: PrivatePostStanding { get }
    /// Begins the check anew.
    func start() async throws(AdministrationFailure)
    /// Both posts were written: decides.
    func confirm() async throws(AdministrationFailure)
    /// Ends a running check without a result.
    func cancel() async throws(AdministrationFailure)
}

/// How the check of private posts stands.
public enum PrivatePostStanding: Equatable, Sendable {
    /// It was never finished.
    case unverified
    /// Two private posts are to be written in one of the zones: one to a colleague, which must not be seen, and one to the connector.
    case running(zones: [Zone], until: Moment, foreignText: String, ownText: String, ownSeen: Bool)
    /// Private posts stay private.
    case verified(at: Moment)
    /// They may not, or it could not be found out.
    case failed(Reason, at: Moment)

    /// Why the check failed.
    public enum Reason: String, Sendable, CaseIterable {
        /// A post that is none of the connector's business was seen.
        case foreignSeen = "foreign-seen"
        /// The connector's post was not marked as private.
        case markMissing = "mark-missing"
        /// The connector's post was not seen.
        case ownNotSeen = "own-not-seen"
        /// Time ran out.
        case expired
    }
}
