import NIOHTTP1
import Testing
import Transport

@testable import Lab

@Suite(.timeLimit(.minutes(5))) struct ConnectFileFaultTests {
    @Test("Buffers can be refused, or unknown")
    func offers() async throws {
        try await ConnectFileBench.run { bench in
            bench.lab.connect.options.fileBuffers = .refused
            #expect(try await bench.ask(#"{"mt":"CreateFileBuffer","src":"c","name":"a"}"#)["error"] == true)
            bench.lab.connect.options.fileBuffers = .unknown
            try await bench.connection.send(text: #"{"mt":"CreateFileBuffer","src":"c","name":"a"}"#)
            #expect(try await bench.ask(#"{"mt":"ReadTopics","src":"r"}"#)["mt"] == "Topic")
        }
    }

    @Test("An upload fails as often as planned, and succeeds afterwards", arguments: [UInt(507), 500, 503, 413])
    func statuses(_ status: UInt) async throws {
        try await ConnectFileBench.run { bench in
            bench.lab.connect.plan(ConnectFileFault(status == 507 ? .storageFull : .status(Int(status)), times: 2))
            let url = try await bench.buffer()
            #expect(try await bench.upload([1], to: url).status == status)
            #expect(try await bench.upload([1], to: url).status == status)
            #expect(try await bench.upload([1], to: url).status == 200)
        }
    }

    @Test("A file above the limit is answered 413, whether its length is known or not", arguments: [false, true])
    func tooLarge(_ streams: Bool) async throws {
        var options = ConnectOptions()
        options.maximumFileSize = 100_000
        try await ConnectFileBench.run(options) { bench in
            let url = try await bench.buffer()
            #expect(try await bench.upload(ConnectFileBench.bytes(100_001), to: url, streams: streams).status == 413)
            #expect(try await bench.upload(ConnectFileBench.bytes(100_000), to: url, streams: streams).status == 200)
        }
    }

    @Test("An upload that is cut has no answer, and may be tried again", arguments: [false, true])
    func cutUpload(_ streams: Bool) async throws {
        try await ConnectFileBench.run { bench in
            bench.lab.connect.plan(ConnectFileFault(.cut(after: 0.5)))
            let bytes = ConnectFileBench.bytes(2_000_000)
            let url = try await bench.buffer("a.bin", further: #","size":2000000"#)
            await #expect(throws: (any Error).self) { try await bench.upload(bytes, to: url, streams: streams) }
            #expect(try await bench.upload(bytes, to: url, streams: streams).status == 200)
            #expect(bench.lab.connect.fileCounts.uploads == 1)
        }
    }

    @Test("A push that is cut can be tried again while others are still to come")
    func cutPush() async throws {
        try await ConnectFileBench.run { bench in
            bench.lab.connect.plan(ConnectFileFault(.cut(after: 0), on: .push))
            let result = try await bench.ask(#"{"mt":"Post","src":"p","topic":"whatsapp","text":"x","attaching":1}"#)
            let url = "files?session=\(result["session"]?.text() ?? "")&key=\(result["key"]?.text() ?? "")&name=a"
            await #expect(throws: (any Error).self) { try await bench.upload([1], to: url) }
            #expect(try await bench.upload([1], to: url).status == 200)
            #expect(bench.lab.connect.posts.first?.files.count == 1)
        }
    }

    @Test("A download is cut after a part of its bytes, and goes on with a range")
    func cutDownload() async throws {
        try await ConnectFileBench.run { bench in
            let bytes = ConnectFileBench.bytes(500_000)
            let id = try bench.lab.connect.post(
                ConnectHumanPost(author: "anna", text: "x", topic: "whatsapp", files: [ConnectHumanFile(name: "a.bin", source: .bytes(bytes))]))
            let url = try #require(try await bench.attachments(of: id).first?["url"]?.string)
            bench.lab.connect.plan(ConnectFileFault(.cut(after: 0.5), on: .download))
            await #expect(throws: (any Error).self) { try await bench.get(url) }
            try await bench.lab.connect.wait(until: "half of it was handed out") { $0.fileCounts.bytesHandedOut == 250_000 }
            #expect(try await bench.get(url, range: "bytes=250000-").body == Array(bytes[250_000...]))
            try await bench.lab.connect.wait(until: "all of it was handed out") { $0.fileCounts.bytesHandedOut == 500_000 }
            #expect(bench.lab.connect.fileCounts.downloads == 1)
        }
    }

    @Test("A URL can expire; Attachments gives another one")
    func expired() async throws {
        try await ConnectFileBench.run { bench in
            let id = try bench.lab.connect.post(
                ConnectHumanPost(author: "anna", text: "x", topic: "whatsapp", files: [ConnectHumanFile(name: "a", source: .bytes([1]))]))
            let url = try #require(try await bench.attachments(of: id).first?["url"]?.string)
            bench.lab.connect.plan(ConnectFileFault(.expired, on: .download))
            #expect(try await bench.get(url).status == 404)
            #expect(try await bench.get(url).status == 403)
            let fresh = try #require(try await bench.attachments(of: id).first?["url"]?.string)
            #expect(try await bench.get(fresh).body == [1])
        }
    }

    @Test("A file can be missing after its post without a word")
    func missing() async throws {
        try await ConnectFileBench.run { bench in
            bench.lab.connect.plan(ConnectFileFault(.missing, skipping: 1))
            let urls = [try await bench.buffer("here"), try await bench.buffer("gone")]
            for url in urls { #expect(try await bench.upload([1], to: url).status == 200) }
            let id = try #require(try await bench.post(attaching: urls)["id"]?.identifier)
            #expect(try await bench.attachments(of: id).map { $0["name"]?.string } == ["here"])
        }
    }

    @Test("A slow reader takes the bytes all the same")
    func slow() async throws {
        try await ConnectFileBench.run { bench in
            bench.lab.connect.plan(ConnectFileFault(.slow(bytesPerSecond: 1_000_000)))
            let url = try await bench.buffer()
            let started = ContinuousClock.now
            #expect(try await bench.upload(ConnectFileBench.bytes(300_000), to: url).status == 200)
            #expect(ContinuousClock.now - started >= .milliseconds(290))
        }
    }

    @Test(
        "URLs in attach that are not percent-encoded, or not joined by one blank, are noted",
        arguments: [
            ("buffers/1?key=0", true), ("https%3A%2F%2Fexample.com/a", true), ("a%2", true), ("a%20b  c", true), (" a", true), ("ü", true),
            ("buffers%2F1%3Fkey%3D0 b", false), ("(a)!~*'-_.", false),
        ])
    func unencoded(_ attach: String, _ isNoted: Bool) {
        var bench = ConnectBench()
        _ = bench.logIn(1)
        bench.core.options.pullsFiles = false
        _ = bench.send(#"{"mt":"Post","src":"p","topic":"whatsapp","text":"x","attach":"\#(attach)"}"#)
        #expect(bench.core.violations.map(\.rule) == (isNoted ? [.unencodedAttachment] : []))
    }

    @Test("A service that closes its connection leaves no upload behind that nobody posts")
    func unused() async throws {
        try await ConnectFileBench.run { bench in
            _ = try await bench.upload([1], to: try await bench.buffer())
            let posted = try await bench.buffer()
            _ = try await bench.upload([1], to: posted)
            _ = try await bench.post(attaching: [posted])
            _ = try await bench.buffer()
            await bench.connection.close()
            try await bench.lab.connect.wait(until: "the connection has ended") { $0.logins.isEmpty }
            #expect(bench.lab.connect.violations.map(\.rule) == [.uploadWithoutConsumer])
        }
    }

    @Test("An upload that a restart of Connect ends is nobody's fault")
    func restarted() async throws {
        try await ConnectFileBench.run { bench in
            _ = try await bench.upload([1], to: try await bench.buffer())
            bench.lab.connect.restart()
            while (try await bench.connection.receive()) != nil {}
            try await bench.lab.connect.wait(until: "the connection has ended") { $0.logins.isEmpty }
            #expect(bench.lab.connect.violations.isEmpty && bench.lab.connect.bufferCount == 0)
        }
    }
}
