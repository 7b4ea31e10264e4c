import NIOHTTP1
import Testing

@testable import Lab

@Suite(.timeLimit(.minutes(5))) struct ConnectPushTests {
    /// Announces files with a post, and returns its id and the URL to push to.
    private static func announce(_ count: Int, _ bench: ConnectFileBench) async throws -> (id: UInt64, url: String) {
        let result = try await bench.ask(#"{"mt":"Post","src":"p","topic":"whatsapp","text":"x","attaching":\#(count),"filterSrc":"f"}"#)
        let session = try #require(result["session"]?.identifier)
        let key = try #require(result["key"]?.identifier)
        return (try #require(result["id"]?.identifier), "files?session=\(session)&key=\(key)&name=")
    }

    private static func seen(_ id: UInt64, by sip: String, _ lab: Lab) -> Bool { lab.connect.view(of: sip).contains { $0.id == id } }

    @Test("A post with announced files is shown to others when the last one has arrived")
    func pushed() async throws {
        try await ConnectFileBench.run { bench in
            let lab = bench.lab
            let (id, url) = try await Self.announce(2, bench)
            #expect(!Self.seen(id, by: "anna", lab) && Self.seen(id, by: "whatsapp", lab))
            let first = try await bench.upload([1], to: "\(url)a%20b.pdf", mime: "application/pdf")
            #expect(first.status == 200 && first.text == #"{"ok":true,"id":4294967301}"#)
            #expect(!Self.seen(id, by: "anna", lab))
            #expect(try await bench.upload([2, 3], to: "\(url)..%2Fc.ogg", mime: "audio/ogg").status == 200)
            #expect(Self.seen(id, by: "anna", lab))
            let files = try #require(lab.connect.posts.first?.files)
            #expect(
                files.map(\.name) == ["a b.pdf", "c.ogg"] && files.map(\.size) == [1, 2] && files.map(\.mime) == ["application/pdf", "audio/ogg"])
            #expect(lab.connect.fileCounts == ConnectFileCounts(pushes: 2, bytesTaken: 3))
            #expect(try await bench.upload([4], to: "\(url)d").status == 404)
            #expect(lab.connect.violations.isEmpty)
        }
    }

    @Test("After a minute a post is shown with what is there, and takes nothing more")
    func timeOver() async throws {
        try await ConnectFileBench.run { bench in
            let lab = bench.lab
            let (id, url) = try await Self.announce(2, bench)
            _ = try await bench.upload([1], to: "\(url)a")
            lab.clock.advance(by: .milliseconds(59_999))
            #expect(!Self.seen(id, by: "anna", lab))
            lab.clock.advance(by: .milliseconds(1))
            try await lab.connect.wait(until: "the post is shown") { _ in Self.seen(id, by: "anna", lab) }
            #expect(lab.connect.posts.first?.files.count == 1)
            #expect(try await bench.upload([2], to: "\(url)b").status == 404)
        }
    }

    @Test("Live filters get the post when it is shown, once, and the author's own one never")
    func live() async throws {
        try await ConnectFileBench.run { bench in
            for source in ["f", "g"] { _ = try await bench.ask(#"{"mt":"SetFilter","src":"\#(source)","filter":{},"count":0}"#) }
            let (id, url) = try await Self.announce(1, bench)
            _ = try await bench.upload([1], to: "\(url)a")
            let add = try await bench.receive()
            #expect(add["mt"] == "Add" && add["src"] == "g" && add["id"]?.identifier == id)
            #expect(try await bench.ask(#"{"mt":"ReadTopics","src":"r"}"#)["mt"] == "Topic")
        }
    }

    @Test("A change of a post can announce files too")
    func update() async throws {
        try await ConnectFileBench.run { bench in
            let id = try #require(try await bench.ask(#"{"mt":"Post","src":"p","topic":"whatsapp","text":"x"}"#)["id"]?.identifier)
            let result = try await bench.ask(#"{"mt":"Update","src":"u","id":\#(id),"text":"y","attaching":1}"#)
            let url = "files?session=\(result["session"]?.text() ?? "")&key=\(result["key"]?.text() ?? "")&name=a"
            #expect(try await bench.upload([1], to: url).status == 200)
            #expect(bench.lab.connect.posts.first?.files.map(\.size) == [1])
            #expect(Self.seen(id, by: "anna", bench.lab))
        }
    }

    @Test("A session or key that no post was answered with is refused and noted; one whose connection has ended is only refused")
    func wrongKey() async throws {
        try await ConnectFileBench.run { bench in
            let (_, url) = try await Self.announce(1, bench)
            #expect(try await bench.upload([1], to: "files?session=1&key=2&name=a").status == 403)
            #expect(try await bench.upload([1], to: url.replacing("session=", with: "session=1")).status == 403)
            #expect(try await bench.upload([1], to: "files?name=a").status == 403)
            #expect(bench.lab.connect.violations.map(\.rule) == [.wrongPushKey, .wrongPushKey, .wrongPushKey])
            bench.lab.connect.restart()
            #expect(try await bench.upload([1], to: "\(url)a").status == 403)
            #expect(bench.lab.connect.violations.count == 3)
        }
    }

    @Test("Where pushes are refused, so is a post that announces files")
    func refused() async throws {
        var options = ConnectOptions()
        options.takesPushes = false
        try await ConnectFileBench.run(options) { bench in
            let result = try await bench.ask(#"{"mt":"Post","src":"p","topic":"whatsapp","text":"x","attaching":1}"#)
            #expect(result["error"] == true && bench.lab.connect.posts.isEmpty)
        }
    }
}
