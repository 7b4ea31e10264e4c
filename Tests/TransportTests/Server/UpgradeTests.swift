import NIOHTTP1
import Testing
import TransportTestSupport

@testable import Transport

@Suite(.timeLimit(.minutes(5))) struct UpgradeTests {
    private func expectEcho(_ text: String, on connection: inout RawConnection) async throws {
        try await connection.send(textFrame(text))
        #expect(try await connection.readFrame() == .text(text))
    }

    @Test("The first request of a connection may be the upgrade")
    func upgradesFirst() async throws {
        try await withServer(handler: echo) { port in
            try await withRawConnection(to: port) { connection in
                let response = try await connection.upgrade()
                #expect(response.status == 101)
                #expect(response.field("upgrade") == "websocket")
                #expect(response.field("connection")?.lowercased() == "upgrade")
                #expect(response.field("sec-websocket-accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                #expect(response.field("content-length") == nil)
                try await expectEcho("hello", on: &connection)
            }
        }
    }

    @Test("A later request of a kept connection may be the upgrade")
    func upgradesLater() async throws {
        try await withServer(handler: echo) { port in
            try await withRawConnection(to: port) { connection in
                for _ in 1...3 {
                    try await connection.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
                    #expect(try await connection.readResponse().body == "POST /a 2 ab")
                }
                #expect(try await connection.upgrade().status == 101)
                try await expectEcho("hello", on: &connection)
            }
        }
    }

    @Test("A pipelined request may be the upgrade, with frames right behind it")
    func upgradesPipelined() async throws {
        try await withServer(handler: echo) { port in
            try await withRawConnection(to: port) { connection in
                let bytes =
                    Array("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n\(upgradeRequest())".utf8)
                    + textFrame("one") + textFrame("two")
                try await connection.send(bytes)
                #expect(try await connection.readResponse().body == "GET /1 0 ")
                #expect(try await connection.readResponse().body == "GET /2 0 ")
                #expect(try await connection.readResponse().status == 101)
                #expect(try await connection.readFrame() == .text("one"))
                #expect(try await connection.readFrame() == .text("two"))
                try await expectEcho("three", on: &connection)
            }
        }
    }

    @Test("Bytes behind the upgrade are kept wherever the stream is cut")
    func keepsBytesAtEveryCut() async throws {
        let bytes = Array(upgradeRequest().utf8) + textFrame("one")
        try await withServer(handler: echo) { port in
            for cut in stride(from: bytes.count - 12, through: bytes.count, by: 1) {
                try await withRawConnection(to: port) { connection in
                    try await connection.send(Array(bytes[..<cut]))
                    try await connection.send(Array(bytes[cut...]))
                    #expect(try await connection.readResponse().status == 101)
                    #expect(try await connection.readFrame() == .text("one"))
                }
            }
        }
    }

    @Test("A slow decision about an upgrade loses nothing that arrives meanwhile")
    func keepsBytesDuringTheDecision() async throws {
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        try await withServer { _ in
            for await _ in gate { break }
            return .webSocket(.init(), echoMessages)
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send(upgradeRequest())
                for number in 0..<100 { try await connection.send(textFrame("\(number)")) }
                opener.finish()
                #expect(try await connection.readResponse().status == 101)
                for number in 0..<100 { #expect(try await connection.readFrame() == .text("\(number)")) }
            }
        }
    }

    @Test("After an upgrade was refused the connection goes on, and the next may succeed")
    func continuesAfterRefusal() async throws {
        try await withServer(handler: echo) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send(upgradeRequest("/other") + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.readResponse().body == "GET /other 0 ")
                #expect(try await connection.readResponse().body == "GET /next 0 ")
                #expect(try await connection.upgrade("/other").body == "GET /other 0 ")
                #expect(try await connection.upgrade().status == 101)
                try await expectEcho("hello", on: &connection)
            }
        }
    }

    @Test("An upgrade to another protocol is answered as any request, body included")
    func ignoresOtherUpgrades() async throws {
        try await withServer(handler: echo) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send(
                    "POST /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabc")
                #expect(try await connection.readResponse().body == "POST /a 3 abc")
                #expect(try await connection.upgrade().status == 101)
                try await expectEcho("hello", on: &connection)
            }
        }
    }

    @Test("Extensions, subprotocols and any origin are accepted and not agreed upon")
    func negotiatesNothing() async throws {
        let fields =
            "Origin: https://elsewhere.example.com\r\nSec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: chat\r\n"
        try await withServer(handler: echo) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send(upgradeRequest("/ws", also: fields))
                let response = try await connection.readResponse()
                #expect(response.status == 101)
                #expect(response.field("sec-websocket-extensions") == nil)
                #expect(response.field("sec-websocket-protocol") == nil)
            }
        }
    }

    @Test("A plain request for a WebSocket's address is answered 426 and says what is wanted")
    func wantsUpgrades() async throws {
        try await withServer(handler: echo) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n")
                let response = try await connection.readResponse()
                #expect(response.status == 426)
                #expect(response.field("upgrade") == "websocket")
                #expect(response.field("sec-websocket-version") == "13")
                #expect(try await connection.upgrade().status == 101)
            }
        }
    }

    @Test(
        "An opening handshake that is not right is refused",
        arguments: [
            ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8", 426), ("dGhlIHNhbXBsZSBub25jZQ==", "short", 400),
            ("GET /ws", "POST /ws", 400), ("HTTP/1.1", "HTTP/1.0", 426),
        ])
    func refusesBadHandshakes(part: String, replacement: String, status: Int) async throws {
        try await withServer(handler: echo) { port in
            try await withRawConnection(to: port) { connection in
                let request = upgradeRequest()
                let start = try #require(request.indices.first { request[$0...].hasPrefix(part) })
                try await connection.send(request[..<start] + replacement + request[start...].dropFirst(part.count))
                #expect(try await connection.readResponse().status == status)
            }
        }
    }
}
