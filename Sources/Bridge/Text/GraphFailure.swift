/// Why WhatsApp refused something, as far as rules and people need to know (Cloud API, 3.5 and 6.2).
public struct GraphFailure: Sendable, Hashable {
    /// Where the refusal came from.
    public enum Source: Sendable, Hashable {
        /// The answer to our request.
        case answer
        /// A status that came later, for a message that had been accepted.
        case status
    }

    /// `code`, the only field to branch on.
    public var code: Int
    /// `error_subcode`.
    public var subcode: Int?
    /// `is_transient`.
    public var isTransient: Bool
    /// `error_data.details`, shown to people as it came, on one line.
    public var details: String?
    /// Where the refusal came from.
    public var source: Source

    /// A refusal.
    public init(code: Int, subcode: Int? = nil, isTransient: Bool = false, details: String? = nil, source: Source = .answer) {
        self.code = code
        self.subcode = subcode
        self.isTransient = isTransient
        self.details = details
        self.source = source
    }
}
