/// One of the names under which WhatsApp knows a customer.
///
/// A customer is a set of aliases, never just a phone number: the phone may be withheld, and the business-scoped user ID changes with
/// the phone (WhatsApp, Identity: BSUID and usernames). A group of WhatsApp is served like a customer of its own.
public enum Alias: Hashable, Sendable, Codable {
    /// A business-scoped user ID (BSUID); opaque and case-sensitive.
    case businessScopedUserID(String)
    /// A parent business-scoped user ID, valid across portfolios; opaque and case-sensitive.
    case parentBusinessScopedUserID(String)
    /// A phone number: digits only, without `+`.
    case phone(String)
    /// A WhatsApp group's ID.
    case group(String)

    /// What kind of name this is, as stored.
    public enum Kind: String, Sendable, CaseIterable {
        case businessScopedUserID = "bsuid"
        case parentBusinessScopedUserID = "parent-bsuid"
        case phone
        case group
    }

    /// What kind of name this is.
    public var kind: Kind {
        switch self {
        case .businessScopedUserID: .businessScopedUserID
        case .parentBusinessScopedUserID: .parentBusinessScopedUserID
        case .phone: .phone
        case .group: .group
        }
    }

    /// The name itself.
    public var value: String {
        switch self {
        case .businessScopedUserID(let value), .parentBusinessScopedUserID(let value), .phone(let value), .group(let value): value
        }
    }

    /// Puts a stored alias together again.
    public init(kind: Kind, value: String) {
        switch kind {
        case .businessScopedUserID: self = .businessScopedUserID(value)
        case .parentBusinessScopedUserID: self = .parentBusinessScopedUserID(value)
        case .phone: self = .phone(value)
        case .group: self = .group(value)
        }
    }
}
