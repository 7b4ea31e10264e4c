/// One element of an array that came from outside: read, or not, without harm to its siblings.
public enum Decoded<Element> {
    /// The element was read.
    case value(Element)
    /// The element could not be read.
    case failure(DecodingFailure)

    /// The element, if it was read.
    public var value: Element? {
        if case .value(let element) = self { element } else { nil }
    }

    /// Why the element was not read, if so.
    public var failure: DecodingFailure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}

extension Decoded: Sendable where Element: Sendable {}
extension Decoded: Equatable where Element: Equatable {}

/// Why an element of an array was not read.
public struct DecodingFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Position in the array, from 0.
    public var index: Int
    /// A few words, safe to log and to show: they hold nothing of what came from outside.
    public var reason: String

    /// - Parameters:
    ///   - index: position in the array, from 0
    ///   - reason: a few words without any of the content
    public init(index: Int, reason: String) {
        self.index = index
        self.reason = reason
    }

    /// A few words, safe to log.
    public var description: String { "element \(index) \(reason)" }

    /// What an error says of an element, without any of its content.
    static func reason(for error: any Error) -> String {
        switch error {
        case DecodingError.typeMismatch: "has another JSON type than expected"
        case DecodingError.valueNotFound: "is null"
        case DecodingError.keyNotFound: "lacks a required field"
        default: "is malformed"
        }
    }
}
