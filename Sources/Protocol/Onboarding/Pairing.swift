/// How an instance and a shared service are joined, so that nobody has to copy tokens (WhatsApp Cloud API, 5.8).
///
/// The instance starts a pairing and opens the service's page in the administrator's browser; the page ends with an access token at the
/// service; the instance collects it, sealed to a key of its own, and acknowledges it once everything works. All requests are `POST` with
/// a JSON body, below the service's address:
///
/// | path | who proves what | body | answer |
/// |---|---|---|---|
/// | `v1/pairings` | the service key, as a bearer token | ``Start`` | ``Started`` |
/// | `v1/pairings/{id}/status` | the verifier | ``Proof`` | ``Status`` |
/// | `v1/pairings/{id}/collect` | the verifier | ``Proof`` | ``SealedHandover`` |
/// | `v1/pairings/{id}/acknowledge` | the verifier | ``Proof`` | ``Status`` |
/// | `v1/pairings/{id}/cancel` | the verifier | ``Proof`` | ``Status`` |
/// | `v1/bindings/{id}/end` | ``RelaySignature`` over the body | `{}` | `{}` |
///
/// What is refused is answered with a ``Refusal`` and a status of 400 and above.
public enum Pairing {
    /// How long a pairing may take from its start to its acknowledgement, in seconds.
    public static let lifetime = 15 * 60
    /// Largest body of a request or an answer, in bytes.
    public static let maximumBodySize = 64 * 1024
    /// Bytes of identifiers, verifiers and keys that are made at random.
    public static let randomBytes = 32

    /// How notifications reach the instance.
    public enum Mode: String, Codable, Sendable, CaseIterable {
        /// Meta calls the service, which checks the sender, signs for the instance and forwards.
        case relay
        /// Meta calls the instance. What Meta cannot be told to deliver there, the service forwards.
        case direct
    }

    /// What the administrator wants.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// To join an account with its numbers.
        case full
        /// To add a number to an account that is joined.
        case number
    }

    /// Starts a pairing.
    public struct Start: Codable, Equatable, Sendable {
        /// The instance as people know it, `<domain>/<name>`; the service's page shows it.
        public var instance: String
        /// The instance's base address, below which `webhook` takes what the service forwards.
        public var callback: String
        /// Where the browser goes in the end. The service adds `code`, a one-time code, to its query.
        public var returnAddress: String
        /// How notifications shall come.
        public var mode: Mode
        /// What is wanted.
        public var kind: Kind
        /// The WhatsApp Business Account ID that a number is to be added to.
        public var account: String?
        /// The instance's X25519 key, 32 bytes as base64url.
        public var publicKey: String
        /// The SHA-256 of the verifier's 32 bytes, as base64url. Only whoever shows the verifier gets anything.
        public var verifierDigest: String
        /// The administrator's language, two letters.
        public var language: String?

        /// Creates it.
        public init(
            instance: String, callback: String, returnAddress: String, mode: Mode, kind: Kind, account: String? = nil, publicKey: String,
            verifierDigest: String, language: String? = nil
        ) {
            self.instance = instance
            self.callback = callback
            self.returnAddress = returnAddress
            self.mode = mode
            self.kind = kind
            self.account = account
            self.publicKey = publicKey
            self.verifierDigest = verifierDigest
            self.language = language
        }
    }

    /// A pairing was started.
    public struct Started: Codable, Equatable, Sendable {
        /// Names it from now on.
        public var id: String
        /// The page to open in the administrator's browser.
        public var page: String
        /// After how many seconds it ends by itself.
        public var expiresIn: Int

        /// Creates it.
        public init(id: String, page: String, expiresIn: Int) {
            self.id = id
            self.page = page
            self.expiresIn = expiresIn
        }
    }

    /// Proves that a request comes from whoever started the pairing.
    public struct Proof: Codable, Equatable, Sendable {
        /// What ``Start/verifierDigest`` is the digest of: 32 bytes made at random, as base64url.
        public var verifier: String
        /// The one-time code that the browser brought back; a wrong one is refused, none is not.
        public var code: String?

        /// Creates it.
        public init(verifier: String, code: String? = nil) {
            self.verifier = verifier
            self.code = code
        }
    }

    /// How a pairing stands.
    public struct Status: Codable, Equatable, Sendable {
        /// Where it is.
        public var step: Step
        /// Why it failed: a word, and a sentence in English that says what to do.
        public var refusal: Refusal?

        /// Creates it.
        public init(step: Step, refusal: Refusal? = nil) {
            self.step = step
            self.refusal = refusal
        }
    }

    /// Where a pairing is.
    public enum Step: String, Codable, Sendable, CaseIterable {
        /// The administrator is at the service's page, or on the way there.
        case waiting
        /// There is something to collect.
        case ready
        /// The instance has acknowledged; everything is for good.
        case acknowledged
        /// It failed, was cancelled or took too long. Nothing of it is left.
        case failed
    }

    /// Why something was refused.
    public struct Refusal: Codable, Equatable, Sendable, Error {
        /// A word of ``Code``, or one that a newer service has.
        public var code: String
        /// What happened and what to do, as plain text.
        public var text: String

        /// Creates it.
        public init(_ code: Code, _ text: String) {
            self.code = code.rawValue
            self.text = text
        }

        /// The word, if it is one that is known here.
        public var known: Code? { Code(rawValue: code) }
    }

    /// The words for refusals.
    public enum Code: String, Codable, Sendable, CaseIterable {
        /// The request is malformed.
        case badRequest = "bad-request"
        /// The service key is missing or wrong.
        case notAuthorised = "not-authorised"
        /// There is no such pairing or binding, or it ended, or the verifier is wrong: all of these look the same.
        case notFound = "not-found"
        /// There is nothing to collect yet.
        case notReady = "not-ready"
        /// It took too long.
        case expired
        /// The instance or the administrator has given up.
        case cancelled
        /// The administrator closed Meta's dialog, or Meta ended it with an error.
        case signupEnded = "signup-ended"
        /// Meta refused the code: it was used, or is older than 30 seconds.
        case codeRefused = "code-refused"
        /// The token is of another app, or lacks a permission, or does not reach the account.
        case tokenRefused = "token-refused"
        /// The account or a number of it is joined with another instance, and nobody confirmed to take it over.
        case boundElsewhere = "bound-elsewhere"
        /// Meta refused something else, or did not answer.
        case meta
        /// Too many pairings at once.
        case tooMany = "too-many"
        /// A fault of the service.
        case `internal`
    }
}
