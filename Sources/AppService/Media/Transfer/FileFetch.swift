import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Fetches a file over HTTP, from a place in its midst if part of it is there already, and passes it on chunk by chunk.
///
/// A chunk is asked for when the one before was taken, so a slow taker slows the sender.
struct FileFetch: Sendable {
    /// How often a file may be elsewhere.
    static let maximumRedirects = 3
    /// Largest answer that is read which is not the file, in bytes.
    static let maximumAnswerSize = 64 * 1024

    /// What became of it.
    enum Outcome: Sendable {
        /// The whole file is there; how long it is, from its beginning.
        case complete(contentType: String?, bytes: Int64)
        /// It is longer than allowed.
        case tooLarge
        /// It is shorter than what is there already, so it is another file.
        case changed
        /// Where it is, or where the answer pointed to, may not be asked.
        case notAllowed
        /// The other side answered something else than the file.
        case answered(status: Int, body: ByteBuffer)
        /// There was no answer, or it broke off. A phrase says why.
        case failed(String)
    }

    let client: HTTPClient
    /// How long nothing may move.
    let idleLimit: Duration
    /// Who may be asked.
    let allows: @Sendable (FileAddress) -> Bool
    /// The headers for an address, besides those that every request has.
    let headers: @Sendable (FileAddress) -> HTTPHeaders

    /// - Parameters:
    ///   - address: where the file is
    ///   - offset: how many bytes are there already
    ///   - limit: how long the whole file may be, in bytes
    ///   - sink: takes the bytes from `offset` on
    /// - Throws: what `sink` throws, and nothing else
    func run(
        _ address: FileAddress, from offset: Int64, limit: Int64, into sink: @escaping @Sendable (ByteBuffer) async throws -> Void
    ) async throws -> Outcome {
        let offset = max(0, offset)
        guard offset <= limit else { return .tooLarge }
        do {
            return try await IdleWatch.run(limit: idleLimit) { watch in
                if offset > 0, let outcome = try await attempt(address, from: offset, isRanged: true, limit: limit, into: sink, watch) {
                    return outcome
                }
                return try await attempt(address, from: offset, isRanged: false, limit: limit, into: sink, watch)
                    ?? .failed("a part of the file came that was not asked for")
            }
        } catch let failure as SinkFailure {
            throw failure.error
        } catch {
            return .failed(GraphFailurePhrase.phrase(for: error))
        }
    }

    /// Asks once, and wherever the answers point to; `nil` if the other side does not understand which part is asked for.
    private func attempt(
        _ start: FileAddress,
        from offset: Int64,
        isRanged: Bool,
        limit: Int64,
        into sink: @Sendable (ByteBuffer) async throws -> Void,
        _ watch: IdleWatch
    ) async throws -> Outcome? {
        var address = start
        for redirects in 0...Self.maximumRedirects {
            guard allows(address) else { return .notAllowed }
            var request = HTTPClientRequest(url: address.description)
            request.headers = headers(address)
            request.headers.add(name: "User-Agent", value: "whatsapp-connector")
            if isRanged { request.headers.add(name: "Range", value: "bytes=\(offset)-") }
            watch.moved()
            // Only what stands still is given up; the client wants to hear of an end, so it is one that nothing reaches.
            let response = try await client.execute(request, deadline: .now() + .hours(24))
            watch.moved()
            switch response.status.code {
            case 301, 302, 303, 307, 308:
                guard redirects < Self.maximumRedirects, let location = response.headers.first(name: "Location"),
                    let next = address.resolving(location)
                else { return .answered(status: Int(response.status.code), body: ByteBuffer()) }
                // Read to its end, a small answer leaves a connection that can be used again.
                _ = try? await response.body.collect(upTo: Self.maximumAnswerSize)
                address = next
            case 200:
                return try await receive(response, at: 0, from: offset, limit: limit, into: sink, watch)
            case 206:
                guard case .part(let first, _, let length)? = response.headers.first(name: "Content-Range").flatMap(ContentRange.init),
                    first == (isRanged ? offset : 0)
                else { return nil }
                return try await receive(response, at: first, length: length, from: offset, limit: limit, into: sink, watch)
            case 416 where isRanged:
                guard case .unsatisfied(let length?)? = response.headers.first(name: "Content-Range").flatMap(ContentRange.init), length <= offset
                else { return nil }
                return length == offset ? .complete(contentType: nil, bytes: offset) : .changed
            default:
                let body = try? await response.body.collect(upTo: Self.maximumAnswerSize)
                return .answered(status: Int(response.status.code), body: body ?? ByteBuffer())
            }
        }
        return nil
    }

    /// Passes on what comes from `offset` on.
    ///
    /// - Parameters:
    ///   - start: which byte of the file the answer begins with
    ///   - length: how long the whole file is, if the answer says so
    private func receive(
        _ response: HTTPClientResponse,
        at start: Int64,
        length: Int64? = nil,
        from offset: Int64,
        limit: Int64,
        into sink: @Sendable (ByteBuffer) async throws -> Void,
        _ watch: IdleWatch
    ) async throws -> Outcome {
        let announced = response.headers.first(name: "Content-Length").flatMap { Int64($0) }
        if let length = length ?? announced {
            if length > limit { return .tooLarge }
            if length < offset { return .changed }
        }
        var position = start
        for try await chunk in response.body {
            watch.paused()
            var chunk = chunk
            guard Int64(chunk.readableBytes) <= limit - position else { return .tooLarge }
            let surplus = min(max(0, offset - position), Int64(chunk.readableBytes))
            position += Int64(chunk.readableBytes)
            chunk.moveReaderIndex(forwardBy: Int(surplus))
            if chunk.readableBytes > 0 {
                do {
                    try await sink(chunk)
                } catch {
                    throw SinkFailure(error: error)
                }
            }
            watch.moved()
        }
        if let length, position != length { return .failed("the answer broke off") }
        if position < offset { return .changed }
        return .complete(contentType: response.headers.first(name: "Content-Type"), bytes: position)
    }

    private struct SinkFailure: Error {
        var error: any Error
    }
}
