import Testing

@testable import Transport

@Suite struct RequestTargetTests {
    @Test(
        "The path is what stands before query and fragment",
        arguments: [
            ("/", "/"), ("/a/b", "/a/b"), ("/a%2Fb?c=d", "/a%2Fb"), ("/a?b?c", "/a"), ("*", "*"), ("/a#b?c", "/a"),
            ("http://host/a?b", "/a"), ("http://host:80", "/"), ("https://host?b=c", "/"), ("//host/a", "//host/a"),
            ("/a?u=http://host/b", "/a"), ("", ""), ("a", "a"),
        ])
    func findsThePath(uri: String, path: String) {
        #expect(RequestTarget(uri).path == path)
        #expect(RequestTarget.path(of: uri) == path)
    }

    @Test(
        "The query is decoded as a form, in order",
        arguments: [
            ("/", []),
            ("/?", []),
            ("/?a=1&b=2", [("a", "1"), ("b", "2")]),
            (
                "/?hub.mode=subscribe&hub.challenge=115&hub.verify_token=t%26t",
                [
                    ("hub.mode", "subscribe"), ("hub.challenge", "115"), ("hub.verify_token", "t&t"),
                ]
            ),
            ("/?b&a=&=c&&a=2", [("b", ""), ("a", ""), ("", "c"), ("a", "2")]),
            ("/?a=b=c", [("a", "b=c")]),
            ("/?a+b=c+d%2B", [("a b", "c d+")]),
            ("/?a=%C3%BC%e2%82%ac", [("a", "ü€")]),
            ("/?a=%&b=%4&c=%zz&d=%%41", [("a", "%"), ("b", "%4"), ("c", "%zz"), ("d", "%A")]),
            ("/?a=%FF", [("a", "\u{FFFD}")]),
            ("http://host/p?a=1", [("a", "1")]),
        ] as [(String, [(String, String)])])
    func decodesTheQuery(uri: String, items: [(String, String)]) {
        #expect(RequestTarget(uri).query == items.map { QueryItem(name: $0.0, value: $0.1) })
    }

    @Test("A query's value is found by its name")
    func findsValues() {
        let query = RequestTarget("/?a=1&b=2&a=3").query
        #expect(query["a"] == "1")
        #expect(query["b"] == "2")
        #expect(query["c"] == nil)
    }
}
