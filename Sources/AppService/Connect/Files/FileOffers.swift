public import Bridge
import NIOCore
import NIOHTTP1
import Synchronization
import Transport

/// Files that Connect may fetch from us: one random name for each, good for a while (design: What the outside may rely on).
///
/// An offer ends 10 minutes after its first byte was sent, or after 24 hours. Offers are forgotten with the process: a post that was not
/// confirmed makes new ones.
public final class FileOffers: Sendable {
    private struct Offer {
        var file: SpooledFile
        var endsAt: Moment
        var hasBegun = false
        var wasTaken = false
    }

    /// How long an offer holds before its first byte was sent.
    static let longest = Duration.seconds(24 * 3_600)
    /// How long an offer holds after its first byte was sent.
    static let afterBeginning = Duration.seconds(600)
    /// How many offers there may be at a time.
    private static let limit = 10_000

    private let baseURL: String
    private let spool: Spool
    private let clock: any WallClock
    private let offers = Mutex<[String: Offer]>([:])

    /// - Parameters:
    ///   - baseURL: the instance's public URL, without a slash at its end
    ///   - spool: where the files lie
    public init(baseURL: String, spool: Spool, clock: any WallClock) {
        self.baseURL = baseURL
        self.spool = spool
        self.clock = clock
    }

    /// Offers a file, and says under which URL.
    func offer(_ file: SpooledFile) -> String {
        let name = SealingKey.randomToken()
        let now = clock.now()
        offers.withLock { offers in
            offers = offers.filter { now < $0.value.endsAt }
            if offers.count < Self.limit { offers[name] = Offer(file: file, endsAt: now + Self.longest) }
        }
        return "\(baseURL)/files/\(name)"
    }

    /// Whether a whole file was fetched under the URL.
    func wasTaken(_ url: String) -> Bool {
        offers.withLock { $0[Self.name(in: url)]?.wasTaken ?? false }
    }

    /// Ends an offer.
    func withdraw(_ url: String) {
        offers.withLock { $0[Self.name(in: url)] = nil }
    }

    /// Answers a request for `files/<name>`: the file, or a part of it, served inert.
    func respond(to request: HTTPRequest, name: String) async -> HTTPResponse {
        guard request.method == .GET || request.method == .HEAD else { return .text(.methodNotAllowed, "Only GET is answered here.\n") }
        let now = clock.now()
        let offer = offers.withLock { offers -> Offer? in
            guard var offer = offers[name], now < offer.endsAt else { return nil }
            if !offer.hasBegun {
                offer.hasBegun = true
                offer.endsAt = min(offer.endsAt, now + Self.afterBeginning)
            }
            offers[name] = offer
            return offer
        }
        guard let offer else { return .text(.notFound, "There is nothing here.\n") }
        return response(with: offer.file, name: name, range: request.headers.first(name: "Range"))
    }

    private func response(with file: SpooledFile, name: String, range: String?) -> HTTPResponse {
        var headers: HTTPHeaders = [
            "Content-Type": file.mimeType,
            "Content-Disposition": "attachment; filename*=UTF-8''\(PercentEncoding.component(file.name))",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
            "Accept-Ranges": "bytes",
        ]
        guard let bytes = ByteRange.bytes(of: range, size: file.size) else {
            headers.add(name: "Content-Range", value: "bytes */\(file.size)")
            return HTTPResponse(status: .rangeNotSatisfiable, headers: headers)
        }
        let isPart = bytes != 0..<file.size
        if isPart { headers.add(name: "Content-Range", value: "bytes \(bytes.lowerBound)-\(bytes.upperBound - 1)/\(file.size)") }
        let spool = spool
        return HTTPResponse(
            status: isPart ? .partialContent : .ok,
            headers: headers,
            body: .stream(length: bytes.count) { writer in
                let opened = try await spool.open(file.spool)
                do {
                    var rest = bytes.count
                    for try await var chunk in opened.chunks(from: bytes.lowerBound) {
                        guard let part = chunk.readSlice(length: min(rest, chunk.readableBytes)) else { break }
                        try await writer.write(part)
                        rest -= part.readableBytes
                        if rest == 0 { break }
                    }
                    await opened.close()
                } catch {
                    await opened.close()
                    throw error
                }
                if bytes.upperBound == file.size { self.offers.withLock { $0[name]?.wasTaken = true } }
            }
        )
    }

    private static func name(in url: String) -> String { url.split(separator: "/").last.map(String.init) ?? "" }
}

/// Which bytes of a file a `Range` header asks for (RFC 9110 section 14.2). Several ranges, and what is no range, count as none.
enum ByteRange {
    /// The bytes to be sent; nil if there are no such bytes.
    static func bytes(of header: String?, size: Int64) -> Range<Int64>? {
        let whole = 0..<max(size, 0)
        guard let header, header.hasPrefix("bytes="), !header.contains(",") else { return whole }
        let parts = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return whole }
        switch (Int64(parts[0]), Int64(parts[1])) {
        case (let first?, let last?) where first >= 0 && last >= first: return first < size ? first..<min(last, size - 1) + 1 : nil
        case (let first?, nil) where first >= 0 && parts[1].isEmpty: return first < size ? first..<size : nil
        case (nil, let count?) where parts[0].isEmpty && count > 0: return size > 0 ? max(0, size - count)..<size : nil
        default: return whole
        }
    }
}
