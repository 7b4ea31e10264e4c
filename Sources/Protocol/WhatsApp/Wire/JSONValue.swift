import FoundationEssentials

extension WhatsApp {
    /// A JSON value of unknown meaning, kept as it came but for the order of fields.
    ///
    /// What cannot be represented is ``null``.
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

        /// Reads a JSON text that came inside another one, as the answers of a flow do.
        ///
        /// - Parameter json: at most 64 KiB; `nil` if it is longer, or no JSON object or array
        public init?(json: String) {
            guard let value = try? BoundedJSON.decode(JSONValue.self, from: json.utf8, maximumSize: 64 * 1024) else { return nil }
            switch value {
            case .object, .array: self = value
            default: return nil
            }
        }

        /// Reads any value of a scanned document. Of a notification with more than 10,000 values of unknown meaning the rest is left out.
        public init(from decoder: any Decoder) throws {
            guard let decoder = decoder as? ScannedDecoder else { throw DecodingError.incomplete("no scanned document") }
            self.init(decoder.value, within: ValueBudget.of(decoder.userInfo))
        }

        private init(_ value: ScannedValue, within budget: ValueBudget?) {
            budget?.spend()
            switch value.kind {
            case .text: self = value.text.map(JSONValue.text) ?? .null
            case .flag: self = value.flag.map(JSONValue.flag) ?? .null
            case .null: self = .null
            case .number: self = value.number.map(Self.number) ?? .null
            case .array:
                var elements: [JSONValue] = []
                var rest = value.elements
                while budget?.isSpent != true, let next = rest?.next {
                    elements.append(JSONValue(next, within: budget))
                    rest?.advance()
                }
                self = .array(elements)
            case .object:
                self = ((try? value.members) ?? nil).map { .object(Self.fields(of: $0, within: budget)) } ?? .null
            }
        }

        /// Reads fields in the order of their names, so that the same ones are left out every time.
        private static func fields(of members: ScannedMembers, within budget: ValueBudget?) -> [String: JSONValue] {
            var fields: [String: JSONValue] = [:]
            for name in members.names.sorted() {
                if budget?.isSpent == true { break }
                guard let value = members[name], value.kind != .null else {
                    fields[name] = .null
                    continue
                }
                fields[name] = JSONValue(value, within: budget)
            }
            return fields
        }

        private static func number(_ number: JSONNumber) -> JSONValue {
            number.int64.map(JSONValue.integer) ?? (number.double.isFinite ? .number(number.double) : .null)
        }

        /// Writes the value as it stands on the wire.
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

        /// The fields of an object, sorted by name; none when this is something else.
        public var fields: [(name: String, value: JSONValue)] {
            guard case .object(let fields) = self else { return [] }
            return fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
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
