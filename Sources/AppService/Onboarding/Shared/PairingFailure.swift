import Bridge
import Protocol

/// Why a pairing came to nothing.
enum PairingFailure: Error, Equatable, Sendable {
    /// It took too long.
    case expired
    /// The service refused or gave up, with what it says about it.
    case service(Pairing.Refusal?)
    /// The service's answer is none.
    case unreadable
    /// What the service gave was not sealed for this pairing.
    case unsealed
    /// What the service gave is not what was asked for; the sentence says why.
    case handover(String)
    /// Meta did not do what the connector asked.
    case setup(AccountSetupFailure)
    /// What was found does not fit into the instance.
    case instance(AdministrationFailure)
    /// It could not be stored.
    case store

    /// What it means for administrators.
    var administration: AdministrationFailure {
        switch self {
        case .expired:
            .onboardingExpired("The set-up took too long, so it was ended and nothing was stored. Please start it again.")
        case .service(let refusal): Self.words(refusal)
        case .unreadable:
            .refused("The shared service answered something that is no answer. Please try again later, or tell its operator.")
        case .unsealed:
            .refused(
                """
                What the shared service sent was not made for this set-up, or was changed on its way; nothing of it was used. Please start \
                again, and tell the service's operator if it happens again.
                """)
        case .handover(let text): .refused(text)
        case .setup(let failure): Self.words(failure)
        case .instance(let failure): failure
        case .store: .refused("The account could not be stored, so it was not joined. The instance's log says why; please start again.")
        }
    }

    private static func words(_ refusal: Pairing.Refusal?) -> AdministrationFailure {
        guard let refusal else { return .refused("The shared service has ended the set-up. Please start it again.") }
        let words = MetaQuotation.plain(refusal.text, upTo: MetaQuotation.maximumLength)
        switch refusal.known {
        case .expired: return PairingFailure.expired.administration
        case .notFound:
            return .onboardingExpired("The shared service does not know this set-up any more, so nothing was stored. Please start it again.")
        case .notAuthorised:
            return .refused(
                "The shared service does not accept this connector's key. Please check sharedServiceKeyFile in the configuration, and start again.")
        default:
            return .refused(words.isEmpty ? "The shared service has ended the set-up. Please start it again." : "The shared service says: \(words)")
        }
    }

    private static func words(_ failure: AccountSetupFailure) -> AdministrationFailure {
        switch failure {
        case .token(let text):
            .meta("The access token that the shared service got is of no use. \(text)")
        case .missingScope(let names):
            .meta(
                """
                The access token that the shared service got lacks \(names.joined(separator: " and ")). Please start again, and leave all \
                permissions ticked in Meta's dialog.
                """)
        case .account(let text), .number(_, let text), .meta(let text, _): .meta(text)
        case .invalidPIN(let text): .invalidPIN(text)
        }
    }
}
