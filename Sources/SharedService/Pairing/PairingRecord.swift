import Bridge
import Crypto
import Protocol

/// A pairing on its way, as a value: who may do what when. It holds secrets and is stored only as a whole and sealed.
struct PairingRecord: Codable, Sendable {
    /// Where it is.
    enum Stage: Codable, Equatable, Sendable {
        /// The administrator is at Meta's dialog or on the way there.
        case waiting
        /// A code is being made into a binding; nobody else may try meanwhile.
        case working
        /// There is a token, but which account was chosen is not known yet.
        case undecided(Obtained)
        /// The account belongs to another instance; the administrator is asked whether to take it over.
        case confirming(Obtained)
        /// There is something to collect.
        case ready(binding: String, SealedHandover)
        /// The instance has acknowledged.
        case acknowledged
        /// It failed, was cancelled or took too long.
        case failed(Pairing.Refusal)
    }

    /// A token that was obtained but is not used yet.
    struct Obtained: Codable, Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
        var token: String

        var description: String { "(token)" }
        var debugDescription: String { description }
    }

    let id: String
    let start: Pairing.Start
    /// Who started it, for the log and for limits.
    let connector: String
    /// What the page proves itself with.
    let pageToken: String
    /// What the browser brings back to the instance.
    let returnCode: String
    let startedAt: Moment
    private(set) var stage = Stage.waiting
    /// Why the last attempt failed; the next one may succeed.
    private(set) var problem: Pairing.Refusal?
    /// What the dialog told the page.
    private(set) var session: SignupSession?
    /// Whether the administrator confirmed that another instance loses the account.
    private(set) var mayTakeOver = false
    /// Rises with every change, so that a late write never covers a newer one.
    private(set) var version = 0

    init(id: String, start: Pairing.Start, connector: String, pageToken: String, returnCode: String, startedAt: Moment) {
        self.id = id
        self.start = start
        self.connector = connector
        self.pageToken = pageToken
        self.returnCode = returnCode
        self.startedAt = startedAt
    }

    /// When it ends by itself.
    var expiresAt: Moment { startedAt + .seconds(Pairing.lifetime) }

    /// When it is forgotten; until then the instance can ask how it ended.
    var forgottenAt: Moment { expiresAt + .seconds(Pairing.lifetime) }

    /// Whether it is over.
    var isOver: Bool {
        switch stage {
        case .acknowledged, .failed: true
        default: false
        }
    }

    /// What the instance is told.
    var status: Pairing.Status {
        switch stage {
        case .waiting, .working, .undecided: Pairing.Status(step: .waiting, refusal: problem)
        case .confirming: Pairing.Status(step: .waiting)
        case .ready: Pairing.Status(step: .ready)
        case .acknowledged: Pairing.Status(step: .acknowledged)
        case .failed(let refusal): Pairing.Status(step: .failed, refusal: refusal)
        }
    }

    /// Where the browser goes in the end.
    var returnAddress: String { "\(start.returnAddress)\(start.returnAddress.contains("?") ? "&" : "?")code=\(returnCode)" }

    /// Whether a request comes from whoever started the pairing. A code that is given must be the right one.
    func isProved(by proof: Pairing.Proof) -> Bool {
        let digest = Base64URL.bytes(start.verifierDigest) ?? []
        let isVerified = (Base64URL.bytes(proof.verifier)?.count == Pairing.randomBytes) && Self.digest(of: proof.verifier, is: digest)
        let isCode = proof.code.map { Self.areEqual($0, returnCode) } ?? true
        return isVerified && isCode
    }

    /// Whether a request comes from the page.
    func isPage(_ token: String) -> Bool { Self.areEqual(token, pageToken) }

    /// The digest is made over the verifier's bytes, not over the text that stands for them.
    private static func digest(of verifier: String, is digest: [UInt8]) -> Bool {
        SHA256.hash(data: Base64URL.bytes(verifier) ?? []) == digest
    }

    private static func areEqual(_ left: String, _ right: String) -> Bool {
        SHA256.hash(data: Array(left.utf8)) == SHA256.hash(data: Array(right.utf8))
    }
}

// MARK: What happens to it

extension PairingRecord {
    /// Begins to make a code into a binding.
    /// - Throws: if somebody else does or did, or it is over
    mutating func takeCode() throws(Pairing.Refusal) {
        switch stage {
        case .waiting: break
        case .working, .undecided, .confirming, .ready, .acknowledged:
            throw Pairing.Refusal(.codeRefused, "This was already completed in another window. Close this one and go on there.")
        case .failed(let refusal): throw refusal
        }
        problem = nil
        move(to: .working)
    }

    /// Notes what the dialog told the page. It counts until there is a binding.
    mutating func note(_ session: SignupSession) {
        guard !isOver, self.session != session else { return }
        if case .ready = stage { return }
        self.session = session
        version += 1
    }

    /// Notes that the dialog ended without a result; another attempt is possible.
    mutating func dialogEnded(_ refusal: Pairing.Refusal) {
        guard case .waiting = stage else { return }
        problem = refusal
        session = nil
        version += 1
    }

    /// The token is there, the account is not known.
    mutating func waitForSession(_ obtained: Obtained) {
        guard case .working = stage else { return }
        move(to: .undecided(obtained))
    }

    /// The account belongs to another instance.
    mutating func askForTakeover(_ obtained: Obtained) {
        guard case .working = stage else { return }
        move(to: .confirming(obtained))
    }

    /// Goes on with a token that waited.
    /// - Returns: the token; nil if none waits
    mutating func resume() -> Obtained? {
        switch stage {
        case .undecided(let obtained):
            move(to: .working)
            return obtained
        case .confirming(let obtained):
            mayTakeOver = true
            move(to: .working)
            return obtained
        default: return nil
        }
    }

    /// The attempt failed; another one is possible until the pairing ends.
    mutating func attemptFailed(_ refusal: Pairing.Refusal) {
        switch stage {
        case .working, .undecided, .confirming:
            problem = refusal
            session = nil
            mayTakeOver = false
            move(to: .waiting)
        default: break
        }
    }

    /// There is something to collect.
    mutating func isReady(binding: String, _ handover: SealedHandover) {
        guard case .working = stage else { return }
        problem = nil
        move(to: .ready(binding: binding, handover))
    }

    /// The instance has everything. What it collected is erased here.
    mutating func acknowledge() { move(to: .acknowledged) }

    /// Ends it without a result.
    /// - Returns: the binding that has to be rolled back
    mutating func fail(_ refusal: Pairing.Refusal) -> String? {
        guard !isOver else { return nil }
        let binding: String? = if case .ready(let binding, _) = stage { binding } else { nil }
        session = nil
        move(to: .failed(refusal))
        return binding
    }

    /// What was acknowledged could not be kept.
    mutating func withdraw(_ refusal: Pairing.Refusal) { move(to: .failed(refusal)) }

    /// The service was started anew: what was under way at Meta is lost, the rest goes on.
    mutating func serviceRestarted() {
        guard case .working = stage else { return }
        attemptFailed(Pairing.Refusal(.internal, "The service was restarted in the middle of it. Try again."))
    }

    private mutating func move(to stage: Stage) {
        self.stage = stage
        version += 1
    }
}
