/// A request to the simulated Graph API.
struct GraphRequest: Sendable, Equatable {
    var method: String
    /// Begins with the version, for example `/v25.0/1090/messages`.
    var path: String
    var query: [String: String] = [:]
    /// The value of the `Authorization` header.
    var authorization: String?
    /// The value of the `User-Agent` header.
    var userAgent: String?
    /// The value of the `Range` header.
    var range: String?
    var body: [UInt8] = []

    /// What the wire log calls it.
    var title: String { path == MetaCore.downloadPath ? "file \(query["mid"] ?? "")" : path }
}

/// What the runner does with a request.
struct GraphReply: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case json(Int, LabJSON)
        case page(Int)
        case file(Download)
        /// Ask the connector for its challenge first; `MetaCore.finished(_:trouble:)` then knows the response.
        case handshake(MetaHandshake)
        /// End the connection without a response.
        case drop
        /// Keep the connection open without a response.
        case hang
    }

    /// A file to hand out, or a part of it.
    struct Download: Sendable, Equatable {
        var media: MetaMedia
        /// The value of the `Range` header to heed.
        var range: String?
        var trouble = LabFileStore.Trouble()
    }

    var kind: Kind
    /// Milliseconds to wait first.
    var delay: Int64 = 0
    /// Whether the webhooks that are due must have been answered first.
    var followsWebhooks = false

    static func ok(_ body: LabJSON) -> GraphReply { GraphReply(kind: .json(200, body)) }
    static let success = ok(["success": true])
}

/// One attempt to hand a webhook to the connector.
struct MetaDelivery: Sendable, Equatable {
    /// Which POST; attempts of the same POST share it.
    var id: Int
    var body: [UInt8]
    /// The value of `X-Hub-Signature-256`; nil for none.
    var signature: String?
    /// From 1 on.
    var attempt: Int
    /// When the first attempt was made, in milliseconds since 1970 UTC.
    var firstAttempt: Int64
    /// The customers' messages in it, in order.
    var wamids: [String] = []
    /// The first update, which decides where all of them go.
    var update: MetaUpdate?
    /// The index of the app that gets them.
    var app = 0
    /// Where it goes at this attempt; nil if to nobody.
    var url: String?
}
