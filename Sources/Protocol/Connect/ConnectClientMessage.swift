extension Connect {
    /// A message to Connect: a request and the tag by which its answers are known.
    public struct ClientMessage: Hashable, Sendable, Codable {
        /// The tag, which every answer carries; for a subscription also every later `Add`.
        public var source: String?
        /// What is asked for.
        public var request: Request

        /// Creates a message.
        public init(source: String?, request: Request) {
            self.source = source
            self.request = request
        }

        /// Reads one message.
        /// - Throws: if it is no JSON object with a known `mt` and the ids that its request cannot do without.
        public init(json: [UInt8]) throws { self = try JSONReader.read(from: json) }

        /// The message as one JSON object.
        public func json() throws -> [UInt8] { try JSONWriter.write(self) }

        /// Reads `mt`, `src`, and the request's fields beside them.
        public init(from decoder: any Decoder) throws {
            let fields = try ConnectFields(decoder)
            source = fields.text("src")
            request = try Request(mt: fields.text("mt") ?? "", decoder)
        }

        /// Writes `mt`, `src`, and the request's fields beside them.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: ConnectField.self)
            try fields.encode(request.mt, forKey: "mt")
            try fields.encode(source, "src")
            try request.body.encode(to: encoder)
        }
    }

    /// What can be asked of Connect.
    public enum Request: Hashable, Sendable {
        /// Write a post.
        case post(Post)
        /// Change a post.
        case update(Update)
        /// Delete a post.
        case delete(Named)
        /// Mark a post as read.
        case setRead(Named)
        /// Subscribe.
        case setFilter(SetFilter)
        /// Read older posts of a subscription.
        case getMore(GetMore)
        /// Read a discussion.
        case discussion(Discussion)
        /// List a post's files.
        case attachments(Named)
        /// List the zones.
        case readTopics(ReadTopics)
        /// Write a subtopic.
        case writeTopic(WriteTopic)
        /// Get a place to upload a file to.
        case createFileBuffer(CreateFileBuffer)
        /// Give such a place back.
        case deleteFileBuffer(Named)

        /// The operation's name on the wire.
        public var mt: String {
            switch self {
            case .post: "Post"
            case .update: "Update"
            case .delete: "Delete"
            case .setRead: "SetRead"
            case .setFilter: "SetFilter"
            case .getMore: "GetMore"
            case .discussion: "Discussion"
            case .attachments: "Attachments"
            case .readTopics: "ReadTopics"
            case .writeTopic: "WriteTopic"
            case .createFileBuffer: "CreateFileBuffer"
            case .deleteFileBuffer: "DeleteFileBuffer"
            }
        }

        fileprivate init(mt: String, _ decoder: any Decoder) throws {
            switch mt {
            case "Post": self = .post(try Post(from: decoder))
            case "Update": self = .update(try Update(from: decoder))
            case "Delete": self = .delete(try Named(from: decoder))
            case "SetRead": self = .setRead(try Named(from: decoder))
            case "SetFilter": self = .setFilter(try SetFilter(from: decoder))
            case "GetMore": self = .getMore(try GetMore(from: decoder))
            case "Discussion": self = .discussion(try Discussion(from: decoder))
            case "Attachments": self = .attachments(try Named(from: decoder))
            case "ReadTopics": self = .readTopics(try ReadTopics(from: decoder))
            case "WriteTopic": self = .writeTopic(try WriteTopic(from: decoder))
            case "CreateFileBuffer": self = .createFileBuffer(try CreateFileBuffer(from: decoder))
            case "DeleteFileBuffer": self = .deleteFileBuffer(try Named(from: decoder))
            default: throw DecodingError.dataCorrupted(DecodingError.Context(codingPath: [], debugDescription: "unknown mt"))
            }
        }

        fileprivate var body: any Encodable {
            switch self {
            case .post(let body): body
            case .update(let body): body
            case .delete(let body), .setRead(let body), .attachments(let body), .deleteFileBuffer(let body): body
            case .setFilter(let body): body
            case .getMore(let body): body
            case .discussion(let body): body
            case .readTopics(let body): body
            case .writeTopic(let body): body
            case .createFileBuffer(let body): body
            }
        }
    }
}
