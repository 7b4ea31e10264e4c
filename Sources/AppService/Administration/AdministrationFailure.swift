/// Why something that an administrator wanted was not done. Each carries a sentence for people; nothing was changed.
public enum AdministrationFailure: Error, Equatable, Sendable {
    /// A value is not allowed.
    case badValue(field: String, String)
    /// It is not possible as things are.
    case refused(String)
    /// There is no such thing; with the field that names it, if one does.
    case notFound(field: String?, String)
    /// Somebody else has changed the number; this is how it is now.
    case conflict(AdministeredNumber)
    /// All licences are in use.
    case noLicence(String)
    /// There are as many numbers as there can be.
    case limit(String)
    /// Connect cannot be asked now.
    case noConnect(String)
    /// The PIN is no PIN, or not the number's.
    case invalidPIN(String)
    /// An account is being joined already.
    case onboardingBusy(String)
    /// The onboarding is over, or took too long.
    case onboardingExpired(String)
    /// Meta refused, or cannot be reached.
    case meta(String)

    /// The sentence.
    public var text: String {
        switch self {
        case .badValue(_, let text), .refused(let text), .notFound(_, let text), .noLicence(let text), .limit(let text), .noConnect(let text),
            .invalidPIN(let text), .onboardingBusy(let text), .onboardingExpired(let text), .meta(let text):
            text
        case .conflict: "Somebody else has changed the number; look at it again."
        }
    }

    /// The field that it is about.
    public var field: String? {
        switch self {
        case .badValue(let field, _): field
        case .notFound(let field, _): field
        case .noLicence: "licensed"
        case .invalidPIN: "pin"
        case .refused, .conflict, .limit, .noConnect, .onboardingBusy, .onboardingExpired, .meta: nil
        }
    }
}
