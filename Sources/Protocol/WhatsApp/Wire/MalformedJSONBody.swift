/// Why a body could not be decoded at all. Its texts hold nothing of the body.
public enum MalformedJSONBody: Error, Hashable, Sendable, CustomStringConvertible {
    /// The body is longer than is read.
    case tooLarge
    /// The body is not one JSON value, or its outermost value is not an object.
    case notJSON

    /// A few words, safe to log.
    public var description: String {
        switch self {
        case .tooLarge: "the body is too large"
        case .notJSON: "the body is not a JSON object"
        }
    }
}
