/// A file of a post as the simulated Connect stores it.
public struct ConnectStoredFile: Sendable, Equatable {
    /// Unique among files, increasing, never reused.
    public var id: UInt64
    /// What `Attachments` shows: without folders and control characters, at most 255 bytes in UTF-8.
    public var name: String
    /// The media type that downloads are served with.
    public var mime: String
    var file: LabFile

    /// The length in bytes.
    public var size: Int64 { file.size }
    /// The SHA-256 digest of the bytes.
    public var sha256: [UInt8] { file.sha256 }
    /// The digest in lower-case hexadecimal.
    public var digest: String { file.digest }
}

/// A file of a colleague.
public struct ConnectHumanFile: Sendable, Equatable {
    /// The name that others see.
    public var name: String
    /// The media type; nil for the usual one of the name's extension.
    public var mime: String?
    /// Its bytes; they are made when the colleague posts.
    public var source: LabFileSource
    /// The file, once it is made.
    var made: LabFile?

    /// A file with its bytes.
    public init(name: String, mime: String? = nil, source: LabFileSource) {
        self.name = name
        self.mime = mime
        self.source = source
    }

    /// A file that lies on disk already.
    init(name: String, mime: String, made: LabFile) {
        self.init(name: name, mime: mime, source: .bytes([]))
        self.made = made
    }
}

/// A file that has arrived and belongs to no post yet.
struct ConnectIncomingFile: Sendable, Equatable {
    var name: String
    var mime: String
    var file: LabFile
    /// Whether it gets lost when its post is stored, as a planned fault has it.
    var isLost = false
}

/// A file buffer: it takes one file, which one post then takes over (Connect, 6 and 9.6, U1).
struct ConnectFileBuffer: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        case empty
        /// The upload is under way.
        case receiving
        case full(ConnectIncomingFile)
    }

    /// The connection that it lives with.
    var session: Int
    /// The secret part of its URL.
    var token: String
    var name: String
    var mime: String?
    /// The length that was announced, in bytes.
    var size: Int64?
    /// When it was last used, in milliseconds since 1970 UTC.
    var lastUse: Int64
    var content = Content.empty
}

/// What went over HTTP so far.
public struct ConnectFileCounts: Sendable, Equatable {
    /// Uploads into buffers that were taken whole.
    public var uploads = 0
    /// Files that were fetched whole from somebody else's URL.
    public var pulls = 0
    /// Files that were pushed whole after a post.
    public var pushes = 0
    /// Downloads that were handed out whole, or the whole part that was asked for.
    public var downloads = 0
    /// Bytes of whole files taken in, of all three ways.
    public var bytesTaken: Int64 = 0
    /// Bytes handed out, also those of downloads that ended early.
    public var bytesHandedOut: Int64 = 0
}
