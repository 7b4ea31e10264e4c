/// What a message to a customer holds.
public enum OutgoingContent: Hashable, Sendable, Codable {
    /// A text with WhatsApp's marks.
    case text(String)
    /// A file of the post, with a text below it where its kind takes one.
    case file(OutgoingFile, caption: String?)
    /// A place.
    case location(GeoLink)
    /// Contact cards.
    case contacts([ContactCard])
    /// An emoji on a message of the customer; an empty one takes it back.
    case reaction(emoji: String, to: Wamid)
    /// A post of which nobody knows yet whether files belong to it; with its HTML and how often Connect was asked.
    case undecided(html: String, asked: Int)

    /// Meta's name of its type, for the ledger. What a file is sent as is known once it was loaded.
    public var type: String {
        switch self {
        case .text: "text"
        case .file(let file, _): file.upload?.kind.type ?? "file"
        case .location: "location"
        case .contacts: "contacts"
        case .reaction: "reaction"
        case .undecided: "unknown"
        }
    }

    /// Whether it is an emoji on a message of the customer.
    var isReaction: Bool {
        if case .reaction = self { true } else { false }
    }

    /// The beginning of it in words, for a notice to its author: the text, or the file's name.
    public var excerpt: String {
        switch self {
        case .text(let text): text
        case .file(let file, let caption): file.name ?? caption ?? ""
        case .location(let place): place.label ?? ""
        case .contacts(let cards): cards.first?.formattedName ?? ""
        case .reaction(let emoji, _): emoji
        case .undecided: ""
        }
    }
}

/// A file of a colleague's post on its way to the customer.
public struct OutgoingFile: Hashable, Sendable, Codable {
    /// The file in Connect.
    public var source: ConnectFile
    /// Where it is at Meta; nil until it was uploaded.
    public var upload: UploadedFile?

    /// Its name as the colleague sees it.
    public var name: String? { source.name }

    /// Names a file.
    public init(source: ConnectFile, upload: UploadedFile? = nil) {
        self.source = source
        self.upload = upload
    }
}

/// A file of a post in Connect. Opaque: made by the adapter.
public struct ConnectFile: Hashable, Sendable, Codable {
    /// The adapter's own text for the file.
    public var reference: String
    /// Its name, unchecked; nil if it has none.
    public var name: String?

    /// Wraps what the adapter made.
    public init(reference: String, name: String?) {
        self.reference = reference
        self.name = name
    }
}

/// A file that Meta has, ready to be sent.
public struct UploadedFile: Hashable, Sendable, Codable {
    /// Meta's ID of it, for 30 days and one number.
    public var mediaID: String
    /// As what it is sent.
    public var kind: OutgoingFileRule.Kind
    /// The name that the customer sees.
    public var name: String
    /// When it was uploaded.
    public var at: Moment

    /// How long an upload is used: a day less than Meta keeps it.
    public static let lifetime: Duration = .seconds(29 * 86_400)

    /// Names an upload.
    public init(mediaID: String, kind: OutgoingFileRule.Kind, name: String, at: Moment) {
        self.mediaID = mediaID
        self.kind = kind
        self.name = name
        self.at = at
    }
}

extension OutgoingFileRule.Kind {
    /// Meta's name of the message type.
    public var type: String {
        switch self {
        case .image: "image"
        case .video: "video"
        case .voice, .audio: "audio"
        case .document: "document"
        case .sticker: "sticker"
        }
    }
}
