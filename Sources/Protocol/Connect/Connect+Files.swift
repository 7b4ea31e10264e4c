/// Files of posts (Connect, Files and attachments, and Files over HTTP).
extension Connect {
    /// A file of a post.
    public struct File: Hashable, Sendable, Codable {
        /// The file.
        public var id: ID?
        /// Where it is, valid in the current session; may be relative.
        public var url: String
        /// Its name.
        public var name: String?
        /// Its length in bytes, where shown.
        public var size: UInt64?
        /// Its MIME type, where shown.
        public var mime: String?

        /// Creates a file.
        public init(id: ID? = nil, url: String, name: String? = nil, size: UInt64? = nil, mime: String? = nil) {
            self.id = id
            self.url = url
            self.name = name
            self.size = size
            self.mime = mime
        }

        /// Reads the object's fields; without a URL it is unreadable.
        public init(from decoder: any Decoder) throws {
            let fields = try ConnectFields(decoder)
            guard let url = fields.text("url") else {
                throw DecodingError.dataCorrupted(DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "no url"))
            }
            self.init(id: fields.id("id"), url: url, name: fields.text("name"), size: fields.number("size"), mime: fields.text("mime"))
        }
    }

    /// What `Attachments` is answered with.
    public struct AttachmentsResult: Hashable, Sendable, Codable {
        /// Why it failed; nil if it did not.
        public var failure: Failure?
        /// The files.
        public var files: [File]

        /// Creates an answer.
        public init(failure: Failure? = nil, files: [File] = []) {
            self.failure = failure
            self.files = files
        }

        /// Reads the message's fields; unknown ones, and unreadable files, are ignored.
        public init(from decoder: any Decoder) throws {
            let fields = try ConnectFields(decoder)
            failure = Failure(fields)
            files = fields.objects(File.self, "files") ?? []
        }

        /// Writes the fields that are set.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: ConnectField.self)
            try failure?.encode(into: &fields)
            try fields.encode(files, forKey: "files")
        }
    }

    /// Asks for a place to upload a file to. It lives as long as the connection, or 10 minutes without use.
    public struct CreateFileBuffer: Hashable, Sendable, Codable {
        /// The file's name.
        public var name: String
        /// Its length in bytes, if known; Connect may not look at it.
        public var size: UInt64?
        /// Its MIME type, if known; Connect may not look at it.
        public var mime: String?

        /// Creates a request.
        public init(name: String, size: UInt64? = nil, mime: String? = nil) {
            self.name = name
            self.size = size
            self.mime = mime
        }

        /// Reads the message's fields; unknown ones are ignored.
        public init(from decoder: any Decoder) throws {
            let fields = try ConnectFields(decoder)
            self.init(name: fields.text("name") ?? "", size: fields.number("size"), mime: fields.text("mime"))
        }

        /// Writes the fields that are set.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: ConnectField.self)
            try fields.encode(name, forKey: "name")
            try fields.encode(size, "size")
            try fields.encode(mime, "mime")
        }
    }

    /// What `CreateFileBuffer` is answered with.
    public struct CreateFileBufferResult: Hashable, Sendable, Codable {
        /// Why it failed; nil if it did not.
        public var failure: Failure?
        /// Names the place in `DeleteFileBuffer`.
        public var id: ID?
        /// Where to upload to, and what a post attaches; may be relative.
        public var url: String?

        /// Creates an answer.
        public init(failure: Failure? = nil, id: ID? = nil, url: String? = nil) {
            self.failure = failure
            self.id = id
            self.url = url
        }

        /// Reads the message's fields; unknown ones are ignored.
        public init(from decoder: any Decoder) throws {
            let fields = try ConnectFields(decoder)
            self.init(failure: Failure(fields), id: fields.id("id"), url: fields.text("url"))
        }

        /// Writes the fields that are set.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: ConnectField.self)
            try failure?.encode(into: &fields)
            try fields.encode(id, "id")
            try fields.encode(url, "url")
        }
    }

    /// The body of Connect's HTTP answer to an upload. Connect may also answer with nothing but a status.
    public struct UploadAnswer: Hashable, Sendable, Codable {
        /// Whether the file was stored; nil if it does not say.
        public var isStored: Bool?
        /// The file.
        public var id: ID?

        /// Creates an answer.
        public init(isStored: Bool?, id: ID? = nil) {
            self.isStored = isStored
            self.id = id
        }

        /// Reads a body; nil if it is no JSON object.
        public init?(json: some Sequence<UInt8>) {
            guard let answer = try? JSONReader.read(Self.self, from: Array(json)) else { return nil }
            self = answer
        }

        /// Reads the body's fields; unknown ones are ignored.
        public init(from decoder: any Decoder) throws {
            let fields = try ConnectFields(decoder)
            self.init(isStored: fields.has("ok") ? fields.isTrue("ok") : nil, id: fields.id("id"))
        }

        /// Writes the fields that are set.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: ConnectField.self)
            try fields.encode(isStored, "ok")
            try fields.encode(id, "id")
        }
    }
}
