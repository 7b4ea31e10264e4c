import FoundationEssentials

extension WhatsApp {
    /// A JSON value of unknown meaning, kept as it came but for the order of fields.
    ///
    /// Reading is bounded by the document's own bounds and never fails: what cannot be represented is ``null``.
    public enum JSONValue: Codable, Hashable, Sendable {
        /// `null`, or a value that cannot be represented.
        case null
        /// `true` or `false`.
        case flag(Bool)
        /// A number without fraction.
        case integer(Int64)
        /// Any other finite number.
        case number(Double)
        /// A text.
        case text(String)
        /// An array.
        case array([JSONValue])
        /// An object; of a name that occurs more than once one value is kept.
        case object([String: JSONValue])

        /// Reads any value; never fails.
        public init(from decoder: any Decoder) {
            if let fields = try? decoder.wireFields() {
                let pairs = fields.allKeys.map { ($0.stringValue, fields.value($0, as: JSONValue.self) ?? .null) }
                self = .object(Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
            } else if var elements = try? decoder.unkeyedContainer() {
                var values: [JSONValue] = []
                while !elements.isAtEnd, let value = try? elements.decode(JSONValue.self) { values.append(value) }
                self = .array(values)
            } else if let scalar = try? decoder.singleValueContainer() {
                self =
                    if let text = try? scalar.decode(String.self) {
                        .text(text)
                    } else if let integer = try? scalar.decode(Int64.self) {
                        .integer(integer)
                    } else if let flag = try? scalar.decode(Bool.self) {
                        .flag(flag)
                    } else if let number = try? scalar.decode(Double.self), number.isFinite {
                        .number(number)
                    } else {
                        .null
                    }
            } else {
                self = .null
            }
        }

        /// Writes the object as it stands on the wire.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .null: try container.encodeNil()
            case .flag(let flag): try container.encode(flag)
            case .integer(let integer): try container.encode(integer)
            case .number(let number): try container.encode(number)
            case .text(let text): try container.encode(text)
            case .array(let elements): try container.encode(elements)
            case .object(let fields): try container.encode(fields)
            }
        }

        /// A field of an object; `nil` when this is no object or has no such field.
        public subscript(name: String) -> JSONValue? {
            if case .object(let fields) = self { fields[name] } else { nil }
        }

        /// The elements of an array; none when this is something else.
        public var elements: [JSONValue] {
            if case .array(let elements) = self { elements } else { [] }
        }

        /// The value as JSON with sorted names: equal values give equal bytes, whatever order they came in.
        public var canonicalBytes: [UInt8] {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            // Nothing here can fail to encode: numbers are finite.
            return (try? encoder.encode(self)).map(Array.init) ?? []
        }

        /// A text, or a number written as text: identifiers come as either.
        public var asText: String? {
            switch self {
            case .text(let text): text
            case .integer(let integer): String(integer)
            case .number(let number): String(number)
            default: nil
            }
        }
    }
}
