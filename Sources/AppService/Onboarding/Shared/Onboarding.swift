import Bridge
import Crypto
import Logging
import NIOHTTP1
import Protocol
import Synchronization
import Transport

/// Joins accounts with the help of a shared service, one at a time (WhatsApp Cloud API, 5.8).
///
/// Whatever a pairing needs is in memory only, PIN, keys and verifier above all. So one that is under way when the service stops is given
/// up, and the shared service takes back what it did.
public final class Onboarding: Sendable {
    /// A pairing that is under way.
    struct Running: Sendable {
        var id: String
        /// Names it in the address that the browser comes back to.
        var returnID: String
        var kind: Pairing.Kind
        /// The account that a number is to be added to.
        var account: String?
        var pin: PIN
        var key: Curve25519.KeyAgreement.PrivateKey
        var verifier: Secret
        var flow: PairingFlow
        /// Whether an administrator gave it up while something was under way that cannot be left at once.
        var isCancelled = false

        func proof(code: String? = nil) -> Pairing.Proof { Pairing.Proof(verifier: verifier.revealed, code: code) }
    }

    struct State: Sendable {
        var running: Running?
        /// Whether one is being started.
        var isStarting = false
        /// Names the last one in the address that the browser comes back to.
        var lastReturnID: String?
    }

    /// What it needs of the instance.
    struct Surroundings: Sendable {
        var instance: InstanceAddress
        /// The instance's public base address.
        var base: String
        var language: Language
        var mode: Pairing.Mode
        var service: PairingClient
        var setup: GraphAccountSetup
        var secrets: InstanceSecrets
        var clock: any WallClock
        var logger: Logger
    }

    let surroundings: Surroundings
    let state = Mutex(State())
    let bell = Bell()
    let watched = Watched<OnboardingProgress?>(nil)

    init(_ surroundings: Surroundings) { self.surroundings = surroundings }

    /// The one that is under way, or the last one; nil if there was none.
    public var progress: OnboardingProgress? { watched.current.value }

    /// Changes with ``progress``.
    var version: Int { watched.version }

    /// Returns once ``version`` is another one.
    func changed(since version: Int) async throws { try await watched.changed(since: version) }

    // MARK: What administrators do

    /// Starts a pairing.
    ///
    /// - Parameters:
    ///   - kind: what is wanted
    ///   - account: the account that a number is to be added to
    ///   - pin: to register numbers with
    func start(_ kind: Pairing.Kind, account: String?, pin: PIN) async throws(AdministrationFailure) -> OnboardingProgress {
        let isFree = state.withLock { state in
            guard state.running == nil, !state.isStarting else { return false }
            state.isStarting = true
            return true
        }
        guard isFree else {
            throw .onboardingBusy("Another account is being joined at the moment. Please wait until that is over, or cancel it.")
        }
        defer { state.withLock { $0.isStarting = false } }
        let key = Curve25519.KeyAgreement.PrivateKey()
        let secret = Self.randomBytes()
        let verifier = Base64URL.text(secret), returnID = Base64URL.text(Self.randomBytes())
        let answer = await surroundings.service.start(
            Pairing.Start(
                instance: surroundings.instance.description, callback: surroundings.base,
                returnAddress: "\(surroundings.base)/onboarding/\(returnID)", mode: surroundings.mode, kind: kind, account: account,
                publicKey: Base64URL.text(key.publicKey.rawRepresentation),
                verifierDigest: Base64URL.text(SHA256.hash(data: secret)), language: surroundings.language.rawValue))
        let started: Pairing.Started
        switch answer {
        case .answered(let value): started = value
        case .refused(let refusal): throw PairingFailure.service(refusal).administration
        case .unanswered(let phrase):
            throw .refused("The shared service cannot be reached: \(phrase). Please try again later, or check sharedServiceURL.")
        case .unreadable: throw PairingFailure.unreadable.administration
        }
        let now = surroundings.clock.now()
        let flow = PairingFlow(at: now, lifetime: started.expiresIn)
        let progress = OnboardingProgress(id: started.id, kind: kind, page: started.page, expiresAt: flow.expiresAt, steps: [.waiting])
        surroundings.secrets.passingSecrets = [pin.secret, Secret(verifier)]
        watched.update { $0 = progress }
        state.withLock { state in
            state.running = Running(
                id: started.id, returnID: returnID, kind: kind, account: account, pin: pin, key: key, verifier: Secret(verifier), flow: flow)
            state.lastReturnID = returnID
        }
        surroundings.logger.notice("An account is being joined with the shared service", metadata: ["kind": "\(kind.rawValue)"])
        bell.ring()
        return progress
    }

    /// Gives the pairing up.
    func cancel(_ id: String) throws(AdministrationFailure) {
        let verdict = state.withLock { state -> Bool? in
            guard var running = state.running, running.id == id, !running.flow.isOver else { return nil }
            guard running.flow.isCancellable else { return false }
            running.isCancelled = true
            // What the connector does at Meta ends at its next step.
            if running.flow.step != .prepare { _ = running.flow.cancel() }
            state.running = running
            return true
        }
        switch verdict {
        case true?: bell.ring()
        case false?: throw .refused("The account is being stored, so this cannot be cancelled any more.")
        case nil: throw .onboardingExpired("That set-up is over already.")
        }
    }

    // MARK: The browser

    /// Answers a browser that comes back from the service's page.
    func respond(to request: HTTPRequest, name: String) -> HTTPResponse {
        let isKnown = state.withLock { $0.lastReturnID == name }
        guard isKnown else { return .text(.notFound, "There is nothing here.\n") }
        guard request.method == .GET else { return HTTPResponse(status: .methodNotAllowed, headers: ["Allow": "GET"]) }
        let now = surroundings.clock.now()
        let code = ReturnPage.code(in: request.query)
        state.withLock { $0.running?.flow.browserReturned(code: code, at: now) }
        bell.ring()
        return ReturnPage.response(in: surroundings.language)
    }

    private static func randomBytes() -> [UInt8] { SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) } }
}
