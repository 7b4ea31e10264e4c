/// The answer to a message that nobody here takes, so that a requester does not wait for ever (AppWebsocket, Envelope).
public struct UnknownMessage {
    private let mt: String
    private let api: String?
    private let src: RequestTag
    private let error: String

    /// Answers a request; `nil` if it has no `src`, as then nobody waits, and if it is itself a result: an answer is never answered.
    ///
    /// - Parameters:
    ///   - envelope: the request
    ///   - error: a word or two
    public init?(answering envelope: Envelope, error: String = "unknown mt") {
        guard let src = envelope.src, !envelope.mt.hasSuffix("Result") else { return nil }
        mt = envelope.mt
        api = envelope.api
        self.src = src
        self.error = error
    }

    /// The answer: the request's `api`, its `mt` with `Result`, its `src`, and an error.
    public func encoded() -> [UInt8] {
        var writer = JSONObjectWriter()
        writer.write("api", api)
        writer.write("mt", mt + "Result")
        writer.write("src", src.raw)
        writer.write("error", error)
        return writer.finish()
    }
}
