import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The bytes behind a URL, asked for again from where they broke off (RFC 9110 section 14).
struct ResumingDownload: AsyncSequence {
    typealias Element = ByteBuffer
    typealias Failure = any Error

    /// How often it is asked again.
    static let attempts = 5

    /// The head of the first response.
    let headers: HTTPHeaders
    /// The length in bytes, if the first response told it.
    let length: Int64?
    private let url: String
    private let client: HTTPClient
    private let fault: ConnectFileFault.Kind?
    private let body: HTTPClientResponse.Body

    /// - Throws: If the first response is not 200.
    init(url: String, client: HTTPClient, fault: ConnectFileFault.Kind?) async throws {
        let response = try await client.execute(HTTPClientRequest(url: url), timeout: .hours(24))
        guard response.status == .ok else { throw LabError("The file is answered with \(response.status.code).") }
        headers = response.headers
        length = response.headers.first(name: "Content-Length").flatMap(Int64.init)
        body = response.body
        self.url = url
        self.client = client
        self.fault = fault
    }

    func makeAsyncIterator() -> AsyncIterator {
        var cutAt: Int64?
        if case .cut(let part)? = fault { cutAt = ConnectFileFault.bytes(part, of: length) }
        return AsyncIterator(download: self, parts: body.makeAsyncIterator(), cutAt: cutAt)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let download: ResumingDownload
        /// Nil after the connection was cut on purpose.
        fileprivate var parts: HTTPClientResponse.Body.AsyncIterator?
        fileprivate var cutAt: Int64?
        private var received: Int64 = 0
        /// Bytes of a response without a range that are there already.
        private var toSkip: Int64 = 0
        private var attempts = ResumingDownload.attempts

        fileprivate init(download: ResumingDownload, parts: HTTPClientResponse.Body.AsyncIterator, cutAt: Int64?) {
            self.download = download
            self.parts = parts
            self.cutAt = cutAt
        }

        mutating func next() async throws -> ByteBuffer? {
            while true {
                do {
                    if parts == nil { try await ask() }
                    guard var part = try await parts?.next() else { return nil }
                    let skipped = Int(Swift.min(toSkip, Int64(part.readableBytes)))
                    part.moveReaderIndex(forwardBy: skipped)
                    toSkip -= Int64(skipped)
                    guard part.readableBytes > 0 else { continue }
                    received += Int64(part.readableBytes)
                    if case .slow(let rate)? = download.fault {
                        try await Task.sleep(for: .seconds(Double(part.readableBytes) / Double(Swift.max(1, rate))))
                    }
                    if let cutAt, received >= cutAt {
                        self.cutAt = nil
                        // Letting go of the response ends its connection.
                        parts = nil
                    }
                    return part
                } catch let error as LabError {
                    throw error
                } catch {
                    try Task.checkCancellation()
                    guard attempts > 0 else { throw error }
                    parts = nil
                }
            }
        }

        /// Asks for what is missing.
        private mutating func ask() async throws {
            attempts -= 1
            if let length = download.length, received == length { return }
            var request = HTTPClientRequest(url: download.url)
            request.headers.add(name: "Range", value: "bytes=\(received)-")
            let response = try await download.client.execute(request, timeout: .hours(24))
            switch response.status {
            case .ok: toSkip = received
            case .partialContent:
                guard response.headers.first(name: "Content-Range")?.hasPrefix("bytes \(received)-") == true else {
                    throw LabError("Another range than the wanted one.")
                }
                toSkip = 0
            default: throw LabError("The rest of the file is answered with \(response.status.code).")
            }
            parts = response.body.makeAsyncIterator()
        }
    }
}
