public import Bridge

/// Why an account could not be prepared. ``description`` says to people what happened and what to do, as plain text of bounded length;
/// it may quote Meta, so whoever shows it has to escape it.
public enum AccountSetupFailure: Error, Sendable, Equatable {
    /// The access token, or the app secret with it, is refused. The text says why and what to do.
    case token(String)
    /// The access token lacks permissions; their names.
    case missingScope([String])
    /// The account does not exist, is not to be seen with this token, or has no numbers. The text says which and what to do.
    case account(String)
    /// A number that was asked for is none of the account's. The text says what to do.
    case number(PhoneNumberID, String)
    /// No number could be registered, because the PIN is refused. The text says why and what to do.
    case invalidPIN(String)
    /// Something else at Meta, or on the way to it. The text says what to do; `retryable` whether the same request may succeed later.
    case meta(String, retryable: Bool)
}

extension AccountSetupFailure: CustomStringConvertible {
    /// What happened and what to do, in English.
    public var description: String {
        switch self {
        case .token(let text), .account(let text), .number(_, let text), .invalidPIN(let text), .meta(let text, _): text
        case .missingScope(let names):
            """
            The access token lacks the permission\(names.count == 1 ? "" : "s") \(names.joined(separator: " and ")). Make a new token for the \
            system user with whatsapp_business_management and whatsapp_business_messaging, and enter it here.
            """
        }
    }
}
