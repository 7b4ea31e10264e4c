import NIOCore
import NIOHTTP1
import NIOSSL
import Testing
import TransportTestSupport

@testable import Transport

@Suite(.timeLimit(.minutes(5))) struct TLSTests {
    private func configuration() throws -> HTTPServer.Configuration {
        HTTPServer.Configuration(tls: try TestCertificate.server())
    }

    @Test("Requests are answered over TLS, and know it", arguments: [TLSVersion.tlsv12, .tlsv13])
    func serves(version: TLSVersion) async throws {
        var tls = try TestCertificate.clientConfiguration()
        tls.minimumTLSVersion = version
        tls.maximumTLSVersion = version
        try await withServer(configuration()) { request in
            .response(.text(.ok, "\(request.isSecure)"))
        } _: { port in
            try await withRawConnection(to: port, tls: tls) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.readResponse().body == "true")
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                #expect(await connection.readAll().hasSuffix("true"))
            }
        }
    }

    @Test("TLS 1.1 is refused, even if the configuration allows it")
    func refusesOldVersions() async throws {
        var old = try TestCertificate.serverConfiguration()
        old.minimumTLSVersion = .tlsv1
        let configuration = HTTPServer.Configuration(tls: try ServerTLS(old))
        var tls = try TestCertificate.clientConfiguration()
        tls.minimumTLSVersion = .tlsv1
        tls.maximumTLSVersion = .tlsv11
        try await withServer(configuration, handler: describe) { [tls] port in
            await #expect(throws: (any Error).self) {
                try await withRawConnection(to: port, tls: tls) { connection in
                    try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    _ = try await connection.readResponse()
                }
            }
        }
    }

    @Test("New connections get a certificate that was replaced, open ones go on; what does not fit together is refused and changes nothing")
    func replaces() async throws {
        let tls = try TestCertificate.server()
        try await withServer(HTTPServer.Configuration(tls: tls), handler: describe) { port in
            func asks(_ certificate: TestCertificate) async -> Bool {
                do {
                    return try await withRawConnection(to: port, tls: certificate.clientConfiguration()) { connection in
                        try await connection.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
                        return try await connection.readResponse().body == "GET /a 0 "
                    }
                } catch {
                    return false
                }
            }
            #expect(await asks(.first))
            #expect(await !asks(.second))
            try await withRawConnection(to: port, tls: TestCertificate.clientConfiguration()) { open in
                try tls.replace(with: TestCertificate.second.serverConfiguration())
                #expect(await asks(.second))
                #expect(await !asks(.first))
                try await open.send("GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await open.readResponse().body == "GET /b 0 ")
            }
            let mixed = TestCertificate(certificatePEM: TestCertificate.first.certificatePEM, keyPEM: TestCertificate.second.keyPEM)
            #expect(throws: (any Error).self) { try tls.replace(with: mixed.serverConfiguration()) }
            #expect(await asks(.second))
        }
    }

    @Test("Plain text to a TLS port ends the connection, and the server lives")
    func survivesPlainText() async throws {
        try await withServer(configuration(), handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(!(await connection.readAll()).contains("HTTP/1.1"))
            }
            try await withRawConnection(to: port, tls: TestCertificate.clientConfiguration()) { connection in
                try await connection.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.readResponse().body == "GET /a 0 ")
            }
        }
    }

    @Test("A WebSocket goes over TLS, by name and by address", arguments: ["localhost", "127.0.0.1"])
    func upgrades(host: String) async throws {
        let client = WebSocketClient(tls: try TestCertificate.clientConfiguration(), logger: silentLogger)
        try await withServer(configuration(), handler: echo) { port in
            try await client.withConnection(to: "wss://\(host):\(port)/ws") { connection in
                try await connection.send(binary: ByteBuffer(repeating: 3, count: 300_000))
                #expect(try await connection.receive() == .binary(ByteBuffer(repeating: 3, count: 300_000)))
            }
        }
    }

    @Test("A server that is not trusted is unreachable")
    func checksTheCertificate() async throws {
        let client = WebSocketClient(logger: silentLogger)
        try await withServer(configuration(), handler: echo) { port in
            let error = await #expect(throws: WebSocketConnectError.self) {
                try await client.withConnection(to: "wss://localhost:\(port)/ws") { _ in }
            }
            guard case .unreachable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }
}
