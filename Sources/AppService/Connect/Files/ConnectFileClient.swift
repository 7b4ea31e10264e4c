public import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Protocol

/// Moves files to and from Connect over HTTP (Connect, Files over HTTP).
///
/// URLs may be relative. Only addresses of the very origin of the service's own URL are called, and nothing of ours is told to them.
public struct ConnectFileClient: Sendable {
    private let client: HTTPClient
    private let idleLimit: Duration

    /// - Parameters:
    ///   - client: made with `GraphClient.mediaClientConfiguration`; its owner shuts it down
    ///   - idleLimit: how long nothing may move
    public init(client: HTTPClient, idleLimit: Duration = .seconds(60)) {
        self.client = client
        self.idleLimit = idleLimit
    }

    /// A URL that Connect gave, as an absolute one; nil if it leads nowhere or to another host.
    func absolute(_ url: String, base: String) -> String? { address(url, base)?.description }

    /// Uploads a file to a buffer's URL.
    func upload(_ file: FileContent, to url: String, base: String, contentType: String) async -> ConnectUpload {
        guard let address = address(url, base) else { return .notAllowed }
        return await send(file, to: address, contentType: contentType)
    }

    /// Pushes a file to a post that was announced to have it.
    func push(_ file: FileContent, session: String, key: String, name: String, base: String, contentType: String) async -> ConnectUpload {
        let query = [("session", session), ("key", key), ("name", name)].map { "\($0)=\(PercentEncoding.component($1))" }
        guard let address = address("files?" + query.joined(separator: "&"), base) else { return .notAllowed }
        return await send(file, to: address, contentType: contentType)
    }

    /// Fetches a file of a post from an offset.
    /// - Throws: what `sink` throws, and nothing else.
    func download(
        _ url: String,
        base: String,
        from offset: Int64,
        limit: Int64,
        into sink: @escaping FileSink
    ) async throws -> ConnectDownload {
        guard let address = address(url, base) else { return .notAllowed }
        let fetch = FileFetch(client: client, idleLimit: idleLimit, allows: { $0.origin == address.origin }, headers: { _ in [:] })
        switch try await fetch.run(address, from: offset, limit: limit, into: sink) {
        case .complete: return .complete
        case .tooLarge: return .tooLarge
        case .changed: return .changed
        case .notAllowed: return .notAllowed
        case .failed(let reason): return .temporary(reason)
        case .answered(let status, _):
            return [408, 425, 429].contains(status) || status >= 500 ? .temporary("Connect answered \(status)") : .gone
        }
    }

    private func address(_ url: String, _ base: String) -> FileAddress? {
        guard let base = FileAddress(base.hasSuffix("/") ? base : base + "/"), let address = base.resolving(url),
            address.origin == base.origin
        else { return nil }
        return address
    }

    private func send(_ file: FileContent, to address: FileAddress, contentType: String) async -> ConnectUpload {
        do {
            return try await IdleWatch.run(limit: idleLimit) { [client] watch in
                let body = UploadBody(file, watch: watch)
                var request = HTTPClientRequest(url: address.description)
                request.method = .POST
                request.headers = ["Content-Type": contentType, "User-Agent": "whatsapp-connector"]
                request.body = .stream(body, length: .known(body.length))
                let response = try await client.execute(request, deadline: .now() + .hours(24))
                watch.moved()
                let answer = try? await response.body.collect(upTo: 4_096)
                return Self.meaning(of: Int(response.status.code), answer.flatMap { Connect.UploadAnswer(json: $0.readableBytesView) })
            }
        } catch {
            return .temporary(GraphFailurePhrase.phrase(for: error))
        }
    }

    static func meaning(of status: Int, _ answer: Connect.UploadAnswer?) -> ConnectUpload {
        switch status {
        case 200..<300: answer?.isStored == false ? .refused(status) : .stored
        case 404, 409, 410: .gone
        case 413: .tooLarge
        case 507: .storageFull
        case 408, 425, 429, 500...: .temporary("Connect answered \(status)")
        default: .refused(status)
        }
    }
}

/// What became of giving a file to Connect.
enum ConnectUpload: Equatable, Sendable {
    /// Connect has it.
    case stored
    /// It is larger than Connect takes.
    case tooLarge
    /// Connect has no room for it now.
    case storageFull
    /// The place for it is gone, or used already.
    case gone
    /// Connect does not take it there; with the status.
    case refused(Int)
    /// The URL is not Connect's own: nothing was sent.
    case notAllowed
    /// It may work later.
    case temporary(String)
}

/// What became of fetching a file from Connect.
enum ConnectDownload: Equatable, Sendable {
    /// The whole file is there.
    case complete
    /// It is longer than allowed.
    case tooLarge
    /// It is shorter than what is there already: begin anew.
    case changed
    /// The URL is not valid (any more).
    case gone
    /// The URL is not Connect's own: nothing was asked.
    case notAllowed
    /// It may work later, from where it stopped.
    case temporary(String)
}
