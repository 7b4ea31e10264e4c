import AsyncHTTPClient
import Crypto
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import Lab

/// Files over real sockets.
@Suite(.timeLimit(.minutes(5))) struct MetaTransferTests {
    private static let number = "109080706050403"

    private func withLab(
        _ configuration: LabConfiguration = LabConfiguration(), _ body: @escaping @Sendable (Lab, Lab.Addresses) async throws -> Void
    ) async throws {
        let lab = Lab(configuration: configuration, clock: .still(), logger: Logger(label: "lab") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await lab.run() }
            let addresses = try await lab.listening()
            try await body(lab, addresses)
            group.cancelAll()
        }
    }

    private struct Answer {
        var status: UInt
        var headers: HTTPHeaders
        var body: [UInt8]
        var json: LabJSON? { try? LabJSON(parsing: body) }
    }

    private func request(
        _ url: String, _ method: HTTPMethod = .GET, headers more: HTTPHeaders = [:], body: HTTPClientRequest.Body? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = ["Authorization": "Bearer LAB-ACCESS-TOKEN", "User-Agent": "test", "Connection": "close"]
        for (name, value) in more { request.headers.replaceOrAdd(name: name, value: value) }
        request.body = body
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return Answer(status: response.status.code, headers: response.headers, body: Array(bytes.readableBytesView))
    }

    private static let boundary = "xYzZY"

    /// The bytes before and after the file of a form.
    private static func frame(_ mimeType: String, _ name: String) -> (head: String, tail: String) {
        func field(_ name: String, _ value: String) -> String {
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }
        let file =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\nContent-Type: \(mimeType)\r\n\r\n"
        return (field("messaging_product", "whatsapp") + field("type", mimeType) + file, "\r\n--\(boundary)--\r\n")
    }

    /// Uploads so many bytes in chunks of some size; returns the answer and their digest.
    private func upload(
        _ addresses: Lab.Addresses, _ mimeType: String, name: String, size: Int, chunk: Int = 50_000, hasLength: Bool = true,
        token: String = "LAB-ACCESS-TOKEN"
    ) async throws -> (Answer, String) {
        let (head, tail) = Self.frame(mimeType, name)
        var hash = SHA256()
        var parts = [ByteBuffer(string: head)]
        var random = SeededGenerator(seed: UInt64(size))
        var left = size
        while left > 0 {
            let bytes = random.bytes(min(chunk, left))
            hash.update(data: bytes)
            parts.append(ByteBuffer(bytes: bytes))
            left -= bytes.count
        }
        parts.append(ByteBuffer(string: tail))
        let length = parts.map { Int64($0.readableBytes) }.reduce(0, +)
        let answer = try await request(
            "\(addresses.graph)/v25.0/\(Self.number)/media", .POST,
            headers: ["Content-Type": "multipart/form-data; boundary=\(Self.boundary)", "Authorization": "Bearer \(token)"],
            body: .stream(
                AsyncStream {
                    for part in parts { $0.yield(part) }; $0.finish()
                }, length: hasLength ? .known(length) : .unknown))
        return (answer, hash.finalize().hex)
    }

    @Test("A customer's file is resolved and downloaded byte for byte, whole and in parts", arguments: [false, true])
    func download(_ isSeparate: Bool) async throws {
        var configuration = LabConfiguration()
        configuration.hasSeparateGraphListener = isSeparate
        try await withLab(configuration) { lab, addresses in
            let wamid = try lab.meta.send(.file(.document(.generated(size: 300_000, seed: 5), name: "a.pdf")), from: "ada")
            let attachment = try #require(lab.meta.attachment(of: wamid))
            let resolved = try await request("\(addresses.graph)/v25.0/\(attachment.mediaID)?phone_number_id=\(Self.number)")
            let url = try #require(resolved.json?["url"]?.string)
            #expect(url.hasPrefix("\(addresses.graph)/"))
            let whole = try await request(url)
            #expect(whole.status == 200 && whole.headers.first(name: "Content-Type") == "application/pdf")
            #expect(SHA256.hash(data: whole.body).hex == attachment.file.digest)
            let part = try await request(url, headers: ["Range": "bytes=299990-"])
            #expect(part.status == 206 && part.body == Array(whole.body.suffix(10)))
            #expect(try lab.meta.bytes(of: wamid) == whole.body)
            lab.meta.options.ignoresRange = true
            #expect(try await request(url, headers: ["Range": "bytes=299990-"]).status == 200)
            // The last bytes are counted when they have left, which is not before they are here.
            try await lab.meta.wait(until: "all is counted") {
                $0.mediaCounts == MetaMediaCounts(resolves: 1, downloads: 3, uploads: 0, bytesServed: 600_010)
            }
            lab.clock.advance(by: .seconds(300))
            #expect(try await request(url).status == 404)
            try await lab.meta.wait(until: "nothing is on its way") { $0.transfers.isEmpty }
        }
    }

    @Test("A download without token or user agent is refused")
    func refused() async throws {
        try await withLab { lab, addresses in
            let wamid = try lab.meta.send(.image(caption: nil), from: "ada")
            let url = try #require(lab.meta.message(wamid)?.payload["image"]?["url"]?.string)
            var bare = HTTPClientRequest(url: url)
            #expect(try await HTTPClient.shared.execute(bare, timeout: .seconds(10)).status.code == 401)
            bare.headers = ["Authorization": "Bearer LAB-ACCESS-TOKEN"]
            #expect(try await HTTPClient.shared.execute(bare, timeout: .seconds(10)).status.code == 403)
        }
    }

    @Test("A cut download ends early, wrong bytes differ in one, slow ones arrive", arguments: [10, 50, 99])
    func troubles(_ percent: Int) async throws {
        try await withLab { lab, _ in
            let wamid = try lab.meta.send(.file(.image(.generated(size: 200_000, seed: 1))), from: "ada")
            let url = try #require(lab.meta.message(wamid)?.payload["image"]?["url"]?.string)
            lab.meta.plan(MetaMediaFault(.cut(percent: percent), on: .download))
            await #expect(throws: (any Error).self) { try await request(url) }
            #expect(lab.meta.mediaCounts.bytesServed == Int64(2_000 * percent))
            lab.meta.plan(MetaMediaFault(.wrongBytes, on: .download))
            let wrong = try await request(url).body
            let right = try lab.meta.bytes(of: wamid)
            #expect(wrong != right && wrong.dropFirst() == right.dropFirst())
            lab.meta.plan(MetaMediaFault(.slow(bytesPerSecond: 2_000_000), on: .download))
            #expect(try await request(url).body == right)
        }
    }

    @Test(
        "An upload is taken byte for byte, however it comes", arguments: [(1, 50_000, true), (100_000, 777, true), (3_000_000, 100_000, false)])
    func upload(_ size: Int, _ chunk: Int, _ hasLength: Bool) async throws {
        try await withLab { lab, addresses in
            let (answer, digest) = try await upload(
                addresses, "application/pdf", name: "offer.pdf", size: size, chunk: chunk, hasLength: hasLength)
            #expect(answer.status == 200)
            let uploaded = try #require(lab.meta.uploads.first)
            #expect(answer.json?.text() == #"{"id":"\#(uploaded.id)"}"#)
            #expect(uploaded.numberID == Self.number && uploaded.name == "offer.pdf" && uploaded.mimeType == "application/pdf")
            #expect(uploaded.file.size == Int64(size) && uploaded.file.digest == digest && uploaded.at == lab.clock.now())
            #expect(lab.meta.mediaCounts.uploads == 1 && lab.meta.transfers.isEmpty)
            #expect(!lab.wire.entries().contains { $0.text.contains("LAB-ACCESS-TOKEN") })
        }
    }

    @Test("An upload that is refused is answered after it was read")
    func refusedUploads() async throws {
        try await withLab { lab, addresses in
            let (unknown, _) = try await upload(addresses, "image/heic", name: "a.heic", size: 2_000_000)
            #expect(unknown.json?["error"]?["code"]?.integer == 131_053)
            let (foreign, _) = try await upload(addresses, "image/png", name: "a.png", size: 2_000_000, token: "OTHER")
            #expect(foreign.status == 401)
            let noForm = try await request(
                "\(addresses.graph)/v25.0/\(Self.number)/media", .POST, headers: ["Content-Type": "application/json"],
                body: .bytes(ByteBuffer(string: "{}")))
            #expect(noForm.status == 400 && noForm.json?["error"]?["code"]?.integer == 100)
            #expect(lab.meta.uploads.isEmpty && lab.meta.mediaCounts.uploads == 3)
        }
    }

    @Test("Uploads can fail before, during and after")
    func uploadFaults() async throws {
        try await withLab { lab, addresses in
            lab.meta.plan(MetaMediaFault(.page(503), on: .upload, times: 2))
            lab.meta.plan(MetaMediaFault(.error(MetaError(code: 190)), on: .upload))
            for status in [503, 503, 401] as [UInt] {
                let (answer, _) = try await upload(addresses, "image/png", name: "a.png", size: 100_000)
                #expect(answer.status == status)
            }
            for kind in [MetaMediaFault.Kind.drop, .cut(percent: 50), .acceptThenDrop] {
                #expect(lab.meta.uploads.isEmpty)
                lab.meta.plan(MetaMediaFault(kind, on: .upload))
                await #expect(throws: (any Error).self) { try await upload(addresses, "image/png", name: "a.png", size: 1_000_000) }
            }
            #expect(lab.meta.uploads.count == 1)
            let (answer, _) = try await upload(addresses, "image/png", name: "a.png", size: 1_000)
            #expect(answer.status == 200)
        }
    }
}
