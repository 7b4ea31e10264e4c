public import Bridge
public import Logging
import NIOCore
import NIOHTTP1
import Protocol
public import Transport

/// Takes Meta's notifications: checks who sends, makes the raw body durable, answers.
///
/// The body is not parsed here. Whatever is wrong with its content, Meta has done its part, and would send it for days again
/// if it were refused (WhatsApp Cloud API, 1.4).
public struct WebhookEndpoint: Sendable {
    /// Largest body that is taken, in bytes. Meta sends up to 3 MB, and would repeat for days what is refused.
    public static let maximumBodySize = 4 * 1024 * 1024

    /// Makes a raw body durable. Returns only when it is; what it throws is answered 503, and Meta tries again.
    public typealias Append = @Sendable (_ rawBody: [UInt8], _ receivedAt: Moment) async throws -> Void

    private let senders: @Sendable () async -> WebhookSenders
    private let verifyToken: @Sendable () async -> Secret?
    private let append: Append
    private let clock: any WallClock
    private let report: RepeatedLines
    private let observe: @Sendable (Outcome) -> Void

    /// What became of a request, for metrics and diagnosis.
    public enum Outcome: Hashable, Sendable {
        /// The handshake succeeded.
        case verified
        /// A notification is durable.
        case stored
        /// A handshake with a wrong token, mode or challenge.
        case handshakeRefused
        /// Nobody may post: no secret is configured.
        case nobodyMayPost
        /// The signature's header is missing or no signature.
        case signatureMissing
        /// The signature fits none of the secrets.
        case signatureWrong
        /// A shared service's signature is too old, or its key does not count.
        case signatureOutdated
        /// The body is larger than is taken.
        case tooLarge
        /// The body broke off.
        case brokenOff
        /// The body could not be made durable.
        case notStored
        /// Neither GET nor POST.
        case otherMethod
    }

    /// - Parameters:
    ///   - senders: who may post; asked anew for every notification, so that a replaced secret counts at once
    ///   - verifyToken: the token of the handshake; `nil` refuses every handshake
    ///   - clock: tells when a notification was received
    ///   - logger: gets a line for what an operator has to know, at most one a minute of a kind; never anything of a body or a secret
    ///   - observe: gets the outcome of every request
    ///   - append: makes a raw body durable
    public init(
        senders: @escaping @Sendable () async -> WebhookSenders,
        verifyToken: @escaping @Sendable () async -> Secret?,
        clock: any WallClock,
        logger: Logger,
        observe: @escaping @Sendable (Outcome) -> Void = { _ in },
        append: @escaping Append
    ) {
        self.senders = senders
        self.verifyToken = verifyToken
        self.clock = clock
        report = RepeatedLines(logger: logger)
        self.observe = observe
        self.append = append
    }

    /// Answers a request for the callback address.
    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        let outcome: Outcome
        let response: HTTPResponse
        switch request.method {
        case .GET:
            let verification = await verifyToken().map(WebhookVerification.init(verifyToken:))
            if let challenge = verification?.challenge(in: request.query) {
                outcome = .verified
                response = .text(.ok, challenge)
            } else {
                outcome = .handshakeRefused
                response = HTTPResponse(status: .forbidden)
            }
        case .POST:
            outcome = await take(request)
            response = HTTPResponse(status: Self.status(for: outcome))
        default:
            outcome = .otherMethod
            response = HTTPResponse(status: .methodNotAllowed, headers: ["Allow": "GET, POST"])
        }
        observe(outcome)
        return response
    }

    private func take(_ request: HTTPRequest) async -> Outcome {
        let senders = await senders()
        let isValid: (ByteBuffer) -> Bool
        // What proves nothing is refused before its body takes any memory.
        let now = clock.now()
        let peer: Logger.Metadata = ["peer": "\(request.remoteAddress)"]
        switch senders.claim(of: request.headers, at: now) {
        case .nobodyMayPost:
            report.log(
                .warning, "A webhook notification was refused: there is no app secret and no account that a shared service joined", at: now)
            return .nobodyMayPost
        case .none:
            report.log(.notice, "A webhook notification was refused: it is not signed", metadata: peer, at: now)
            return .signatureMissing
        case .outdated:
            report.log(
                .notice, "A webhook notification was refused: a shared service's signature is too old, or its key does not count; check both clocks",
                metadata: peer, at: now)
            return .signatureOutdated
        case .signature(let signature): isValid = { senders.accept(signature, for: $0) }
        case .relayed(let signature, let key): isValid = { signature.isValid(for: $0.readableBytesView, key: key) }
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Self.maximumBodySize)
        } catch is HTTPBodyTooLarge {
            report.log(.warning, "A webhook notification was refused: it is larger than 4 MiB", metadata: peer, at: now)
            return .tooLarge
        } catch {
            return .brokenOff
        }
        let receivedAt = clock.now()
        guard isValid(body) else {
            report.log(
                .notice, "A webhook notification was refused: its signature fits no app secret or key", metadata: peer, at: receivedAt)
            return .signatureWrong
        }
        do {
            try await append(Array(body.readableBytesView), receivedAt)
            return .stored
        } catch {
            report.log(
                .error, "A webhook notification could not be stored; Meta will send it again", metadata: ["error": "\(error)"], at: receivedAt)
            return .notStored
        }
    }

    private static func status(for outcome: Outcome) -> HTTPResponseStatus {
        switch outcome {
        case .verified, .stored: .ok
        case .handshakeRefused, .nobodyMayPost: .forbidden
        case .signatureMissing, .signatureWrong, .signatureOutdated: .unauthorized
        case .tooLarge: .payloadTooLarge
        case .brokenOff: .badRequest
        case .notStored: .serviceUnavailable
        case .otherMethod: .methodNotAllowed
        }
    }
}
