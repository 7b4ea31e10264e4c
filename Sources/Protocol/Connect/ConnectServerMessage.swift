extension Connect {
    /// A message from Connect: an answer or an indication, and the tag of the request that it belongs to.
    public struct ServerMessage: Hashable, Sendable, Codable {
        /// The tag of the request or subscription.
        public var source: String?
        /// What Connect says.
        public var indication: Indication

        /// Creates a message.
        public init(source: String?, indication: Indication) {
            self.source = source
            self.indication = indication
        }

        /// Reads one message. Fields of the wrong type count as not given, an unknown `mt` becomes `.other`.
        /// - Throws: if it is no JSON object with `mt`.
        public init(json: some Sequence<UInt8>) throws { self = try JSONReader.read(from: Array(json)) }

        /// The message as one JSON object.
        public func json() throws -> [UInt8] { try JSONWriter.write(self) }

        /// Reads `mt`, `src`, and the other fields beside them.
        public init(from decoder: any Decoder) throws {
            let fields = try ConnectFields(decoder)
            guard let mt = fields.text("mt") else {
                throw DecodingError.dataCorrupted(DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "no mt"))
            }
            source = fields.text("src")
            indication = try Indication(mt: mt, decoder)
        }

        /// Writes `mt`, `src`, and the other fields beside them.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: ConnectField.self)
            try fields.encode(indication.mt, forKey: "mt")
            try fields.encode(source, "src")
            try indication.body.encode(to: encoder)
        }
    }

    /// What Connect can say.
    public enum Indication: Hashable, Sendable {
        /// A post.
        case add(Add)
        /// A zone.
        case topic(Topic)
        /// The answer to `Post`.
        case postResult(PostResult)
        /// The answer to `Update`.
        case updateResult(UpdateResult)
        /// The answer to `Delete`.
        case deleteResult(PlainResult)
        /// The answer to `SetRead`.
        case setReadResult(NamedResult)
        /// The end of what a subscription begins with.
        case setFilterResult(PlainResult)
        /// The end of a page of older posts.
        case getMoreResult(PlainResult)
        /// The end of a discussion.
        case discussionResult(PlainResult)
        /// The answer to `Attachments`.
        case attachmentsResult(AttachmentsResult)
        /// The end of the list of zones.
        case readTopicsResult(PlainResult)
        /// The answer to `WriteTopic`.
        case writeTopicResult(NamedResult)
        /// The answer to `CreateFileBuffer`.
        case createFileBufferResult(CreateFileBufferResult)
        /// The answer to `DeleteFileBuffer`.
        case deleteFileBufferResult(PlainResult)
        /// Anything else, with the failure that it may tell of.
        case other(mt: String, PlainResult)

        /// The message's name on the wire.
        public var mt: String {
            switch self {
            case .add: "Add"
            case .topic: "Topic"
            case .postResult: "PostResult"
            case .updateResult: "UpdateResult"
            case .deleteResult: "DeleteResult"
            case .setReadResult: "SetReadResult"
            case .setFilterResult: "SetFilterResult"
            case .getMoreResult: "GetMoreResult"
            case .discussionResult: "DiscussionResult"
            case .attachmentsResult: "AttachmentsResult"
            case .readTopicsResult: "ReadTopicsResult"
            case .writeTopicResult: "WriteTopicResult"
            case .createFileBufferResult: "CreateFileBufferResult"
            case .deleteFileBufferResult: "DeleteFileBufferResult"
            case .other(let mt, _): mt
            }
        }

        /// Why the request failed; nil if this is no result, or one of success.
        public var failure: Failure? {
            switch self {
            case .add, .topic: nil
            case .postResult(let result): result.failure
            case .updateResult(let result): result.failure
            case .attachmentsResult(let result): result.failure
            case .createFileBufferResult(let result): result.failure
            case .setReadResult(let result), .writeTopicResult(let result): result.failure
            case .deleteResult(let result), .setFilterResult(let result), .getMoreResult(let result), .discussionResult(let result),
                .readTopicsResult(let result), .deleteFileBufferResult(let result), .other(_, let result):
                result.failure
            }
        }

        fileprivate init(mt: String, _ decoder: any Decoder) throws {
            switch mt {
            case "Add": self = .add(try Add(from: decoder))
            case "Topic": self = .topic(try Topic(from: decoder))
            case "PostResult": self = .postResult(try PostResult(from: decoder))
            case "UpdateResult": self = .updateResult(try UpdateResult(from: decoder))
            case "DeleteResult": self = .deleteResult(try PlainResult(from: decoder))
            case "SetReadResult": self = .setReadResult(try NamedResult(from: decoder))
            case "SetFilterResult": self = .setFilterResult(try PlainResult(from: decoder))
            case "GetMoreResult": self = .getMoreResult(try PlainResult(from: decoder))
            case "DiscussionResult": self = .discussionResult(try PlainResult(from: decoder))
            case "AttachmentsResult": self = .attachmentsResult(try AttachmentsResult(from: decoder))
            case "ReadTopicsResult": self = .readTopicsResult(try PlainResult(from: decoder))
            case "WriteTopicResult": self = .writeTopicResult(try NamedResult(from: decoder))
            case "CreateFileBufferResult": self = .createFileBufferResult(try CreateFileBufferResult(from: decoder))
            case "DeleteFileBufferResult": self = .deleteFileBufferResult(try PlainResult(from: decoder))
            default: self = .other(mt: mt, try PlainResult(from: decoder))
            }
        }

        fileprivate var body: any Encodable {
            switch self {
            case .add(let body): body
            case .topic(let body): body
            case .postResult(let body): body
            case .updateResult(let body): body
            case .attachmentsResult(let body): body
            case .createFileBufferResult(let body): body
            case .setReadResult(let body), .writeTopicResult(let body): body
            case .deleteResult(let body), .setFilterResult(let body), .getMoreResult(let body), .discussionResult(let body),
                .readTopicsResult(let body), .deleteFileBufferResult(let body), .other(_, let body):
                body
            }
        }
    }
}
