/// Connections that a test makes up: what is sent, and what a strict reader of RFC 9112 makes of it.
struct RequestCorpus {
    /// One connection.
    struct Exchange {
        var bytes: [UInt8] = []
        /// Targets of the requests that are well-formed and stand before anything that is not, in order; the handler may see these and no others.
        var allowed: [String] = []
        /// Whether something malformed follows them, whose refusal ends the connection.
        var isBroken = false
        /// The kind of what is malformed.
        var kind = "none"
    }

    private var random: Numbers
    private var serial = 0

    init(seed: UInt64) { random = Numbers(state: seed) }

    /// SplitMix64.
    struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    /// Some good requests, as a rule something that is none, and then a request that nobody may see.
    mutating func exchange() -> Exchange {
        var exchange = Exchange()
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let (text, target) = wellFormed()
            exchange.bytes += Array(text.utf8)
            exchange.allowed.append(target)
        }
        guard Int.random(in: 0..<8, using: &random) > 0 else { return exchange }
        let (kind, bytes) = malformed()
        exchange.kind = kind
        exchange.isBroken = true
        exchange.bytes += bytes + Array("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        return exchange
    }

    /// A good connection with some bytes changed: nobody knows what it means, but it must not hurt.
    mutating func mutated() -> Exchange {
        var bytes: [UInt8] = []
        for _ in 0...Int.random(in: 0...2, using: &random) { bytes += Array(wellFormed().text.utf8) }
        for _ in 0...Int.random(in: 0...5, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
            case 1: bytes.insert([0x00, 0x0A, 0x0D, 0x20, 0x3A, 0xFF].randomElement(using: &random) ?? 0, at: place)
            case 2 where bytes.count > 1: bytes.remove(at: place)
            case 3: bytes.insert(contentsOf: Array(bytes[place..<min(bytes.count, place + 20)]), at: place)
            default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        }
        return Exchange(bytes: bytes, kind: "mutated")
    }

    private mutating func wellFormed() -> (text: String, target: String) {
        serial += 1
        let target = "/ok/\(serial)"
        let body = String(repeating: "b", count: Int.random(in: 0...40, using: &random))
        let size = String(body.utf8.count, radix: 16)
        let host = ["Host: a", "host:a", "HOST:   a", "Host:\ta  \t"].randomElement(using: &random) ?? "Host: a"
        // Blanks around a value are none of it (RFC 9110, 5.5).
        let blanks = ["", "", " ", "  "].randomElement(using: &random) ?? ""
        let chunked = body.isEmpty ? "" : "\(size);x=\"y z\"\r\n\(body)\r\n"
        let texts = [
            "GET \(target) HTTP/1.1\r\n\(host)\r\n\r\n",
            "OPTIONS \(target) HTTP/1.1\r\n\(host)\r\nX-Empty:\r\n\r\n",
            "DELETE http://a\(target) HTTP/1.1\r\n\(host)\r\n\r\n",
            "POST \(target) HTTP/1.1\r\n\(host)\r\nContent-Length: \(body.utf8.count)\(blanks)\r\n\r\n\(body)",
            "PUT \(target) HTTP/1.1\r\nContent-Length: \(body.utf8.count)\r\n\(host)\r\n\r\n\(body)",
            "POST \(target) HTTP/1.1\r\n\(host)\r\nTransfer-Encoding: chunked\(blanks)\r\n\r\n\(chunked)0\r\n\r\n",
            "PATCH \(target) HTTP/1.1\r\n\(host)\r\ntransfer-encoding:Chunked\r\n\r\n\(chunked)000\r\nX-Trailer: t\r\n\r\n",
        ]
        return (texts.randomElement(using: &random) ?? texts[0], target)
    }

