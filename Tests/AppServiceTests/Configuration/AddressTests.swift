import Testing

@testable import AppService

@Suite("Addresses in the configuration")
struct AddressTests {
    @Test(
        "Addresses of instances",
        arguments: [("example.com", "whatsapp"), ("EXAMPLE.com", "wa-1"), ("a", "g"), ("10.0.0.1", "whats_app"), ("managers", "face-1")]
    )
    func instances(domain: String, name: String) throws {
        let address = try InstanceAddress(domain: domain, name: name)
        #expect(address.description == "\(domain)/\(name)")
        #expect(address.path == "/\(domain)/\(name)")
        #expect(InstanceAddress("\(domain)/\(name)") == address)
    }

    @Test(
        "What cannot be an instance's address",
        arguments: [
            ("", "whatsapp", InstanceAddress.Problem.domainCharacters), ("a b", "whatsapp", .domainCharacters), ("..", "whatsapp", .domainCharacters),
            ("a/b", "whatsapp", .domainCharacters), ("exämple.com", "whatsapp", .domainCharacters), ("a%2fb", "whatsapp", .domainCharacters),
            (String(repeating: "a", count: 254), "whatsapp", .domainCharacters), ("manager", "whatsapp", .reservedDomain),
            ("Manager", "whatsapp", .reservedDomain), ("a", "", .nameCharacters), ("a", ".", .nameCharacters), ("a", "-x", .nameCharacters),
            ("a", "w/x", .nameCharacters), ("a", String(repeating: "w", count: 64), .nameCharacters), ("a", "cafe", .nameLikeBuild),
            ("a", "CAFE", .nameLikeBuild), ("a", "160001", .nameLikeBuild), ("a", "a", .nameLikeBuild),
        ]
    )
    func noInstances(domain: String, name: String, problem: InstanceAddress.Problem) {
        #expect(throws: problem) { try InstanceAddress(domain: domain, name: name) }
    }

    @Test("Other texts are no instance addresses", arguments: ["", "a", "/", "a/b/whatsapp", "a/whatsapp/", "/a/whatsapp"])
    func noInstanceTexts(text: String) {
        #expect(InstanceAddress(text) == nil)
    }

    @Test(
        "Addresses to listen on",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080, true), ("localhost:0", "localhost", 0, true), ("[::1]:443", "::1", 443, true),
            ("[::]:65535", "::", 65_535, false), (":8080", "0.0.0.0", 8080, false), ("*:1", "0.0.0.0", 1, false),
            ("ap.example.com:80", "ap.example.com", 80, false),
        ]
    )
    func listening(text: String, host: String, port: Int, isLoopback: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address == ListenAddress(host: host, port: port))
        #expect(address.isLoopback == isLoopback)
        #expect(ListenAddress(address.description) == address)
    }

    @Test(
        "Other texts are no addresses to listen on",
        arguments: ["", ":", "a", "a:", "a:-1", "a:+1", "a:65536", "::1:80", "[::1]", "[x]:1", "a b:1", "http://a:1", "a:٣"])
    func notListening(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test(
        "Ranges of addresses",
        arguments: [
            ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "10.0.0.2", false), ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true), ("::ffff:10.0.0.1", "10.0.0.1", true), ("192.168.128.0/17", "192.168.127.255", false),
            ("192.168.128.0/17", "192.168.128.0", true), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false), ("::/0", "2001:db8::1", true),
            ("fe80::/10", "fe80::1%eth0", true), ("10.0.0.1", "not an address", false), ("10.0.0.1", "", false),
        ]
    )
    func ranges(range: String, address: String, isInside: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(address) == isInside)
    }

    @Test(
        "Other texts are no ranges",
        arguments: ["", "a", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "10.0.0.0/8/8", "010.0.0.1", "/8"])
    func noRanges(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(
        "Public URLs",
        arguments: [
            ("https://ap.example.com", "https://ap.example.com", "wss://ap.example.com", false),
            ("https://ap.example.com/", "https://ap.example.com", "wss://ap.example.com", false),
            ("HTTPS://AP.Example.com:8443/Base//", "https://ap.example.com:8443/Base", "wss://ap.example.com:8443/Base", false),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "ws://127.0.0.1:8080", true),
            ("http://[::1]:8080", "http://[::1]:8080", "ws://[::1]:8080", true),
            ("http://localhost", "http://localhost", "ws://localhost", true),
            ("http://127.0.0.1.example.com", "http://127.0.0.1.example.com", "ws://127.0.0.1.example.com", false),
        ]
    )
    func publicURLs(text: String, base: String, webSocketBase: String, isLoopback: Bool) throws {
        let url = try #require(PublicURL(text))
        #expect(url.description == base)
        #expect(url.webSocketBase == webSocketBase)
        #expect(url.isLoopback == isLoopback)
        #expect(url.appending("/a/b") == base + "/a/b")
    }

    @Test(
        "Other texts are no public URLs",
        arguments: [
            "", "https://", "https:///a", "ap.example.com", "ftp://a", "https://a?b", "https://a#b", "https://u@a", "https://u:p@a", "https://a:0",
            "https://a:x",
            "https://a:70000", "https://a b", "https://[::1", "https://[x]", "https://[::1]x", "https://ä.example",
            "https://127.0.0.1\\@evil.example",
        ]
    )
    func noPublicURLs(text: String) {
        #expect(PublicURL(text) == nil)
    }
}
