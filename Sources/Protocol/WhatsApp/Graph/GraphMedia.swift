/// What Meta says of a file, by its media ID (WhatsApp Cloud API, 4.3). It is not the file itself.
public struct GraphMediaDescription: Codable, Equatable, Sendable {
    /// Where the file is, for 5 minutes and with the account's access token.
    public var url: String
    /// MIME type, maybe with parameters.
    public var mimeType: String?
    /// The file's SHA-256 as it came; ``MediaDigest`` reads it.
    public var sha256: String?
    /// The file's length in bytes.
    public var fileSize: Int64?
    /// The media ID.
    public var id: String?

    /// - Parameters:
    ///   - url: where the file is
    ///   - mimeType: MIME type
    ///   - sha256: its SHA-256, in base64 or hexadecimal
    ///   - fileSize: its length in bytes
    ///   - id: the media ID
    public init(url: String, mimeType: String? = nil, sha256: String? = nil, fileSize: Int64? = nil, id: String? = nil) {
        self.url = url
        self.mimeType = mimeType
        self.sha256 = sha256
        self.fileSize = fileSize
        self.id = id
    }

    /// Reads the object as it stands on the wire. What is missing or of another type counts as absent, except for the address.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.wireFields()
        guard let url = fields.identifier("url") else {
            throw DecodingError.incomplete("no address")
        }
        self.init(
            url: url,
            mimeType: fields.identifier("mime_type"),
            sha256: fields.identifier("sha256"),
            fileSize: fields.integer("file_size").flatMap { $0 >= 0 ? $0 : nil },
            id: fields.identifier("id")
        )
    }

    /// Writes the object as it stands on the wire.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: WireKey.self)
        try fields.encode("whatsapp", forKey: "messaging_product")
        try fields.encode(url, forKey: "url")
        try fields.encodeIfPresent(mimeType, forKey: "mime_type")
        try fields.encodeIfPresent(sha256, forKey: "sha256")
        try fields.encodeIfPresent(fileSize, forKey: "file_size")
        try fields.encodeIfPresent(id, forKey: "id")
    }

    /// Decodes an answer.
    ///
    /// - Throws: when the body is no JSON object with an address.
    public static func decode(_ body: some Collection<UInt8>) throws(MalformedJSONBody) -> GraphMediaDescription {
        try GraphJSON.decode(GraphMediaDescription.self, from: body)
    }

    /// The answer's body.
    public func encoded() throws -> [UInt8] { try GraphJSON.encode(self) }
}

/// Meta's answer to an upload (WhatsApp Cloud API, 4.2).
public struct GraphMediaUpload: Codable, Equatable, Sendable {
    /// The media ID, valid for 30 days with the number that it was uploaded to.
    public var id: String

    /// - Parameter id: the media ID
    public init(id: String) { self.id = id }

    /// Reads the object as it stands on the wire.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.wireFields()
        guard let id = fields.identifier("id") else {
            throw DecodingError.incomplete("no media ID")
        }
        self.init(id: id)
    }

    /// Decodes an answer.
    ///
    /// - Throws: when the body is no JSON object with a media ID.
    public static func decode(_ body: some Collection<UInt8>) throws(MalformedJSONBody) -> GraphMediaUpload {
        try GraphJSON.decode(GraphMediaUpload.self, from: body)
    }

    /// The answer's body.
    public func encoded() throws -> [UInt8] { try GraphJSON.encode(self) }
}
