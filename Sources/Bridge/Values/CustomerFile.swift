/// A file of a customer's message, as the message names it.
public struct CustomerFile: Hashable, Sendable, Codable {
    /// Where its bytes are.
    public var source: Source
    /// The name that the customer gave it, unchecked; nil if it has none.
    public var name: String?
    /// Its MIME type as the message says, maybe with parameters; nil if it does not say.
    public var mimeType: String?

    /// Where a file's bytes are.
    public enum Source: Hashable, Sendable, Codable {
        /// At Meta under an ID, for 7 days; with its digest as Meta writes it.
        case media(id: String, digest: String?)
        /// In the message itself, as this text: a contact card.
        case text(String)
    }

    /// Names a file.
    public init(source: Source, name: String? = nil, mimeType: String? = nil) {
        self.source = source
        self.name = name
        self.mimeType = mimeType
    }
}
