import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Protocol

/// An answer of the Graph API, or of something in front of it.
struct GraphAnswer: Sendable {
    var status: HTTPResponseStatus
    var headers: HTTPHeaders
    /// `nil` when it was too large or broke off.
    var body: ByteBuffer?

    var usage: GraphUsage {
        GraphUsage(
            businessUseCase: headers.first(name: "X-Business-Use-Case-Usage"),
            app: headers.first(name: "X-App-Usage"),
            retryAfter: headers.first(name: "Retry-After")
        )
    }

    /// What the answer says about the call, and what its headers tell. Parameters as of ``outcome(read:hiding:)``.
    func result<Value>(read: (ByteBuffer) -> Value?, hiding token: Secret) -> GraphResult<Value> {
        GraphResult(
            outcome: outcome(read: read, hiding: token),
            usage: usage,
            traceID: headers.first(name: "x-fb-trace-id") ?? headers.first(name: "x-fb-request-id")
        )
    }

    /// What the answer says about the call.
    ///
    /// - Parameters:
    ///   - read: reads a success; `nil` if the body is none
    ///   - token: what Meta may quote in an error's text, and nobody shall see
    func outcome<Value>(read: (ByteBuffer) -> Value?, hiding token: Secret) -> GraphOutcome<Value> {
        if let error = body.flatMap({ GraphError.decode($0.readableBytesView) }) {
            return .rejected(error.hiding(token))
        }
        switch status.code {
        case 200..<300:
            if let value = body.flatMap(read) { return .accepted(value) }
            return .ambiguous("the answer \(status.code) could not be read")
        case 408, 500...:
            // The edge gave up waiting for, or lost, what is behind it.
            return .ambiguous("the answer was \(status.code) without an error of the Graph API")
        case 429:
            return .rejected(GraphError(code: nil, message: "HTTP 429 without an error of the Graph API", isTransient: true))
        default:
            return .rejected(GraphError(code: nil, message: "HTTP \(status.code) without an error of the Graph API"))
        }
    }
}

extension GraphError {
    /// The error without the access token, which Meta quotes when it is malformed, and with texts short enough to keep.
    func hiding(_ token: Secret) -> GraphError {
        let clean = { (text: String) -> String in
            let shown =
                token.isEmpty ? text : text.split(separator: token.revealed, omittingEmptySubsequences: false).joined(separator: token.description)
            return String(shown.prefix(1_000))
        }
        var error = self
        error.message = message.map(clean)
        error.details = details.map(clean)
        error.userTitle = userTitle.map(clean)
        error.userMessage = userMessage.map(clean)
        error.type = type.map(clean)
        error.traceID = traceID.map(clean)
        return error
    }
}
