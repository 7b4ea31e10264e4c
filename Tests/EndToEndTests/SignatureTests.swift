import AppService
import Lab
import Testing

/// Every form that the signature's header field can have on the wire, at instances with no app secret, with one and with two.
@Suite("The webhook's signature on the wire", .timeLimit(.minutes(2))) struct SignatureTests {
    /// A request: how its header fields and its body are made, and what is answered where one secret counts and where two do.
    struct Variant: Sendable {
        var name: String
        var one: Int
        var two: Int
        /// The body; nil for a notification that names the variant.
        var body: [UInt8]?
        /// In how many chunks the body is sent; nil with a declared length.
        var chunks: Int?
        /// The lines of the head, for the signature under the secret.
        var fields: @Sendable (_ sign: @Sendable (_ secret: String) -> String, _ body: [UInt8]) -> [String]

        init(
            _ name: String, _ one: Int, _ two: Int? = nil, body: [UInt8]? = nil, chunks: Int? = nil,
            _ fields: @escaping @Sendable (_ sign: @Sendable (_ secret: String) -> String, _ body: [UInt8]) -> [String]
        ) {
            self.name = name
            self.one = one
            self.two = two ?? one
            self.body = body
            self.chunks = chunks
            self.fields = fields
        }

        /// A value in the place of the right one.
        init(_ name: String, _ one: Int, _ value: @escaping @Sendable (_ right: String) -> String) {
            self.init(name, one) { sign, _ in ["X-Hub-Signature-256: \(value(sign(first)))"] }
        }
    }

    static let first = "first-secret"
    static let second = "second-secret"

    private static func digits(_ signature: String) -> String { String(signature.dropFirst("sha256=".count)) }

    static let values: [Variant] = [
        Variant("right", 200) { $0 },
        Variant("capital digits", 200) { "sha256=" + digits($0).uppercased() },
        Variant("blanks before", 200) { "     " + $0 },
        Variant("a tabulator before", 200) { "\t" + $0 },
        Variant("blanks behind", 200) { $0 + "   " },
        Variant("a tabulator behind", 200) { $0 + "\t" },
        Variant("a blank inside", 401) { "sha256= " + digits($0) },
        Variant("a blank among the digits", 401) { $0.dropLast(4) + " " + $0.suffix(4) },
        Variant("a fold", 400) { "sha256=\(digits($0).prefix(32))\r\n \(digits($0).suffix(32))" },
        Variant("empty", 401) { _ in "" },
        Variant("only the scheme", 401) { _ in "sha256=" },
        Variant("no scheme", 401) { digits($0) },
        Variant("capital scheme", 401) { "SHA256=" + digits($0) },
        Variant("sha1 with these digits", 401) { "sha1=" + digits($0) },
        Variant("sha1", 401) { "sha1=" + digits($0).prefix(40) },
        Variant("sha512", 401) { "sha512=" + digits($0) + digits($0) },
        Variant("a colon in place of =", 401) { "sha256:" + digits($0) },
        Variant("one digit less", 401) { String($0.dropLast()) },
        Variant("two digits less", 401) { String($0.dropLast(2)) },
        Variant("one digit more", 401) { $0 + "0" },
        Variant("two digits more", 401) { $0 + "00" },
        Variant("no digit", 401) { $0.dropLast() + "g" },
        Variant("0x", 401) { "sha256=0x" + digits($0).dropFirst(2) },
        Variant("signs", 401) { _ in "sha256=" + String(repeating: "+1", count: 32) },
        Variant("wide digits", 401) { "sha256=" + digits($0).dropLast(3) + "１" },
        Variant("quoted", 401) { "\"\($0)\"" },
        Variant("a list", 401) { "\($0), \($0)" },
        Variant("a list with a wrong one", 401) { "\($0),sha256=\(String(repeating: "0", count: 64))" },
        Variant("a parameter", 401) { $0 + ";v=1" },
        Variant("zeros", 401) { _ in "sha256=" + String(repeating: "0", count: 64) },
        Variant("last digit another", 401) { $0.dropLast() + ($0.hasSuffix("0") ? "1" : "0") },
    ]

    private static let escaped = Array(#"{"entry":[],"x":"\u00e4\/b"}"#.utf8)
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    static let requests: [Variant] = [
        Variant("missing", 401) { _, _ in [] },
        Variant("the field's name in small letters", 200) { sign, _ in ["x-hub-signature-256: \(sign(first))"] },
        Variant("the field's name in capitals, and no blank", 200) { sign, _ in ["X-HUB-SIGNATURE-256:\(sign(first))"] },
        Variant("a blank before the colon", 400) { sign, _ in ["X-Hub-Signature-256 : \(sign(first))"] },
        Variant("the older field", 401) { sign, _ in ["X-Hub-Signature: \(sign(first))"] },
        Variant("twice the same", 401) { sign, _ in ["X-Hub-Signature-256: \(sign(first))", "x-hub-signature-256: \(sign(first))"] },
        Variant("a wrong one before", 401) { sign, _ in ["X-Hub-Signature-256: \(sign("x"))", "X-Hub-Signature-256: \(sign(first))"] },
        Variant("a wrong one behind", 401) { sign, _ in ["X-Hub-Signature-256: \(sign(first))", "X-Hub-Signature-256: \(sign("x"))"] },
        Variant("one for each secret", 401) { sign, _ in ["X-Hub-Signature-256: \(sign(first))", "X-Hub-Signature-256: \(sign(second))"] },
        Variant("the previous secret", 401, 200) { sign, _ in ["X-Hub-Signature-256: \(sign(second))"] },
        Variant("a third secret", 401) { sign, _ in ["X-Hub-Signature-256: \(sign("third-secret"))"] },
        Variant("no secret at all", 401) { sign, _ in ["X-Hub-Signature-256: \(sign(""))"] },
        Variant("a secret with a line end", 401) { sign, _ in ["X-Hub-Signature-256: \(sign(first + "\n"))"] },
        Variant("for a longer body", 401) { _, body in ["X-Hub-Signature-256: \(Workplace.signature(of: body + [0x0A], first))"] },
        Variant("for a shorter body", 401) { _, body in ["X-Hub-Signature-256: \(Workplace.signature(of: Array(body.dropLast()), first))"] },
        Variant("as Meta escapes it", 200, body: escaped) { sign, _ in ["X-Hub-Signature-256: \(sign(first))"] },
        Variant("for the same body without escapes", 401, body: escaped) { _, _ in
            ["X-Hub-Signature-256: \(Workplace.signature(of: Array(#"{"entry":[],"x":"ä/b"}"#.utf8), first))"]
        },
        Variant("for the body without its byte order mark", 401, body: byteOrderMark + escaped) { _, _ in
            ["X-Hub-Signature-256: \(Workplace.signature(of: escaped, first))"]
        },
        Variant("with a byte order mark", 200, body: byteOrderMark + escaped) { sign, _ in ["X-Hub-Signature-256: \(sign(first))"] },
        Variant("in one chunk", 200, chunks: 1) { sign, _ in ["X-Hub-Signature-256: \(sign(first))"] },
        Variant("in many chunks", 200, chunks: 20) { sign, _ in ["X-Hub-Signature-256: \(sign(first))"] },
        Variant("in chunks, wrong", 401, chunks: 3) { sign, _ in ["X-Hub-Signature-256: \(sign("x"))"] },
        Variant("empty and signed", 200, body: []) { sign, _ in ["X-Hub-Signature-256: \(sign(first))"] },
        Variant("empty and not signed", 401, body: []) { _, _ in [] },
        Variant("signed in a trailer", 401, chunks: 1) { _, _ in ["Trailer: X-Hub-Signature-256"] },
    ]

    @Test("What is signed with a secret that counts is taken, and nothing else; without a secret nobody may post")
    func table() async throws {
        let variants = Self.values + Self.requests
        try await Workplace.open { _ in
        } service: { configuration in
            for (name, secrets) in [("none", []), ("one", [Self.first]), ("two", [Self.first, Self.second])] {
                var instance = InstanceConfiguration(address: try InstanceAddress(domain: "example.com", name: name))
                instance.graph.appSecret = secrets.first.map { Secret($0) }
                instance.graph.previousAppSecret = secrets.dropFirst().first.map { Secret($0) }
                configuration.instances.append(instance)
            }
        } _: { workplace in
            for (name, expected) in [("none", { _ in 403 }), ("one", \.one), ("two", \.two)] as [(String, (Variant) -> Int)] {
                var accepted: Set<[UInt8]> = []
                for variant in variants {
                    let body = variant.body ?? Array(#"{"entry":[],"name":"\#(variant.name)"}"#.utf8)
                    let status = try await Self.post(variant, body, to: "/example.com/\(name)/webhook", at: workplace.service.application)
                    // A request that is no HTTP is none for an instance without a secret, too.
                    #expect(status == (variant.one == 400 ? 400 : expected(variant)), "\(name): \(variant.name)")
                    if status == 200 { accepted.insert(body) }
                }
                let reader = try LedgerReader(
                    at: StoreLocation(dataDirectory: workplace.dataDirectory, instance: try InstanceAddress(domain: "example.com", name: name)))
                try await eventually {
                    var rows = 0
                    try reader.forEach { _ in rows += 1 }
                    return rows == accepted.count
                }
                #expect(accepted.isEmpty == (name == "none"))
            }
        }
    }

    private static func post(_ variant: Variant, _ body: [UInt8], to path: String, at listener: String) async throws -> Int {
        let fields = variant.fields({ Workplace.signature(of: body, $0) }, body)
        var request = Array(("POST \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields.map { $0 + "\r\n" }.joined()).utf8)
        if let chunks = variant.chunks {
            request += Array("Transfer-Encoding: chunked\r\n\r\n".utf8)
            let size = max(1, (body.count + chunks - 1) / chunks)
            for start in stride(from: 0, to: body.count, by: size) {
                let part = body[start..<min(start + size, body.count)]
                request += Array("\(String(part.count, radix: 16))\r\n".utf8) + part + Array("\r\n".utf8)
            }
            let trailer = fields.contains { $0.hasPrefix("Trailer") } ? "X-Hub-Signature-256: \(Workplace.signature(of: body, first))\r\n" : ""
            request += Array("0\r\n\(trailer)\r\n".utf8)
        } else {
            request += Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
        }
        let bytes = request
        return try await RawSocket.open(listener) { socket in
            socket.send(bytes)
            return try await socket.readResponse().status
        }
    }
}
