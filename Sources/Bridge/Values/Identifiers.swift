/// The Graph identifier of a WhatsApp business number (not the number itself), as in `metadata.phone_number_id`.
public struct PhoneNumberID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The identifier's digits.
    public var rawValue: String
    /// Wraps the identifier as Meta gave it.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The identifier itself.
    public var description: String { rawValue }
}

/// A Connect topic, named like an app object of the PBX.
public struct Zone: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The SIP name of the topic.
    public var rawValue: String
    /// Wraps the topic's SIP name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The SIP name.
    public var description: String { rawValue }
}

/// A post in Connect. Opaque: made by the adapter, only compared and stored by everyone else.
public struct PostReference: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The adapter's own text for the post.
    public var rawValue: String
    /// Wraps what the adapter made.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The adapter's text.
    public var description: String { rawValue }
}

/// How far a zone has been handled. Opaque: made by the adapter, stored with the work that it stands for.
public struct ConnectCursor: RawRepresentable, Hashable, Sendable, Codable {
    /// The adapter's own text for the position.
    public var rawValue: String
    /// Wraps what the adapter made.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The identifier of a WhatsApp message in either direction; opaque.
public struct Wamid: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The text that Meta gave, usually beginning with `wamid.`.
    public var rawValue: String
    /// Wraps the text that Meta gave.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The text that Meta gave.
    public var description: String { rawValue }
}

/// A row of a store's table; ascending in the order of insertion, never reused.
public struct RowID<Record>: RawRepresentable, Hashable, Comparable, Sendable, Codable {
    /// The row's number.
    public var rawValue: Int64
    /// Wraps a row's number.
    public init(rawValue: Int64) { self.rawValue = rawValue }
    /// Earlier rows come first.
    public static func < (left: RowID, right: RowID) -> Bool { left.rawValue < right.rawValue }
}
