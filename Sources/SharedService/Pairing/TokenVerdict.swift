import AppService
import Protocol

/// What a token that came out of a signup is good for.
enum TokenVerdict: Equatable, Sendable {
    /// It reaches this account.
    case account(String)
    /// It reaches several, and which one was chosen is not known yet.
    case undecided
    /// It is of no use.
    case refused(Pairing.Refusal)

    /// The permissions that an account's token must have.
    static let scopes = ["whatsapp_business_management", "whatsapp_business_messaging"]

    /// Judges a token.
    ///
    /// - Parameters:
    ///   - info: what Meta says about it
    ///   - app: our app's ID
    ///   - session: what the dialog told the page, if it has yet
    ///   - wanted: the account that a number is to be added to
    static func judge(_ info: GraphTokenInfo, app: String, session: SignupSession?, wanted: String?) -> TokenVerdict {
        guard info.isValid else {
            let reason = info.problem.map { " Meta says: “\(MetaQuotation.plain($0, upTo: 200))”." } ?? ""
            return refused("Meta says that the access is not valid.\(reason) Try again.")
        }
        guard info.appID == app else { return refused("The access was granted to another app than this service's. Try again from the start.") }
        let granted = Set((info.scopes ?? []) + info.grants.compactMap(\.scope))
        if let missing = scopes.first(where: { !granted.contains($0) }) {
            return refused("The permission \(missing) was not granted. Try again and leave all permissions switched on.")
        }
        // No targets at all means every account of the business.
        let reaches = scopes.map { scope in info.grants.filter { $0.scope == scope }.flatMap(\.targets) }.filter { !$0.isEmpty }
        func isReached(_ account: String) -> Bool { reaches.allSatisfy { $0.contains(account) } }
        let chosen = session?.account ?? wanted
        if let wanted, let chosen, chosen != wanted {
            return refused("The account \(chosen) was chosen, but the number belongs into the account \(wanted). Try again and choose that one.")
        }
        if let chosen {
            guard isReached(chosen) else { return refused("The access does not reach the account \(chosen). Try again and choose it in every step.") }
            return .account(chosen)
        }
        let candidates = (reaches.first ?? []).filter(isReached).uniqued()
        if candidates.count == 1 { return .account(candidates[0]) }
        if candidates.isEmpty, !reaches.isEmpty { return refused("The access reaches no account. Try again and choose one.") }
        return .undecided
    }

    private static func refused(_ text: String) -> TokenVerdict { .refused(Pairing.Refusal(.tokenRefused, text)) }
}
