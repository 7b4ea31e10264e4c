extension Connect {
    /// The number of a post, of a discussion (its root's) or of a subtopic: 64 bits, unique in one Connect instance.
    ///
    /// Read from a JSON number or from a text of decimal digits, never through a floating-point number; written as a number.
    public struct ID: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
        /// The number.
        public var rawValue: UInt64

        /// Wraps the number that Connect gave.
        public init(rawValue: UInt64) { self.rawValue = rawValue }

        /// Reads a number or a text of decimal digits.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(UInt64.self) {
                rawValue = number
            } else if let number = UInt64(try container.decode(String.self)) {
                rawValue = number
            } else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an id")
            }
        }

        /// Writes the number.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(rawValue)
        }

        /// The number in decimal digits.
        public var description: String { String(rawValue) }

        /// Smaller numbers come first; they were given out earlier.
        public static func < (left: ID, right: ID) -> Bool { left.rawValue < right.rawValue }
    }
}
