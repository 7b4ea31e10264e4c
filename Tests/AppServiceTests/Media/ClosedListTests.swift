import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Transport
import TransportTestSupport

@testable import AppService

/// Whom the product asks on behalf of a message: from a closed list, and nobody else.
///
/// The list is one of names. That a name leads to another machine does not help an attacker: the hosts of Meta are asked by `https` only, so
/// whoever answers there must have a certificate for the name.
@Suite("Nobody is asked who is not on the list", .timeLimit(.minutes(2))) struct ClosedListTests {
    /// Ways to lead somebody astray. `{trap}` and `{base}` are ports: of who must not be asked, and of who may be.
    static let addresses = [
        "http://127.0.0.1:{trap}/x", "http://localhost:{trap}/x", "https://127.0.0.1:{trap}/x", "//127.0.0.1:{trap}/x",
        // Users.
        "http://graph.facebook.com@127.0.0.1:{trap}/", "https://graph.facebook.com@127.0.0.1:{trap}/", "http://127.0.0.1:{base}@127.0.0.1:{trap}/",
        "http://a:b@127.0.0.1:{trap}/", "https://lookaside.fbsbx.com:x@127.0.0.1:{trap}/.fbsbx.com", "http://127.0.0.1:{base}\\@127.0.0.1:{trap}/",
        // Numbers.
        "http://2130706433:{trap}/", "http://0x7f000001:{trap}/", "http://0x7f.0.0.1:{trap}/", "http://0177.0.0.1:{trap}/",
        "http://017700000001:{trap}/",
        "http://127.1:{trap}/", "http://127.0.0.1.:{trap}/", "http://0:{trap}/", "http://0.0.0.0:{trap}/", "http://127.0.0.2:{base}/",
        "http://[::1]:{trap}/", "http://[::ffff:127.0.0.1]:{trap}/", "http://[::ffff:7f00:1]:{trap}/", "http://[::ffff:127.0.0.1]:{base}/",
        "http://169.254.169.254/latest/meta-data/", "http://[fe80::1%25eth0]:{trap}/", "http://[fd00:ec2::254]/latest/meta-data/",
        // Meta's names, and names like them.
        "https://graph.facebook.com./x", "https://graph.facebook.com:8443/x", "https://graph.facebook.com:{trap}/x", "http://graph.facebook.com/x",
        "https://facebook.com.evil.example/x", "https://evilfacebook.com/x", "https://graph.faceb\u{43E}\u{43E}k.com/x",
        "https://graph\u{3002}facebook.com/x",
        "https://graph.facebook\u{2024}com/x", "https://xn--graph-facebook-c.com/x", "https://fbsbx.com/x", "https://evil.example#.fbsbx.com",
        "https://evil.example/?.fbsbx.com", "https://evil.example\\.fbsbx.com/", "https://evil.example%2f.fbsbx.com/",
        "https://evil.example%00.fbsbx.com/",
        // Signs.
        "http:\\\\127.0.0.1:{trap}\\x", "\\\\127.0.0.1:{trap}\\x", "http:/127.0.0.1:{trap}/x", "http:127.0.0.1:{trap}/x",
        "http:///127.0.0.1:{trap}/x",
        "http://127.0.0.1:{base}\r\nHost: 127.0.0.1:{trap}/", "http://127.0.0.1:{trap}/\r\nX: y", " http://127.0.0.1:{trap}/",
        "http://127.0.0.1:{trap}\u{0}/",
        "http://127.0.0.1\t:{trap}/", "http://127.0.0.1:{trap}:{base}/", "http://127.0.0.1%3A{trap}/",
        // Schemes.
        "file:///etc/passwd", "file://127.0.0.1:{trap}/x", "ftp://127.0.0.1:{trap}/x", "gopher://127.0.0.1:{trap}/_x", "ws://127.0.0.1:{trap}/x",
        "data:,x", "javascript:1", "unix:///run/x", "http+unix://%2Frun%2Fx/", "jar:http://127.0.0.1:{trap}/x!/",
    ]

    private static func filled(_ address: String, base: FileServer, trap: FileServer) -> String {
        address.replacing("{trap}", with: "\(trap.port)").replacing("{base}", with: "\(base.port)")
    }

    /// Runs `body` with somebody who may be asked and somebody who must not be; fails if that one is.
    private static func run(
        _ answer: @escaping @Sendable (FileServer.Request, Int) -> [FileServer.Step],
        _ body: (_ base: FileServer, _ trap: FileServer, HTTPClient) async throws -> Void
    ) async throws {
        let base = try FileServer(answer)
        defer { base.stop() }
        let trap = try FileServer { _, _ in FileServer.answer(200, body: "caught") }
        defer { trap.stop() }
        try await GraphDownloadTests.withClient { try await body(base, trap, $0) }
        #expect(trap.connectionCount == 0)
        #expect(trap.requests.isEmpty)
    }

    private static let credentials = GraphCredentials(accessToken: Secret("TOKEN-1"))

    private static func download(_ url: String, _ base: FileServer, _ client: HTTPClient) async throws -> GraphDownload {
        let graph = GraphClient(client: client, configuration: GraphClient.Configuration(baseURL: base.baseURL))
        return try await graph.download(url, limit: 1_000, with: credentials) { _ in Issue.record("\(url) was answered") }
    }

    @Test("A file of Meta's is fetched from Meta's hosts and the configured one")
    func media() async throws {
        try await Self.run { _, _ in
            FileServer.answer(200, body: "x")
        } _: { base, trap, client in
            for address in Self.addresses {
                let outcome = try await Self.download(Self.filled(address, base: base, trap: trap), base, client)
                #expect(outcome == .notAllowed, "\(address)")
            }
            #expect(base.requests.isEmpty)
        }
    }

    @Test("A redirect is followed to nobody else, and takes no token anywhere", arguments: [301, 302, 303, 307, 308])
    func redirects(_ status: Int) async throws {
        // What no header can hold is no redirect.
        let addresses = Self.addresses.filter { !$0.contains { $0.isNewline || $0 == "\u{0}" } && $0.unicodeScalars.allSatisfy { $0.value >= 0x20 } }
        let target = Mutex("")
        try await Self.run { _, _ in
            FileServer.answer(status, ["Location: \(target.withLock { $0 })"])
        } _: { base, trap, client in
            for (index, address) in addresses.enumerated() {
                target.withLock { $0 = Self.filled(address, base: base, trap: trap) }
                switch try await Self.download(base.baseURL + "/f", base, client) {
                case .notAllowed, .temporary: break
                case let outcome: Issue.record("\(address): \(outcome)")
                }
                #expect(base.requests.count == index + 1, "\(address)")
            }
        }
    }

    @Test("A file of Connect's is fetched from the very origin of its service, and given to no other", arguments: [301, 302, 303, 307, 308])
    func connect(_ status: Int) async throws {
        let target = Mutex("")
        try await Self.run { _, _ in
            FileServer.answer(status, ["Location: \(target.withLock { $0 })"])
        } _: { base, trap, client in
            let files = ConnectFileClient(client: client)
            for address in Self.addresses {
                let url = Self.filled(address, base: base, trap: trap)
                let outcome = try await files.download(url, base: base.baseURL, from: 0, limit: 1_000) { _ in Issue.record("\(address)") }
                #expect(outcome == .notAllowed, "\(address)")
                // An upload goes to the same addresses.
                #expect(files.absolute(url, base: base.baseURL) == nil, "\(address)")
            }
            #expect(base.requests.isEmpty)
            for address in ["http://127.0.0.1:{trap}/x", "//127.0.0.1:{trap}/x", "http://localhost:{base}/x", "http://u@127.0.0.1:{trap}/"] {
                target.withLock { $0 = Self.filled(address, base: base, trap: trap) }
                let outcome = try await files.download("f", base: base.baseURL, from: 0, limit: 1_000) { _ in Issue.record("\(address)") }
                #expect(outcome == .notAllowed || outcome == .gone, "\(address)")
            }
        }
    }

    @Test("The token stays at the origin where a download began, also among Meta's own hosts")
    func token() throws {
        func names(_ address: String, begunAt start: String) throws -> [String] {
            GraphClient.headers(for: try #require(FileAddress(address)), begunAt: try #require(FileAddress(start)), with: Self.credentials)
                .map(\.name)
        }
        #expect(try names("https://lookaside.fbsbx.com/b", begunAt: "https://lookaside.fbsbx.com/a") == ["Authorization"])
        for other in [
            "https://scontent.fbcdn.net/a", "https://graph.facebook.com/a", "https://lookaside.fbsbx.com:8443/a", "http://lookaside.fbsbx.com/a",
        ] {
            #expect(try names(other, begunAt: "https://lookaside.fbsbx.com/a") == [])
        }
    }

    /// Who stands behind a name after somebody has changed the DNS.
    enum Impostor: CaseIterable {
        /// With a certificate that nobody vouches for.
        case untrusted
        /// With a trusted certificate, for another name.
        case misnamed
        /// Nobody: the right server.
        case genuine
    }

    @Test("Who answers for a name without a certificate for it learns nothing", arguments: Impostor.allCases)
    func rebound(_ impostor: Impostor) async throws {
        let asked = Mutex(0)
        // The certificate is for `localhost` and 127.0.0.1.
        let address = "127.0.0.2"
        try await withServer(.init(host: address, tls: try TestCertificate.server())) { _ in
            asked.withLock { $0 += 1 }
            return .response(.text(.ok, "caught"))
        } _: { port in
            var configuration = GraphClient.mediaClientConfiguration
            configuration.dnsOverride = ["graph.facebook.com": address, "localhost": address]
            if impostor != .untrusted { configuration.tlsConfiguration = try TestCertificate.clientConfiguration() }
            let base = "https://\(impostor == .genuine ? "localhost" : "graph.facebook.com"):\(port)"
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            let graph = GraphClient(client: client, configuration: GraphClient.Configuration(baseURL: base))
            let received = Mutex(0)
            let outcome = try await graph.download("\(base)/x", limit: 1_000, with: Self.credentials) { part in
                received.withLock { $0 += part.readableBytes }
            }
            let description = await graph.describe("1", of: "2", with: Self.credentials)
            try await client.shutdown()
            guard impostor != .genuine else {
                #expect(received.withLock { $0 } == 6 && asked.withLock { $0 } == 2)
                return
            }
            #expect(received.withLock { $0 } == 0 && asked.withLock { $0 } == 0)
            guard case .temporary = outcome, case .notSent = description.outcome else {
                Issue.record("\(outcome), \(description.outcome)")
                return
            }
        }
    }
}
