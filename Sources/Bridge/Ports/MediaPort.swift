/// What the bridge needs to have files brought from one side to the other. At no time is a whole file in memory.
public protocol MediaPort: Sendable {
    /// Loads a customer's file into the spool and checks it. What was loaded before a failure is kept, so that the next call goes on there.
    /// - Parameter progress: called now and then with the bytes that are there, and the file's length if it is known.
    func fetch(_ request: FetchRequest, progress: @escaping @Sendable (Int64, Int64?) async -> Void) async -> FetchResult

    /// Loads a file of a post and uploads it to Meta, ready to be sent. Does no harm when it is repeated.
    /// - Parameter progress: called now and then with the bytes that were moved, and how many there are if that is known.
    func prepare(_ request: PreparationRequest, progress: @escaping @Sendable (Int64, Int64?) async -> Void) async -> PreparationResult

    /// Forgets a file of the spool that nobody needs any more.
    func discard(_ file: InboundFile.ID) async

    /// Forgets what the spool has of the file of a message that will not be sent.
    func discard(_ message: OutgoingMessage.ID) async
}

/// A customer's file to be loaded.
public struct FetchRequest: Equatable, Sendable {
    /// The row of the file, which names it in the spool.
    public var id: InboundFile.ID
    /// What is known of it.
    public var file: CustomerFile
    /// The number that received it.
    public var number: PhoneNumberID
    /// The account whose token is used.
    public var account: String

    /// Creates a request.
    public init(id: InboundFile.ID, file: CustomerFile, number: PhoneNumberID, account: String) {
        self.id = id
        self.file = file
        self.number = number
        self.account = account
    }
}

/// What became of loading a customer's file.
public enum FetchResult: Equatable, Sendable {
    /// It is in the spool, whole and checked.
    case ready(SpooledFile)
    /// It will never be had.
    case failed(InboundFile.Failure)
    /// To be tried again later; in one phrase, why.
    case temporary(String)
}

/// A file of a post to be made ready for sending.
public struct PreparationRequest: Equatable, Sendable {
    /// The message that will carry it, which names it in the spool.
    public var message: OutgoingMessage.ID
    /// The post.
    public var post: PostReference
    /// The file in Connect.
    public var file: ConnectFile
    /// The number that will send it.
    public var number: PhoneNumberID
    /// The account whose token is used.
    public var account: String

    /// Creates a request.
    public init(message: OutgoingMessage.ID, post: PostReference, file: ConnectFile, number: PhoneNumberID, account: String) {
        self.message = message
        self.post = post
        self.file = file
        self.number = number
        self.account = account
    }
}

/// What became of making a file ready.
public enum PreparationResult: Equatable, Sendable {
    /// Meta has it.
    case uploaded(UploadedFile)
    /// It holds contact cards, which are sent as such.
    case cards([ContactCard])
    /// It will not be sent, and why.
    case impossible(AuthorNotice.FileProblem)
    /// Meta refused the upload.
    case refused(DeliveryError)
    /// To be tried again later; in one phrase, why.
    case temporary(String)
}
