import Protocol

/// What a refused registration means (WhatsApp Cloud API, 3.5 and 5.3).
enum RegistrationRefusal: Equatable {
    /// The PIN is wrong, or was wrong too often.
    case pin(String)
    /// The number cannot be registered as it is, or not now.
    case number(String)
    /// It concerns more than this number.
    case account(AccountSetupFailure)

    init(_ error: GraphError) {
        let quotation = MetaQuotation.sentence(error)
        switch error.code {
        case _ where error.isTokenRefusal || error.isMissingPermission:
            self = .account(AccountSetupFailure(error, while: .registering))
        case 133_005:
            self = .pin(
                "The PIN is not the one of this number's two-step verification. Please enter the right one, or set a new one in WhatsApp Manager."
                    + quotation)
        case 133_008:
            self = .pin("A wrong PIN was entered too often. Please wait as long as Meta says, and enter the right one then." + quotation)
        case 133_009:
            self = .pin("PINs were entered too fast one after another. Please wait a few minutes, and enter the right one then." + quotation)
        case 131_031:
            self = .pin("Meta has locked the account, or the PIN is wrong. Please look into Meta's Business Manager." + quotation)
        case 133_000:
            self = .number(
                "An earlier deregistration of this number is not complete. Please deregister it in WhatsApp Manager, and try again." + quotation)
        case 133_006:
            self = .number(
                "This number is not verified yet. Please verify it by text message or call in WhatsApp Manager, and try again." + quotation)
        case 133_015:
            self = .number("This number was deleted a short while ago. Please try again in five minutes." + quotation)
        case 133_016:
            self = .number("This number was registered too often within 72 hours. Please try again when they are over." + quotation)
        case _ where error.isMissingObject:
            self = .number("This number is not there any more, or the access token may not see it. Please look into WhatsApp Manager." + quotation)
        case _ where error.isPassing:
            self = .number("WhatsApp is overloaded, or too much was asked of it. Please try again in a few minutes." + quotation)
        default:
            self = .number("WhatsApp did not register this number. Please look into WhatsApp Manager, and try again." + quotation)
        }
    }

    /// What no answer to a registration means: it may have been done, and may be tried again.
    static func unanswered(_ phrase: String) -> RegistrationRefusal {
        .number("It is not known whether the number is registered: \(phrase). Please try again in a few minutes.")
    }
}
