import Testing

@testable import Lab

@Suite struct MultipartReaderTests {
    private static let type = #"multipart/form-data; boundary="--x-1""#
    private static let body = Array(
        """
        a preamble\r
        ----x-1\r
        Content-Disposition: form-data; name="messaging_product"\r
        \r
        whatsapp\r
        ----x-1  \r
        content-type:  application/pdf\r
        Content-Disposition: form-data; name="file"; filename="a \\"b\\" ü %22c%22.pdf"\r
        \r
        \r
        ----x-\r\n--\r\r
        ----x-1\r
        Content-Disposition: form-data; name=empty\r
        \r
        \r
        ----x-1--\r
        an epilogue
        """.utf8)

    /// Reads a body in pieces of some size; joins the bytes of each part.
    private func read(_ body: [UInt8], pieces: Int, type: String = type) throws -> [MultipartReader.Event] {
        var reader = try #require(MultipartReader(contentType: type))
        var events: [MultipartReader.Event] = []
        for start in stride(from: 0, to: body.count, by: pieces) {
            for event in try reader.read(Array(body[start..<min(start + pieces, body.count)])) {
                if case .bytes(let more) = event, case .bytes(let before)? = events.last {
                    events[events.count - 1] = .bytes(before + more)
                } else {
                    events.append(event)
                }
            }
        }
        try reader.finish()
        return events
    }

    @Test("A form is read the same however it is cut", arguments: [1, 2, 3, 5, 7, 11, 64, 1_000])
    func pieces(_ size: Int) throws {
        #expect(
            try read(Self.body, pieces: size) == [
                .part(.init(name: "messaging_product")), .bytes(Array("whatsapp".utf8)), .end,
                .part(.init(name: "file", fileName: #"a "b" ü "c".pdf"#, contentType: "application/pdf")),
                .bytes(Array("\r\n----x-\r\n--\r".utf8)), .end, .part(.init(name: "empty")), .end,
            ])
    }

    @Test("Every byte of a large part arrives, and little of it is held back")
    func large() throws {
        var random = SeededGenerator(seed: 7)
        // Full of beginnings of delimiters.
        let content = (0..<200_000).map { _ in Array("\r\n--\r\n----x-0".utf8).randomElement(using: &random) ?? 0 }
        let body = Array("----x-1\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n".utf8) + content + Array("\r\n----x-1--".utf8)
        var reader = try #require(MultipartReader(contentType: Self.type))
        var received: [UInt8] = []
        for start in stride(from: 0, to: body.count, by: 4_096) {
            let end = min(start + 4_096, body.count)
            for case .bytes(let bytes) in try reader.read(Array(body[start..<end])) { received += bytes }
            #expect(end - received.count < 200)
        }
        try reader.finish()
        #expect(received == content)
    }

    @Test(
        "What is no form is refused",
        arguments: [
            "----x-1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end", "no boundary at all", "", "----x-1x\r\n",
            "----x-1\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n\r\n----x-1--", "----x-1\r\n\r\n\r\n----x-1--",
            "----x-1\r\nContent-Type text/plain\r\n\r\n\r\n----x-1--", "----x-1\r\nX: \(String(repeating: "x", count: 20_000))",
        ])
    func malformed(_ body: String) {
        #expect(throws: MultipartReader.Malformed.self) { try read(Array(body.utf8), pieces: 100) }
    }

    @Test(
        "A form needs a content type with a boundary",
        arguments: [
            "application/json", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=a",
            "multipart/form-data; boundary=\(String(repeating: "x", count: 71))",
        ])
    func noForm(_ type: String) { #expect(MultipartReader(contentType: type) == nil) }
}
