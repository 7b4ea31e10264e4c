import NIOCore
import NIOHTTP1
import Testing
import TransportTestSupport

@testable import Transport

@Suite(.timeLimit(.minutes(5))) struct HTTPServerTests {
    @Test("A connection serves one request after the other")
    func keepsTheConnection() async throws {
        try await withServer(handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                for number in 1...3 {
                    try await connection.send("GET /\(number)?a=b HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    let response = try await connection.readResponse()
                    #expect(response.status == 200)
                    #expect(response.body == "GET /\(number)?a=b 0 ")
                    #expect(response.field("connection") == nil)
                    #expect(response.field("date")?.hasSuffix(" GMT") == true)
                }
            }
        }
    }

    @Test("Pipelined requests are answered in their order, with their bodies kept apart")
    func pipelines() async throws {
        try await withServer(handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send(
                    "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                        + "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1;x=y\r\nf\r\n0\r\nTrailer: t\r\n\r\n"
                        + "GET /4 HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.readResponse().body == "GET /1 0 ")
                #expect(try await connection.readResponse().body == "POST /2 3 abc")
                #expect(try await connection.readResponse().body == "POST /3 3 def")
                #expect(try await connection.readResponse().body == "GET /4 0 ")
            }
        }
    }

    @Test("A hundred pipelined requests are answered, although only a few are read ahead")
    func pipelinesMany() async throws {
        try await withServer(handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send((0..<100).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
                for number in 0..<100 {
                    #expect(try await connection.readResponse().body == "GET /\(number) 0 ")
                }
            }
        }
    }

    @Test("A request may arrive byte by byte")
    func takesSingleBytes() async throws {
        try await withServer(handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                for byte in "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".utf8 {
                    try await connection.send([byte])
                }
                #expect(try await connection.readResponse().body == "POST /a 3 abc")
            }
        }
    }

    struct Malformed: Sendable, CustomTestStringConvertible {
        var bytes: String
        var status: Int
        var testDescription: String { String(bytes.prefix(70).map { $0 == "\r\n" || $0 == "\r" || $0 == "\n" ? "|" : $0 }) }

        init(_ bytes: String, _ status: Int) {
            self.bytes = bytes
            self.status = status
        }
    }

    private static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test(
        "A malformed or ambiguous request is refused once, and nothing behind it is answered",
        arguments: [
            Malformed("NONSENSE\r\n\r\n", 400),
            Malformed("\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}", 400),
            Malformed("GET / HTTP/1.1\r\n\r\n", 400),
            Malformed("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            Malformed("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
            Malformed("GET / HTTP/1.1\r\n: a\r\nHost: a\r\n\r\n", 400),
            Malformed("GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400),
            Malformed("GET / HTTP/1.1\r\nHost: a\r\nX: b\u{0}c\r\n\r\n", 400),
            Malformed("GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n", 400),
            Malformed("GET noslash HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            Malformed("GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505),
            Malformed("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
            Malformed("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3 0\r\n\r\nabc", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\nabc", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775808\r\n\r\nabc", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775808\r\n\r\n", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\t\r\n\r\nabc", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", 400),
            Malformed("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            Malformed("POST / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nContent-Length: 1\r\n\r\na", 417),
            Malformed("GET /" + String(repeating: "a", count: 8192) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
            Malformed("GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 40_000) + "\r\n\r\n", 431),
            Malformed("GET / HTTP/1.1\r\nHost: a\r\n" + (0..<101).map { "X\($0): a\r\n" }.joined() + "\r\n", 431),
        ])
    func refusesMalformed(request: Malformed) async throws {
        try await withServer(handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send(request.bytes + Self.smuggled)
                let text = await connection.readAll()
                #expect(text.hasPrefix("HTTP/1.1 \(request.status) "), "\(text.prefix(100))")
                #expect(text.contains("Connection: close\r\n"))
                #expect(text.components(of: "HTTP/1.1 ") == 1)
                #expect(!text.contains("smuggled"))
            }
            // And the server lives.
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET /after HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.readResponse().status == 200)
            }
        }
    }

    @Test("Blanks around a value are none of it", arguments: ["", " ", " \t  "])
    func stripsBlanks(blanks: String) async throws {
        try await withServer { request in
            .response(.text(.ok, "[\(request.headers["host"][0])] [\(request.headers["x"][0])] [\(request.headers["empty"][0])]"))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                // Behind a length the parser takes blanks only: a tab is refused.
                let behindLength = blanks.replacing("\t", with: " ")
                for framing in ["Content-Length: 3\(behindLength)\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"] {
                    let fields = "Host:\(blanks)a\(blanks)\r\nX:\(blanks)b \tc\(blanks)\r\nEmpty:\(blanks)\r\nConnection: keep-alive\(blanks)\r\n"
                    try await connection.send("POST / HTTP/1.1\r\n\(fields)\(framing)")
                    let response = try await connection.readResponse()
                    #expect(response.status == 200)
                    #expect(response.body == "[a] [b \tc] []")
                }
            }
        }
    }

    @Test("Requests before a malformed one are answered")
    func answersBeforeTheMalformed() async throws {
        try await withServer(handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nNONSENSE\r\n\r\n")
                #expect(try await connection.readResponse().body == "GET /1 0 ")
                #expect(try await connection.readResponse().body == "GET /2 0 ")
                #expect(try await connection.readResponse().status == 400)
                #expect(await connection.readAll() == "")
            }
        }
    }

    @Test("HEAD is answered with the length and without the body")
    func answersHead() async throws {
        try await withServer(handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n")
                let head = try await connection.readResponse(withoutBody: true)
                #expect(head.field("content-length") == "10")
                #expect(try await connection.readResponse().body == "GET /b 0 ")
            }
        }
    }

    @Test("HTTP/1.0 closes unless it asks to keep the connection")
    func servesOldClients() async throws {
        try await withServer(handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                #expect(try await connection.readResponse().field("connection") == "keep-alive")
                try await connection.send("GET /2 HTTP/1.0\r\n\r\n")
                let response = try await connection.readResponse()
                #expect(response.body == "GET /2 0 ")
                #expect(response.field("connection") == "close")
                #expect(await connection.readAll() == "")
            }
        }
    }

    @Test("A client that asks to close is closed after the answer")
    func closesOnRequest() async throws {
        try await withServer(handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                let text = await connection.readAll()
                #expect(text.hasPrefix("HTTP/1.1 200 "))
                #expect(text.contains("\r\nConnection: close\r\n"))
            }
        }
    }

    @Test("A client that says that it will send no more is still answered")
    func answersHalfClosed() async throws {
        try await withServer(handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
                connection.finish()
                #expect(await connection.readAll().hasSuffix("POST /a 3 abc"))
            }
        }
    }

    @Test("A request knows its peer and its query")
    func describesTheRequest() async throws {
        try await withServer { request in
            .response(.text(.ok, "\(request.remoteAddress) \(request.isSecure) \(request.path) \(request.query["hub.mode"] ?? "")"))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET http://x/webhook?hub.mode=sub%20scribe HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.readResponse().body == "127.0.0.1 false /webhook sub scribe")
            }
        }
    }

    @Test("A response that cannot be sent becomes 500, and the server lives")
    func survivesBrokenResponses() async throws {
        try await withServer { request in
            request.path == "/ok" ? .response(.text(.ok, "ok")) : .response(.init(status: .ok, headers: ["X": "a\r\nb"]))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.readResponse().status == 500)
            }
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.readResponse().status == 200)
            }
        }
    }

    @Test("Connections above the maximum are closed at once, and taken again when others are gone")
    func limitsConnections() async throws {
        var configuration = HTTPServer.Configuration()
        configuration.maximumConnections = 2
        try await withServer(configuration, handler: describe) { port in
            try await withRawConnection(to: port) { first in
                try await first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try await first.readResponse()
                try await withRawConnection(to: port) { second in
                    try await second.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    _ = try await second.readResponse()
                    // Closing is the peer's turn now: both places are taken or just freed.
                    #expect(await second.readAll() == "")
                }
                try await withRawConnection(to: port) { third in
                    try await third.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    _ = try await third.readResponse()
                    try await withRawConnection(to: port) { fourth in
                        #expect(await fourth.readAll() == "")
                    }
                }
            }
        }
    }
}

extension String {
    /// How often the text is in it.
    func components(of text: String) -> Int {
        var count = 0
        var rest = self[...]
        while let start = rest.indices.first(where: { rest[$0...].hasPrefix(text) }) {
            count += 1
            rest = rest[rest.index(after: start)...]
        }
        return count
    }
}
