public import Bridge
import FoundationEssentials

/// One row of the ledger as the `ledger` command prints it.
public struct LedgerRow: Equatable, Sendable {
    /// Which way a message or event went.
    public enum Direction: String, Sendable, CaseIterable {
        /// It reached us.
        case inbound = "in"
        /// It left us, or was to.
        case outbound = "out"
    }

    /// The instance, as `domain/name`.
    public var instance: String
    /// The business number, if the event names one.
    public var number: PhoneNumberID?
    /// Which way it went.
    public var direction: Direction
    /// Meta's name of its type; `status` for a status, `unreadable` for what could not be read.
    public var type: String
    /// Meta's ID of the message that it is or is about, once known.
    public var wamid: Wamid?
    /// The state's name (`posted`, `held`, `sent`, …).
    public var state: String
    /// The state's reason, if it has one.
    public var reason: String?
    /// When it was recorded.
    public var at: Moment

    /// Creates a row.
    public init(
        instance: String,
        number: PhoneNumberID?,
        direction: Direction,
        type: String,
        wamid: Wamid?,
        state: String,
        reason: String?,
        at: Moment
    ) {
        self.instance = instance
        self.number = number
        self.direction = direction
        self.type = type
        self.wamid = wamid
        self.state = state
        self.reason = reason
        self.at = at
    }

    /// When it was recorded, in ISO 8601 with milliseconds, UTC: `2026-01-31T12:00:00.000Z`.
    public var time: String { Self.time(at) }

    /// A moment in ISO 8601 with milliseconds, UTC.
    public static func time(_ at: Moment) -> String {
        // What a clock can show; a row that was damaged must not stop the whole list.
        let milliseconds = min(max(at.milliseconds, -62_135_596_800_000), 253_402_300_799_999)
        let fraction = (milliseconds % 1_000 + 1_000) % 1_000
        let date = Date(timeIntervalSince1970: Double((milliseconds - fraction) / 1_000))
        return date.formatted(Date.ISO8601FormatStyle()).dropLast() + "." + String(fraction + 1_000).dropFirst() + "Z"
    }

    /// The row as one line of JSON with the keys `instance`, `number`, `direction`, `type`, `wamid`, `state`, `reason`, `at`, in this
    /// order; what is not known is null.
    public var json: String {
        let values: [(String, String?)] = [
            ("instance", instance), ("number", number?.rawValue), ("direction", direction.rawValue), ("type", type),
            ("wamid", wamid?.rawValue), ("state", state), ("reason", reason), ("at", time),
        ]
        return "{" + values.map { key, value in "\"\(key)\":" + (value.map(Self.quoted) ?? "null") }.joined(separator: ",") + "}"
    }

    static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = [0x22]
        bytes.reserveCapacity(text.utf8.count + 2)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C: bytes += [0x5C, byte]
            case 0x0A: bytes += Array("\\n".utf8)
            case 0x00..<0x20, 0x7F: bytes += Array("\\u00".utf8) + [hexadecimal(byte >> 4), hexadecimal(byte & 0xF)]
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? 0x30 + digit : 0x61 + digit - 10
    }
}

/// How many rows of the ledger have the same direction, type and state.
public struct LedgerCount: Equatable, Sendable {
    /// Which way they went.
    public var direction: LedgerRow.Direction
    /// Their type.
    public var type: String
    /// Their state.
    public var state: String
    /// How many they are.
    public var count: Int

    /// Creates a count.
    public init(direction: LedgerRow.Direction, type: String, state: String, count: Int) {
        self.direction = direction
        self.type = type
        self.state = state
        self.count = count
    }
}
