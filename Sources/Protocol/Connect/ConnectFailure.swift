extension Connect {
    /// Why Connect did not do what it was asked for.
    ///
    /// Only that `error` counts as true is certain; it may be of any JSON type, and the rest may be absent (Connect, Errors).
    public struct Failure: Error, Hashable, Sendable {
        /// The value of `error` where it is a text or a number.
        public var detail: String?
        /// The value of `errorCode`.
        public var code: String?
        /// The value of `errorText`.
        public var text: String?
        /// Seconds to wait, where Connect says so.
        public var retryAfter: UInt64?

        /// Creates a failure.
        public init(detail: String? = nil, code: String? = nil, text: String? = nil, retryAfter: UInt64? = nil) {
            self.detail = detail
            self.code = code
            self.text = text
            self.retryAfter = retryAfter
        }

        /// Nil if the message does not tell of a failure.
        init?(_ fields: ConnectFields) {
            guard fields.isTrue("error") else { return nil }
            let value = fields.text("error")
            detail = value == "true" ? nil : value
            code = fields.text("errorCode")
            text = fields.text("errorText")
            retryAfter = fields.number("retryAfter")
        }

        func encode(into fields: inout KeyedEncodingContainer<ConnectField>) throws {
            if let detail { try fields.encode(detail, forKey: "error") } else { try fields.encode(true, forKey: "error") }
            try fields.encode(code, "errorCode")
            try fields.encode(text, "errorText")
            try fields.encode(retryAfter, "retryAfter")
        }
    }

    /// An answer that says no more than whether it worked.
    public struct PlainResult: Hashable, Sendable, Codable {
        /// Why it failed; nil if it did not.
        public var failure: Failure?

        /// Creates an answer.
        public init(failure: Failure? = nil) { self.failure = failure }

        /// Reads the message's fields; unknown ones are ignored.
        public init(from decoder: any Decoder) throws { failure = Failure(try ConnectFields(decoder)) }

        /// Writes the failure if there is one.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: ConnectField.self)
            try failure?.encode(into: &fields)
        }
    }

    /// An answer that names what it is about.
    public struct NamedResult: Hashable, Sendable, Codable {
        /// Why it failed; nil if it did not.
        public var failure: Failure?
        /// What was read or written.
        public var id: ID?

        /// Creates an answer.
        public init(failure: Failure? = nil, id: ID? = nil) {
            self.failure = failure
            self.id = id
        }

        /// Reads the message's fields; unknown ones are ignored.
        public init(from decoder: any Decoder) throws {
            let fields = try ConnectFields(decoder)
            failure = Failure(fields)
            id = fields.id("id")
        }

        /// Writes the fields that are set.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: ConnectField.self)
            try failure?.encode(into: &fields)
            try fields.encode(id, "id")
        }
    }
}
