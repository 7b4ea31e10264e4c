import Bridge
import Protocol

/// What an account that a shared service hands over is stored with. Holds secrets.
struct JoinedAccount: Sendable {
    var account: String
    var discovered: DiscoveredAccount
    var token: Secret
    var proof: Secret?
    var binding: String
    var mode: Pairing.Mode
    var relayKey: RelayKey
    var paths: [DirectPath]
    /// What the service says of the token's end.
    var expiresAt: Moment?
    /// What the service says of the end of the token's access to data.
    var dataAccessExpiresAt: Moment?
}

/// Keeps what an onboarding brings.
protocol OnboardingKeeper: Sendable {
    /// The accounts that a shared service handed over, and the numbers in use with their accounts.
    var standing: (shared: Set<String>, numbers: [PhoneNumberID: String]) { get }
    /// The path that a number has already.
    func path(of number: PhoneNumberID) -> DirectPath?
    /// Makes sure that there is room for numbers.
    func requireRoom(for numbers: [PhoneNumberID]) throws(AdministrationFailure)
    /// Notes durably that a binding is being agreed on.
    func begin(_ joined: JoinedAccount) async throws
    /// Stores all of it in one.
    /// - Returns: how many numbers it is about
    func keep(_ joined: JoinedAccount) async throws -> Int
    /// Forgets a binding that came to nothing, or has it ended at the service.
    func abandon(_ binding: String, mayHold: Bool) async
}
