import Testing

@testable import AppService

@Suite struct FileAddressTests {
    @Test(
        "A URL is written as it will be called",
        arguments: [
            ("https://lookaside.fbsbx.com/whatsapp?mid=1&ext=2&hash=A-b_c~", "https://lookaside.fbsbx.com/whatsapp?mid=1&ext=2&hash=A-b_c~"),
            ("HTTPS://Example.COM", "https://example.com/"), ("https://a:443/x", "https://a/x"), ("http://a:443", "http://a:443/"),
            ("http://a:80/", "http://a/"), ("http://[::1]:8080/f", "http://[::1]:8080/f"), ("https://a?b", "https://a/?b"),
            ("https://a/b#c?d", "https://a/b"), ("https://a/ä b\"", "https://a/%C3%A4%20b%22"), ("https://a/%C3%A4", "https://a/%C3%A4"),
            ("https://a/b/../c/./d", "https://a/c/d"), ("https://a/../../b", "https://a/b"), ("https://a/b/..", "https://a/"),
            ("https://a/b/.", "https://a/b/"), ("https://a//b", "https://a//b"), ("https://a/b?x=/../y", "https://a/b?x=/../y"),
        ]
    )
    func written(text: String, address: String) {
        #expect(FileAddress(text)?.description == address)
    }

    @Test(
        "What two readers could read differently is no address",
        arguments: [
            "", "a", "/a", "//a/b", "ftp://a/b", "https:a", "https://", "https:///a", "https://user@a/", "https://user:p@a/", "https://a:0/",
            "https://a:65536/", "https://a:/", "https://a:8x/", "https://a b/", "https://a\\@b/", "https://a/\\b", "https://ä/", "https://a%2eb/",
            "https://a/\r\nX: 1", "https://a/\u{0}", "https://[::1", "https://[1.2.3.4]/", "https://[::1]x/", " https://a/", "file:///etc/passwd",
        ]
    )
    func refused(text: String) {
        #expect(FileAddress(text) == nil)
    }

    @Test(
        "A reference means what it means in a browser",
        arguments: [
            ("files/1?k=2", "https://h:8443/d/i/files/1?k=2"), ("/x", "https://h:8443/x"), ("?q", "https://h:8443/d/i/?q"),
            ("../y", "https://h:8443/d/y"), ("./z", "https://h:8443/d/i/z"), ("//other/x", "https://other/x"), ("http://other/x", "http://other/x"),
            ("", "https://h:8443/d/i/"), ("#f", "https://h:8443/d/i/"), ("a b/ü", "https://h:8443/d/i/a%20b/%C3%BC"),
            ("../../../../z", "https://h:8443/z"), ("x?u=http://a/b", "https://h:8443/d/i/x?u=http://a/b"),
            ("/\\evil", nil), ("javascript:1", nil), ("data:,x", nil), ("a:b", nil), ("//u@h/", nil), ("x\r\ny", nil),
        ] as [(String, String?)]
    )
    func resolved(reference: String, address: String?) throws {
        let base = try #require(FileAddress("https://h:8443/d/i/"))
        #expect(base.resolving(reference)?.description == address)
    }

    @Test("An address without scheme and port has the same origin as one with them")
    func origins() throws {
        #expect(FileAddress("https://A/")?.origin == FileAddress("https://a:443/b")?.origin)
        #expect(FileAddress("https://a/")?.origin != FileAddress("http://a/")?.origin)
        #expect(FileAddress("https://a/")?.origin != FileAddress("https://a:444/")?.origin)
        #expect(FileAddress("https://a/")?.origin != FileAddress("https://a./")?.origin)
    }

    @Test(
        "Of Meta's hosts all are asked, and of others only the configured one",
        arguments: [
            ("https://lookaside.fbsbx.com/w?mid=1", true), ("https://scontent.xx.fbcdn.net/a", true), ("https://graph.facebook.com/x", true),
            ("https://mmg.whatsapp.net/a", true), ("https://lookaside.fbsbx.com:443/w", true), ("http://127.0.0.1:9/media", true),
            ("http://lookaside.fbsbx.com/w", false), ("https://lookaside.fbsbx.com:8443/w", false), ("https://evilfbsbx.com/w", false),
            ("https://fbsbx.com.evil.example/w", false), ("https://evil.example/.fbsbx.com", false), ("https://evil.example?.fbsbx.com", false),
            ("http://127.0.0.1:10/media", false), ("https://127.0.0.1:9/media", false), ("http://localhost:9/media", false),
            ("https://lookaside.fbsbx.com./w", false),
        ]
    )
    func hosts(url: String, isAllowed: Bool) throws {
        let address = try #require(FileAddress(url))
        #expect(GraphMediaHosts(baseURL: "http://127.0.0.1:9").allow(address) == isAllowed)
    }

    @Test(
        "A content range is read, or not at all",
        arguments: [
            ("bytes 5-9/10", .part(first: 5, last: 9, length: 10)), ("bytes 0-0/*", .part(first: 0, last: 0, length: nil)),
            ("Bytes  5-9/10", .part(first: 5, last: 9, length: 10)), ("bytes */10", .unsatisfied(length: 10)),
            ("bytes */*", .unsatisfied(length: nil)),
            ("bytes 9-5/10", nil), ("bytes 5-10/10", nil), ("bytes 5-/10", nil), ("bytes -5/10", nil), ("bytes 5-9", nil), ("5-9/10", nil),
            ("bytes +5-9/10", nil), ("bytes 5-9/99999999999999999999", nil), ("items 5-9/10", nil), ("", nil),
        ] as [(String, ContentRange?)]
    )
    func contentRange(text: String, range: ContentRange?) {
        #expect(ContentRange(text) == range)
    }

    @Test(
        "A component of a path keeps only what means nothing", arguments: [("aZ0-._~", "aZ0-._~"), ("ä b/&=?#%+", "%C3%A4%20b%2F%26%3D%3F%23%25%2B")])
    func component(text: String, encoded: String) {
        #expect(PercentEncoding.component(text) == encoded)
    }
}
