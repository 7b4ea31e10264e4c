import NIOHTTP1
import Testing

@testable import Transport

@Suite struct HTTPRequestRulesTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        var method = HTTPMethod.GET
        var uri = "/"
        var version = HTTPVersion.http1_1
        var fields: [(String, String)] = [("Host", "localhost")]
        var status: UInt?

        var testDescription: String { "\(method) \(uri.prefix(40)) \(version) \(fields.map(\.0))" }
    }

    @Test(
        "Requests that are ambiguous or not understood are refused",
        arguments: [
            Vector(status: nil),
            Vector(fields: [], status: 400),
            Vector(version: .http1_0, fields: [], status: nil),
            Vector(fields: [("Host", "a"), ("Host", "a")], status: 400),
            Vector(fields: [("Host", "a b")], status: 400),
            Vector(version: .http2, status: 505),
            Vector(method: .CONNECT, uri: "host:443", status: 501),
            Vector(method: .OPTIONS, uri: "*", status: nil),
            Vector(method: .GET, uri: "*", status: 400),
            Vector(uri: "no/slash", status: 400),
            Vector(uri: "http://localhost/a", status: nil),
            Vector(uri: "/ü", status: 400),
            Vector(uri: "/" + String(repeating: "a", count: 8191), status: nil),
            Vector(uri: "/" + String(repeating: "a", count: 8192), status: 414),
            Vector(uri: "/?" + String(repeating: "a", count: 16000), status: nil),
            Vector(uri: "/?" + String(repeating: "a", count: 17000), status: 414),
            Vector(fields: [("Host", "a"), ("X", "a\rb")], status: 400),
            Vector(fields: [("Host", "a"), ("X", "a\u{0}b")], status: 400),
            Vector(fields: [("Host", "a"), ("X", "a\tb")], status: nil),
            Vector(method: .POST, fields: [("Host", "a"), ("Content-Length", "5")], status: nil),
            Vector(method: .POST, fields: [("Host", "a"), ("Content-Length", "5"), ("Content-Length", "5")], status: 400),
            Vector(method: .POST, fields: [("Host", "a"), ("Content-Length", "5"), ("Content-Length", "6")], status: 400),
            Vector(method: .POST, fields: [("Host", "a"), ("Content-Length", "+5")], status: 400),
            Vector(method: .POST, fields: [("Host", "a"), ("Content-Length", "5, 5")], status: 400),
            Vector(method: .POST, fields: [("Host", "a"), ("Content-Length", "")], status: 400),
            Vector(method: .POST, fields: [("Host", "a"), ("Content-Length", "99999999999999999999")], status: 400),
            Vector(method: .POST, fields: [("Host", "a"), ("Transfer-Encoding", "chunked")], status: nil),
            Vector(method: .POST, fields: [("Host", "a"), ("Transfer-Encoding", "Chunked")], status: nil),
            Vector(method: .POST, fields: [("Host", "a"), ("Transfer-Encoding", "gzip, chunked")], status: 501),
            Vector(method: .POST, fields: [("Host", "a"), ("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")], status: 501),
            Vector(method: .POST, fields: [("Host", "a"), ("Transfer-Encoding", "chunked"), ("Content-Length", "5")], status: 400),
            Vector(method: .POST, version: .http1_0, fields: [("Transfer-Encoding", "chunked")], status: 400),
            Vector(method: .POST, fields: [("Host", "a"), ("Expect", "100-Continue")], status: nil),
            Vector(method: .POST, fields: [("Host", "a"), ("Expect", "200-ok")], status: 417),
            Vector(method: .POST, version: .http1_0, fields: [("Expect", "200-ok")], status: nil),
        ])
    func refuses(vector: Vector) {
        let head = HTTPRequestHead(version: vector.version, method: vector.method, uri: vector.uri, headers: HTTPHeaders(vector.fields))
        #expect(HTTPRequestRules.refusal(of: head)?.code == vector.status)
    }

    @Test("A body is announced by a length above zero or by chunks")
    func knowsBodies() {
        func head(_ fields: HTTPHeaders) -> HTTPRequestHead { HTTPRequestHead(version: .http1_1, method: .POST, uri: "/", headers: fields) }
        #expect(!HTTPRequestRules.hasBody(head([:])))
        #expect(!HTTPRequestRules.hasBody(head(["Content-Length": "0"])))
        #expect(HTTPRequestRules.hasBody(head(["Content-Length": "1"])))
        #expect(HTTPRequestRules.hasBody(head(["Content-Length": "9223372036854775808"])))
        #expect(HTTPRequestRules.hasBody(head(["Transfer-Encoding": "chunked"])))
        #expect(HTTPRequestRules.bodyLength(of: head(["Content-Length": "7"])) == 7)
        #expect(HTTPRequestRules.bodyLength(of: head(["Transfer-Encoding": "chunked"])) == nil)
    }
}
