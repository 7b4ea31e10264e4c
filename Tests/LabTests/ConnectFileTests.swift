import NIOHTTP1
import Testing

@testable import Lab

@Suite(.timeLimit(.minutes(5))) struct ConnectFileTests {
    @Test("A file goes into a buffer, with a post into the store, and comes back byte by byte", arguments: [false, true])
    func roundTrip(_ streams: Bool) async throws {
        try await ConnectFileBench.run { bench in
            let bytes = ConnectFileBench.bytes(200_000)
            let result = try await bench.ask(#"{"mt":"CreateFileBuffer","src":"c","name":"Foto ü.png","size":200000,"mime":"image/png"}"#)
            let url = try #require(result["url"]?.string)
            #expect(result.text() == #"{"mt":"CreateFileBufferResult","src":"c","id":1,"url":"\#(url)"}"#)
            #expect(url.hasPrefix("buffers/1?key="))
            let answer = try await bench.upload(bytes, to: url, streams: streams)
            #expect(answer.status == 200 && answer.text == #"{"ok":true,"id":1}"#)
            #expect(bench.lab.connect.posts.isEmpty)

            let id = try #require(try await bench.post(attaching: [url])["id"]?.identifier)
            let file = try #require(bench.lab.connect.posts.first?.files.first)
            #expect(file.name == "Foto ü.png" && file.size == 200_000 && file.mime == "image/png" && file.id == 4_294_967_301)
            #expect(try bench.lab.connect.bytes(of: file) == bytes)
            #expect(bench.lab.connect.bufferCount == 0)

            let listed = try #require(try await bench.attachments(of: id).first)
            #expect(listed["name"]?.string == "Foto ü.png" && listed["id"]?.identifier == file.id && listed["size"] == nil)
            let download = try await bench.get(try #require(listed["url"]?.string))
            #expect(download.status == 200 && download.body == bytes)
            #expect(download.headers.first(name: "Content-Type") == "image/png")
            #expect(download.headers.first(name: "Content-Length") == "200000")
            #expect(download.headers.first(name: "Content-Disposition") == "attachment; filename*=UTF-8''Foto%20%C3%BC.png")
            // The last bytes are counted when they have left, which is not before they are here.
            try await bench.lab.connect.wait(until: "all is counted") {
                $0.fileCounts == ConnectFileCounts(uploads: 1, downloads: 1, bytesTaken: 200_000, bytesHandedOut: 200_000)
            }
            #expect(bench.lab.connect.violations.isEmpty)
        }
    }

    @Test("Several files are attached in the order of their URLs, relative or absolute")
    func several() async throws {
        try await ConnectFileBench.run { bench in
            let first = try await bench.buffer("one.txt")
            let second = try await bench.buffer("two.pdf")
            _ = try await bench.upload([2], to: second, mime: "application/pdf")
            _ = try await bench.upload([1], to: first, mime: "no media type")
            #expect(try await bench.post(attaching: [bench.absolute(second), first])["error"] == nil)
            #expect(bench.lab.connect.posts.first?.files.map(\.name) == ["two.pdf", "one.txt"])
            #expect(bench.lab.connect.posts.first?.files.map(\.mime) == ["application/pdf", "text/plain"])
        }
    }

    @Test(
        "URLs are relative, absolute or on another host, which leads to the same place",
        arguments: [(ConnectOptions.FileURLs.relative, ""), (.absolute, "http://127.0.0.1:"), (.otherHost, "http://localhost:")])
    func urls(_ form: ConnectOptions.FileURLs, _ start: String) async throws {
        var options = ConnectOptions()
        options.fileURLs = form
        options.describesFiles = true
        try await ConnectFileBench.run(options) { bench in
            let url = try await bench.buffer()
            #expect(url.hasPrefix(start) && url.hasPrefix("buffers/") == start.isEmpty)
            #expect(try await bench.upload([7], to: url).status == 200)
            let id = try #require(try await bench.post(attaching: [url])["id"]?.identifier)
            let file = try #require(try await bench.attachments(of: id).first)
            #expect(file["url"]?.string?.hasPrefix(start) == true)
            #expect(file["size"]?.integer == 1 && file["mime"]?.string == "image/png")
            #expect(try await bench.get(try #require(file["url"]?.string)).body == [7])
        }
    }

    @Test("A successful upload can be answered without a body", arguments: [(ConnectOptions.UploadAnswer.created, UInt(201)), (.noContent, 204)])
    func emptyAnswers(_ kind: ConnectOptions.UploadAnswer, _ status: UInt) async throws {
        var options = ConnectOptions()
        options.uploadAnswer = kind
        try await ConnectFileBench.run(options) { bench in
            let answer = try await bench.upload([1], to: try await bench.buffer())
            #expect(answer.status == status && answer.body.isEmpty)
        }
    }

    @Test("A buffer takes one file, for one post, and lives ten minutes unused")
    func onceOnly() async throws {
        try await ConnectFileBench.run { bench in
            let url = try await bench.buffer()
            #expect(try await bench.upload([1], to: url.replacing("key=", with: "key=0")).status == 403)
            #expect(try await bench.upload([1], to: "buffers/99?key=0").status == 404)
            #expect(try await bench.upload([1], to: url).status == 200)
            #expect(try await bench.upload([2], to: url).status == 409)
            #expect(try await bench.post(attaching: [url])["error"] == nil)
            #expect(try await bench.upload([2], to: url).status == 404)
            #expect(try await bench.post(attaching: [url])["error"] == true)

            let empty = try await bench.buffer()
            #expect(try await bench.post(attaching: [empty])["error"] == true)
            bench.lab.clock.advance(by: .seconds(599))
            #expect(try await bench.upload([1], to: empty).status == 200)
            bench.lab.clock.advance(by: .seconds(600))
            #expect(try await bench.post(attaching: [empty])["error"] == true)

            let unwanted = try await bench.buffer()
            #expect(bench.lab.connect.bufferCount == 1)
            #expect(try await bench.ask(#"{"mt":"DeleteFileBuffer","src":"d","id":4}"#)["error"] == true)
            #expect(
                try await bench.ask(#"{"mt":"DeleteFileBuffer","src":"d","id":3}"#).text() == #"{"mt":"DeleteFileBufferResult","src":"d","id":3}"#)
            #expect(try await bench.upload([1], to: unwanted).status == 404)
            #expect(bench.lab.connect.posts.count == 1)
        }
    }

    @Test("A post takes all its files or none")
    func allOrNone() async throws {
        try await ConnectFileBench.run { bench in
            let url = try await bench.buffer()
            _ = try await bench.upload([1], to: url)
            #expect(try await bench.post(attaching: [url, "buffers/9?key=0"])["error"] == true)
            #expect(try await bench.post(attaching: [url, url])["error"] == true)
            #expect(bench.lab.connect.posts.isEmpty)
            #expect(try await bench.post(attaching: [url])["error"] == nil)
        }
    }

    @Test("A part of a file is handed out, or all of it where ranges are ignored")
    func ranges() async throws {
        try await ConnectFileBench.run { bench in
            let bytes = ConnectFileBench.bytes(1_000)
            let id = try bench.lab.connect.post(
                ConnectHumanPost(
                    author: "anna", text: "", topic: "whatsapp", files: [ConnectHumanFile(name: "r.bin", source: .bytes(bytes))]))
            let url = try #require(try await bench.attachments(of: id).first?["url"]?.string)
            let rest = try await bench.get(url, range: "bytes=990-")
            #expect(rest.status == 206 && rest.body == Array(bytes[990...]))
            #expect(rest.headers.first(name: "Content-Range") == "bytes 990-999/1000")
            #expect(try await bench.get(url, range: "bytes=1000-").status == 416)
            bench.lab.connect.options.ignoresRanges = true
            let whole = try await bench.get(url, range: "bytes=990-")
            #expect(whole.status == 200 && whole.body == bytes && whole.headers.first(name: "Accept-Ranges") == nil)
        }
    }

    @Test("The URL of a file ends with its connection, and with its post")
    func urlsEnd() async throws {
        try await ConnectFileBench.run { bench in
            func post() throws -> UInt64 {
                try bench.lab.connect.post(
                    ConnectHumanPost(author: "anna", text: "x", topic: "whatsapp", files: [ConnectHumanFile(name: "a.ogg", source: .bytes([1]))]))
            }
            let id = try post()
            let url = try #require(try await bench.attachments(of: id).first?["url"]?.string)
            #expect(try await bench.attachments(of: id).first?["url"]?.string == url)
            #expect(try await bench.get(url).headers.first(name: "Content-Type") == "audio/ogg")
            #expect(try await bench.get("\(url)0").status == 403)
            try bench.lab.connect.delete(id, by: "anna")
            #expect(try await bench.get(url).status == 404)
            #expect(try await bench.ask(#"{"mt":"Attachments","src":"t","id":\#(id)}"#)["error"] == true)
            let other = try #require(try await bench.attachments(of: post()).first?["url"]?.string)
            bench.lab.connect.restart()
            #expect(try await bench.get(other).status == 403)
        }
    }

    @Test("Files of a private post are for those who see it")
    func privateFiles() async throws {
        try await ConnectFileBench.run { bench in
            let id = try bench.lab.connect.post(
                ConnectHumanPost(
                    author: "anna", text: "x", topic: "whatsapp", isPrivate: true, notify: ["ben"],
                    files: [ConnectHumanFile(name: "a.png", source: .bytes([1]))]))
            #expect(try await bench.ask(#"{"mt":"Attachments","src":"t","id":\#(id)}"#)["error"] == true)
        }
    }

    @Test("A colleague's files can come later than the post, by the lab's clock; the name is as the colleague wrote it")
    func lateFiles() async throws {
        var options = ConnectOptions()
        options.tellsChanges = true
        options.showsFileCount = true
        try await ConnectFileBench.run(options) { bench in
            _ = try await bench.ask(#"{"mt":"SetFilter","src":"f","filter":{},"count":0}"#)
            let source = LabFileSource.generated(head: [0x89], size: 70_000, seed: 3)
            let id = try bench.lab.connect.post(
                ConnectHumanPost(
                    author: "anna", text: "", topic: "whatsapp", files: [ConnectHumanFile(name: "../x.PNG", source: source)], filesDelay: 5_000))
            let before = try await bench.receive()
            #expect(before["text"]?.string == "" && before["files"]?.integer == 0)
            #expect(try await bench.attachments(of: id).isEmpty)
            bench.lab.clock.advance(by: .seconds(5))
            let after = try await bench.receive()
            #expect(after["mt"] == "Add" && after["id"]?.identifier == id && after["files"]?.integer == 1)
            let file = try #require(bench.lab.connect.posts.first?.files.first)
            #expect(file.name == "../x.PNG" && file.size == 70_000 && file.mime == "image/png")
            let bytes = try bench.lab.connect.bytes(of: file)
            #expect(bytes.count == 70_000 && bytes.first == 0x89)
        }
    }

    @Test(
        "Names are shown without folders and control characters",
        arguments: [
            ("a.png", "a.png"), ("../../etc/passwd", "passwd"), ("C:\\temp\\b.pdf", "b.pdf"), ("a\u{0}\r\nb", "ab"), ("", "file"), ("..", "file"),
            ("/", "file"), (String(repeating: "ü", count: 200), String(repeating: "ü", count: 127)),
        ])
    func names(_ name: String, _ shown: String) {
        #expect(ConnectFileName.shown(name) == shown)
    }
}
