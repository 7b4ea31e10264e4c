/// A customer's file on its way to Connect, durable from the moment its message is recorded.
public struct InboundFile: Equatable, Sendable {
    /// The row that holds the file.
    public typealias ID = RowID<InboundFile>

    /// The row that holds the file.
    public var id: ID
    /// The message that it belongs to.
    public var event: InboundRecord.ID
    /// The message's conversation.
    public var conversation: Conversation.ID
    /// The number that received it.
    public var number: PhoneNumberID
    /// What the message says of it.
    public var file: CustomerFile
    /// Where it stands.
    public var state: State
    /// How often it was tried to load it, or to hand it over, without success.
    public var attempts: Int
    /// Not to be tried again before.
    public var notBefore: Moment
    /// When its message was recorded: from then on it is tried for ``patience``.
    public var recordedAt: Moment
    /// The post that stands in its place, once there is one.
    public var placeholder: PostTask.ID?

    /// Whether it is to be loaded, or to follow the post that went without it. A file that is ready otherwise waits for its post.
    public var needsCare: Bool {
        switch state {
        case .waiting: true
        case .ready: placeholder != nil
        case .handedOver, .failed: false
        }
    }

    /// Whether it is on our disk, and not yet in Connect.
    public var isReady: Bool { spooled != nil }

    /// The file on our disk; nil unless it is ready.
    var spooled: SpooledFile? {
        if case .ready(let file) = state { file } else { nil }
    }

    /// How long a file is tried to be had: as long as Meta keeps it.
    public static let patience: Duration = .seconds(7 * 86_400)

    /// How long a post waits for its files before it goes without them.
    public static let postPatience: Duration = .seconds(20)

    /// Where a file stands.
    public enum State: Equatable, Sendable {
        /// To be loaded.
        case waiting
        /// On our disk, whole and checked.
        case ready(SpooledFile)
        /// In Connect.
        case handedOver
        /// It will never arrive.
        case failed(Failure)

        /// The state's name, as stored.
        public var name: String {
            switch self {
            case .waiting: "waiting"
            case .ready: "ready"
            case .handedOver: "handed-over"
            case .failed: "failed"
            }
        }
    }

    /// Why a file will never arrive.
    public enum Failure: String, Sendable, CaseIterable {
        /// WhatsApp does not have it (any more), or it could not be loaded in time.
        case lost
        /// Larger than WhatsApp or Connect takes.
        case tooLarge = "too large"
        /// Connect did not take it.
        case refused
    }

    /// Creates a file as stored.
    public init(
        id: ID,
        event: InboundRecord.ID,
        conversation: Conversation.ID,
        number: PhoneNumberID,
        file: CustomerFile,
        state: State = .waiting,
        attempts: Int = 0,
        notBefore: Moment,
        recordedAt: Moment,
        placeholder: PostTask.ID? = nil
    ) {
        self.id = id
        self.event = event
        self.conversation = conversation
        self.number = number
        self.file = file
        self.state = state
        self.attempts = attempts
        self.notBefore = notBefore
        self.recordedAt = recordedAt
        self.placeholder = placeholder
    }
}

/// A file on our disk.
public struct SpooledFile: Hashable, Sendable, Codable {
    /// Its name in the spool.
    public var spool: String
    /// Its length in bytes.
    public var size: Int64
    /// What people see as its name.
    public var name: String
    /// Its MIME type by content.
    public var mimeType: String
    /// How long a voice note lasts, in milliseconds, if that could be read.
    public var duration: Int64?
    /// Whether it differs from the digest that WhatsApp gave, however often it was loaded.
    public var isDamaged: Bool

    /// Names a file on our disk.
    public init(spool: String, size: Int64, name: String, mimeType: String, duration: Int64? = nil, isDamaged: Bool = false) {
        self.isDamaged = isDamaged
        self.spool = spool
        self.size = size
        self.name = name
        self.mimeType = mimeType
        self.duration = duration
    }
}
