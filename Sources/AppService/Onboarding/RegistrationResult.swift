import Bridge
import Protocol

/// What became of one number.
struct RegistrationResult: Equatable {
    var number: DiscoveredNumber
    var refusal: RegistrationRefusal?

    init(_ number: GraphPhoneNumber, isRegistered: Bool, refusal: RegistrationRefusal? = nil) {
        let problem: String? =
            switch refusal {
            case .pin(let text), .number(let text): text
            case .account(let failure): failure.description
            case nil: nil
            }
        self.refusal = refusal
        self.number = DiscoveredNumber(
            id: PhoneNumberID(rawValue: number.id ?? ""),
            display: MetaQuotation.plain(number.displayNumber ?? "", upTo: 40),
            verifiedName: MetaQuotation.plain(number.verifiedName ?? "", upTo: 200),
            quality: number.quality.map { MetaQuotation.plain($0, upTo: 40) },
            isRegistered: isRegistered,
            problem: problem
        )
    }

    /// The PIN's refusal, if no number is registered and one was refused for the PIN: then nothing was gained, and whoever entered
    /// the PIN is to enter another one.
    static func commonRefusal(of results: [RegistrationResult]) -> AccountSetupFailure? {
        guard !results.contains(where: \.number.isRegistered) else { return nil }
        for case .pin(let text)? in results.map(\.refusal) { return .invalidPIN(text) }
        return nil
    }
}