    /// One thing that is no request, or two things at once; the head of each, unless it says otherwise, is complete.
    private mutating func malformed() -> (kind: String, bytes: [UInt8]) {
        func head(_ fields: String, _ body: String = "", method: String = "POST", target: String = "/bad", version: String = "HTTP/1.1") -> String {
            "\(method) \(target) \(version)\r\nHost: a\r\n\(fields)\r\n\(body)"
        }
        let number = Int.random(in: 2...9, using: &random)
        let long = String(repeating: "a", count: Int.random(in: 70_000...90_000, using: &random))
        let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
        let texts: [(String, String)] = [
            ("length and chunks", head("Content-Length: \(number)\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
            ("chunks and length", head("Transfer-Encoding: chunked\r\nContent-Length: \(smuggled.utf8.count + 5)\r\n", "0\r\n\r\n\(smuggled)")),
            ("two lengths", head("Content-Length: \(number)\r\nContent-Length: 0\r\n", smuggled)),
            ("twice the same length", head("Content-Length: 0\r\nContent-Length: 0\r\n")),
            ("a list of lengths", head("Content-Length: 0, 0\r\n")),
            ("a signed length", head("Content-Length: +0\r\n")),
            ("a negative length", head("Content-Length: -\(number)\r\n")),
            ("a hexadecimal length", head("Content-Length: 0x\(number)\r\n")),
            ("a length beyond all", head("Content-Length: 9223372036854775808\r\n")),
            ("a long length beyond all", head("Content-Length: 18446744073709551615 \r\n", smuggled)),
            ("an empty length", head("Content-Length:\r\n")),
            ("a field continued", head("X: a\r\n b\r\n")),
            ("a length continued", head("Content-Length:\r\n \(number)\r\n", smuggled)),
            ("an encoding continued", head("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")),
            ("another encoding", head("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
            ("chunks twice", head("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")),
            ("two encodings", head("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")),
            ("an encoding and a tab", head("Transfer-Encoding: chunked\t\r\n", "0\r\n\r\n")),
            ("an encoding hidden by a tab", head("Transfer-Encoding:\u{0B}chunked\r\n", "0\r\n\r\n")),
            ("a blank before the colon", head("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
            ("a name with a blank", head("Content Length: 0\r\n")),
            ("no name", head(": x\r\n")),
            ("a line that is no field", head("nothing\r\n")),
            ("a NUL in a value", head("X: a\u{0}b\r\n")),
            ("a NUL in a name", head("X\u{0}: b\r\n")),
            ("a bare CR in a value", head("X: a\rContent-Length: 5\r\n")),
            ("a size that is none", head("Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n0\r\n\r\n")),
            ("a size with a sign", head("Transfer-Encoding: chunked\r\n", "+3\r\nabc\r\n0\r\n\r\n")),
            ("a size with 0x", head("Transfer-Encoding: chunked\r\n", "0x3\r\nabc\r\n0\r\n\r\n")),
            ("a size beyond all", head("Transfer-Encoding: chunked\r\n", "ffffffffffffffff1\r\nabc\r\n0\r\n\r\n")),
            ("a chunk longer than its size", head("Transfer-Encoding: chunked\r\n", "2\r\nabc\r\n0\r\n\r\n")),
            ("a chunk shorter than its size", head("Transfer-Encoding: chunked\r\n", "5\r\nabc\r\n0\r\n\r\n")),
            ("an empty size", head("Transfer-Encoding: chunked\r\n", "\r\nabc\r\n0\r\n\r\n")),
            ("two hosts", head("Host: b\r\n")),
            ("no host", "GET /bad HTTP/1.1\r\n\r\n"),
            ("a host with a comma", "GET /bad HTTP/1.1\r\nHost: a, b\r\n\r\n"),
            ("chunks in 1.0", head("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", version: "HTTP/1.0")),
            ("version 2", head("", method: "GET", version: "HTTP/2.0")),
            ("version 0.9", "GET /bad\r\n\r\n"),
            ("a version that is none", head("", method: "GET", version: "HTTP/1.x")),
            ("a tunnel", head("", method: "CONNECT", target: "a:443")),
            ("a method that is none", head("", method: "GE T")),
            ("a target without a slash", head("", method: "GET", target: "bad")),
            ("a target with a control", head("", method: "GET", target: "/bad\u{7F}")),
            ("a target beyond ASCII", head("", method: "GET", target: "/bäd")),
            ("a target beyond all", head("", method: "GET", target: "/\(long)")),
            ("a field beyond all", head("X: \(long)\r\n")),
            ("too many fields", head((0...120).map { "X\($0): a\r\n" }.joined())),
            ("an expectation that is none", head("Expect: 200-maybe\r\n")),
            ("a TLS greeting", "\u{16}\u{03}\u{01}\u{00}\u{05}\u{01}\r\n\r\n"),
            ("HTTP/2's greeting", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ]
        let (kind, text) = texts[Int.random(in: 0..<texts.count, using: &random)]
        return (kind, Array(text.utf8))
    }
}
