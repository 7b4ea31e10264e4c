/// The SDK's Config API: the items of an instance, read and written by the SDK's own library (Config).
public enum Config {
    /// `Config`.
    public static let api = "Config"

    /// One item, as the library is told of it.
    public struct Item: Hashable, Sendable {
        /// What values it has.
        public enum Kind: Hashable, Sendable {
            /// A text.
            case string
            /// A text that is never sent out; and whether one is stored.
            case password(isSet: Bool)
            /// A whole number without sign; what is out of range is taken for the nearest.
            case dword(ClosedRange<Int64>)
            /// One of these; the value is its index.
            case choice([String])
        }

        /// Its name.
        public var name: String
        /// What values it has.
        public var kind: Kind

        /// - Parameters:
        ///   - name: of the item
        ///   - kind: what values it has
        public init(_ name: String, _ kind: Kind) {
            self.name = name
            self.kind = kind
        }

        /// As it is sent.
        public var json: JSON {
            var members = [JSONMember("name", .string(name))]
            switch kind {
            case .string: members.append(JSONMember("type", "STRING"))
            case .password(let isSet):
                members.append(JSONMember("type", "STRING"))
                members.append(JSONMember("password", true))
                members.append(JSONMember("passwordSet", .bool(isSet)))
            case .dword(let range):
                members.append(JSONMember("type", "DWORD"))
                members.append(JSONMember("minVal", .number(JSONNumber(range.lowerBound))))
                members.append(JSONMember("maxVal", .number(JSONNumber(range.upperBound))))
            case .choice(let choices):
                members.append(JSONMember("type", "CHOICE"))
                members.append(JSONMember("choices", .array(choices.map(JSON.string))))
            }
            return .object(members)
        }
    }

    /// The value of an item.
    public enum Value: Hashable, Sendable {
        /// Of a text, and of a password: then empty.
        case text(String)
        /// Of a number, and of a choice: its index.
        case number(Int64)

        var json: JSON {
            switch self {
            case .text(let text): .string(text)
            case .number(let number): .number(JSONNumber(number))
            }
        }
    }

    /// What came of a request.
    public enum Outcome: String, Hashable, Sendable {
        /// Everything is stored.
        case ok
        /// Nothing is.
        case failed
        /// The session may not use the API.
        case accessDenied = "AccessDenied"
    }

    /// A request.
    public enum Request: Hashable, Sendable {
        /// Which items there are.
        case getItems
        /// Their values; changes are told from then on.
        case read
        /// New values, in the order received.
        case write([JSONMember])

        /// Reads a request; nil if it is none that the API has.
        public init?(_ envelope: Envelope) {
            switch envelope.mt {
            case "GetConfigItems": self = .getItems
            case "ReadConfig": self = .read
            case "WriteConfig": self = .write(envelope["ConfigItems"]?.members ?? [])
            default: return nil
            }
        }
    }

    /// The items.
    public static func items(_ items: [Item], src: RequestTag?) -> [UInt8] {
        message("GetConfigItemsResult", src) { $0.write("ConfigItems", .array(items.map(\.json))) }
    }

    /// The values of all items.
    public static func values(_ values: [(name: String, value: Value)], src: RequestTag?) -> [UInt8] {
        message("ReadConfigResult", src) { $0.write("ConfigItems", json(values)) }
    }

    /// Values that were changed elsewhere.
    /// - Parameter src: of the request that read them
    public static func update(_ values: [(name: String, value: Value)], src: RequestTag?) -> [UInt8] {
        message("ConfigUpdate", src) { $0.write("ConfigItems", json(values)) }
    }

    /// What came of a request.
    /// - Parameter mt: of the request
    public static func result(_ outcome: Outcome, of mt: String, src: RequestTag?) -> [UInt8] {
        message("\(mt)Result", src) { $0.write("result", outcome.rawValue) }
    }

    private static func json(_ values: [(name: String, value: Value)]) -> JSON {
        .object(values.map { JSONMember($0.name, $0.value.json) })
    }

    private static func message(_ mt: String, _ src: RequestTag?, _ write: (inout JSONObjectWriter) -> Void) -> [UInt8] {
        var writer = JSONObjectWriter()
        writer.write("api", api)
        writer.write("mt", mt)
        writer.write("src", src?.raw)
        write(&writer)
        return writer.finish()
    }
}
