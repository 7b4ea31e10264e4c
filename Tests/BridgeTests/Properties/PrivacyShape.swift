/// What makes a history dangerous: something that a careless rule would take for public, or that confuses what is known of a post.
enum PrivacyShape: Int, CaseIterable, CustomStringConvertible {
    /// A colleague wrote in private to another one in one of our discussions.
    case privateToAnother
    /// A private post that is addressed to the connector was read.
    case privateToUs
    /// A private post that a group makes visible to the connector was read.
    case privateToGroup
    /// A private post was read without its mark.
    case markOmitted
    /// A private post was read with neither its mark nor its readers.
    case nothingShown
    /// An answer to a private post was read.
    case belowPrivate
    /// An answer to one of our own private notices or hints was read.
    case belowHint
    /// A post that had been read as public was read again as a private one.
    case turnedPrivate
    /// A post that had been read as private was read again as if it were public.
    case shownAsPublic
    /// A private post was read while a gap was caught up.
    case duringResume
    /// A private post was read on the moderator's login.
    case readOnModerator
    /// A post was read before what it answers.
    case unknownAncestor
    /// A post depended on a post of ours that Connect had not confirmed.
    case unconfirmedOwnPost
    /// Nobody knew whether Connect had a post of ours.
    case doubtfulPost
    /// The process ended in the middle.
    case restart
    /// The first contact found private posts.
    case privateAtFirstContact

    var description: String {
        switch self {
        case .privateToAnother: "private to another"
        case .privateToUs: "private to us"
        case .privateToGroup: "private to our group"
        case .markOmitted: "mark omitted"
        case .nothingShown: "mark and readers omitted"
        case .belowPrivate: "below a private one"
        case .belowHint: "below our hint"
        case .turnedPrivate: "turned private"
        case .shownAsPublic: "private, later shown as public"
        case .duringResume: "during resume"
        case .readOnModerator: "read on the moderator login"
        case .unknownAncestor: "unknown ancestor"
        case .unconfirmedOwnPost: "own post unconfirmed"
        case .doubtfulPost: "own post in doubt"
        case .restart: "restart"
        case .privateAtFirstContact: "private at first contact"
        }
    }
}
