/// The answer to a message that nobody here knows, so that a requester does not wait for ever (AppWebsocket, Envelope).
public struct UnknownMessage {
    private let mt: String
    private let api: String?
    private let src: RequestTag

    /// Answers a request; `nil` if it has no `src`, as then nobody waits, and if it is itself a result: an answer is never answered.
    public init?(answering envelope: Envelope) {
        guard let src = envelope.src, !envelope.mt.hasSuffix("Result") else { return nil }
        mt = envelope.mt
        api = envelope.api
        self.src = src
    }

    /// The answer: the request's `api`, its `mt` with `Result`, its `src`, and an error.
    public func encoded() -> [UInt8] {
        var writer = JSONObjectWriter()
        writer.write("api", api)
        writer.write("mt", mt + "Result")
        writer.write("src", src.raw)
        writer.write("error", "unknown mt")
        return writer.finish()
    }
}
