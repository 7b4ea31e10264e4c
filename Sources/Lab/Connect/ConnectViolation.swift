/// Something that a service must never do towards Connect, and did (Connect, 11, checks).
public struct ConnectViolation: Sendable, Equatable {
    /// The rule that was broken.
    public enum Rule: String, Sendable, CaseIterable {
        /// The text of a message is no JSON object with `mt`.
        case malformedMessage
        /// A message has more than 65,535 bytes.
        case oversizedMessage
        /// A message came before the login, other than those of the login.
        case beforeLogin
        /// `AppLogin` carries `salt` or `key`, which are between PBX and service.
        case leakedKey
        /// The digest does not fit.
        case wrongDigest
        /// A message carries `api`.
        case apiProperty
        /// A request has no `src`.
        case missingSource
        /// `GetMore` names no filter of this connection.
        case unknownFilter
        /// A `Post` has no topic.
        case missingTopic
        /// A `Post` goes to a topic that the login does not grant.
        case foreignTopic
        /// A `Post` replies to nothing that exists.
        case unknownReplyTarget
        /// A reply names another topic than its discussion.
        case replyInOtherTopic
        /// A text has markup that was not escaped, or tags that are not allowed.
        case markup
        /// A post has neither text nor files.
        case emptyPost
        /// A text has more than 32 KiB.
        case longText
        /// An `author` other than the login's own, without moderator rights.
        case foreignAuthor
        /// A private post without `notify`.
        case privateWithoutRecipients
        /// A tag with `#` or with a character that tags must not have.
        case malformedTag
        /// A change of a post by somebody else than its author, without moderator rights.
        case foreignPost
        /// A URL in `attach` is not percent-encoded, or they are not joined by one blank.
        case unencodedAttachment
        /// A connection was closed by the service, and a file that it had uploaded on it was neither posted nor deleted.
        case uploadWithoutConsumer
        /// A file was pushed with a session or key that no post was answered with.
        case wrongPushKey
    }

    /// The rule.
    public var rule: Rule
    /// What was wrong, without the message itself.
    public var detail: String
    /// Milliseconds since 1970 UTC.
    public var at: Int64
}
