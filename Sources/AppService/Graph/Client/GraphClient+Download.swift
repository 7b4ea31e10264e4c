import AsyncHTTPClient
public import NIOCore
import NIOHTTP1
public import Protocol

/// Files from Meta: first where a file is, then the file itself.
extension GraphClient {
    /// Asks where the file of a media ID is. Asking changes nothing, so it may be repeated whatever became of it.
    ///
    /// - Parameters:
    ///   - mediaID: the file's ID, valid for 7 days in webhooks
    ///   - number: the phone number ID that received it
    ///   - credentials: what to call with
    public func describe(
        _ mediaID: String, of number: String, with credentials: GraphCredentials
    ) async -> GraphResult<GraphMediaDescription> {
        guard let url = address(mediaID, query: ["phone_number_id": number], with: credentials) else {
            return GraphResult(outcome: .notSent(Self.badAddress))
        }
        var request = HTTPClientRequest(url: url)
        request.headers = [
            "Authorization": "Bearer \(credentials.accessToken.revealed)",
            "Accept": "application/json",
            "User-Agent": "whatsapp-connector",
        ]
        do {
            return try await exchange(request).result(
                read: { try? GraphMediaDescription.decode($0.readableBytesView) },
                hiding: credentials.accessToken
            )
        } catch {
            return GraphResult(outcome: .notSent(GraphFailurePhrase.phrase(for: error)))
        }
    }

    /// Fetches a file and passes it on chunk by chunk; a slow taker slows Meta.
    ///
    /// The access token goes to Meta's hosts and the configured one only, and to no other host that an answer points to.
    ///
    /// - Parameters:
    ///   - url: where the file is, as a webhook or ``describe(_:of:with:)`` has it
    ///   - offset: how many bytes are there already; the rest is asked for
    ///   - limit: how long the whole file may be, in bytes
    ///   - credentials: what to call with
    ///   - sink: takes the bytes from `offset` on
    /// - Throws: what `sink` throws, and nothing else
    public func download(
        _ url: String,
        from offset: Int64 = 0,
        limit: Int64,
        with credentials: GraphCredentials,
        into sink: @escaping @Sendable (ByteBuffer) async throws -> Void
    ) async throws -> GraphDownload {
        let hosts = GraphMediaHosts(baseURL: configuration.baseURL)
        guard let address = FileAddress(url), hosts.allow(address) else { return .notAllowed }
        let fetch = FileFetch(client: mediaClient, idleLimit: configuration.downloadIdleTimeout, allows: hosts.allow) { other in
            Self.headers(for: other, begunAt: address, with: credentials)
        }
        switch try await fetch.run(address, from: offset, limit: limit, into: sink) {
        case .complete(let contentType, let bytes): return .complete(contentType: contentType, bytes: bytes)
        case .tooLarge: return .tooLarge
        case .changed: return .changed
        case .notAllowed: return .notAllowed
        case .failed(let phrase): return .temporary(phrase)
        case .answered(let status, let body):
            return Self.download(status: status, error: GraphError.decode(body.readableBytesView)?.hiding(credentials.accessToken))
        }
    }

    /// The headers for an address that a download has come to: the access token stays where it began.
    static func headers(for address: FileAddress, begunAt start: FileAddress, with credentials: GraphCredentials) -> HTTPHeaders {
        address.origin == start.origin ? ["Authorization": "Bearer \(credentials.accessToken.revealed)"] : [:]
    }

    /// What an answer means that is not the file.
    private static func download(status: Int, error: GraphError?) -> GraphDownload {
        let shown = error ?? GraphError(code: nil, message: "HTTP \(status) without an error of the Graph API")
        if status == 401 || shown.isTokenRefusal { return .tokenRefused(shown) }
        if shown.isMissingObject { return .gone }
        switch status {
        // A signed address that is too old is answered by the file hosts, in words of their own.
        case 403 where error == nil, 404, 410: return .urlExpired
        case 300..<400: return .temporary("the answer pointed to nowhere")
        case 408, 429, 500...: return .temporary("the answer was \(status)")
        default: return shown.isPassing ? .temporary("the answer was \(status)") : .refused(shown)
        }
    }
}
