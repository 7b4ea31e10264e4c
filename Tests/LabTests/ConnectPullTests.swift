import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Transport

@testable import Lab

@Suite(.timeLimit(.minutes(5))) struct ConnectPullTests {
    /// Somebody else's server with one file; it may cut, refuse and forget ranges.
    private final class Owner: Sendable {
        enum Behaviour { case good, ignoresRanges, cutsOnce, refuses, hangs }

        let behaviour: Behaviour
        let bytes = ConnectFileBench.bytes(300_000)
        let requests = Mutex<[String?]>([])
        private let store = LabFileStore()

        init(_ behaviour: Behaviour) { self.behaviour = behaviour }

        func answer(_ request: HTTPRequest) async -> HTTPAnswer {
            let range = request.headers.first(name: "Range")
            let count = requests.withLock { requests in
                requests.append(range)
                return requests.count
            }
            guard behaviour != .refuses, let file = try? store.make(.bytes(bytes)) else { return .response(.text(.forbidden, "no")) }
            if behaviour == .hangs { try? await Task.sleep(for: .seconds(600)) }
            let headers: HTTPHeaders = ["Content-Type": "audio/ogg", "Content-Disposition": "attachment; filename=\"voice note.ogg\""]
            var trouble = LabFileStore.Trouble()
            if behaviour == .cutsOnce || behaviour == .ignoresRanges, count == 1 { trouble.cutAfter = 131_072 }
            return .response(store.response(with: file, range: behaviour == .ignoresRanges ? nil : range, headers: headers, trouble))
        }

        /// Serves the file while the body runs.
        func serve(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
            let (ports, report) = AsyncStream.makeStream(of: Int.self)
            let server = HTTPServer(
                configuration: .init(), logger: Logger(label: "owner") { _ in SwiftLogNoOpLogHandler() },
                onListening: { report.yield($0.port ?? 0) }, handler: { await self.answer($0) })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                var iterator = ports.makeAsyncIterator()
                try await body("http://127.0.0.1:\(await iterator.next() ?? 0)/media/once%20only?token=a+b")
                group.cancelAll()
            }
        }
    }

    @Test(
        "A post is answered when its file is fetched, also if that breaks off",
        arguments: [(Owner.Behaviour.good, 1), (.cutsOnce, 2), (.ignoresRanges, 2)])
    private func fetched(_ behaviour: Owner.Behaviour, _ requests: Int) async throws {
        let owner = Owner(behaviour)
        try await owner.serve { url in
            try await ConnectFileBench.run { bench in
                let buffer = try await bench.buffer("first.png")
                _ = try await bench.upload([1], to: buffer)
                let result = try await bench.post(attaching: [buffer, url])
                #expect(result["error"] == nil && result["id"]?.identifier == 4_294_967_301)
                let files = try #require(bench.lab.connect.posts.first?.files)
                #expect(files.map(\.name) == ["first.png", "voice note.ogg"] && files.last?.mime == "audio/ogg")
                let last = try #require(files.last)
                #expect(try bench.lab.connect.bytes(of: last) == owner.bytes)
                #expect(owner.requests.withLock { $0.count } == requests)
                #expect(bench.lab.connect.fileCounts.pulls == 1 && bench.lab.connect.violations.isEmpty)
            }
        }
        if requests == 2 { #expect(owner.requests.withLock { $0.last ?? nil }?.hasPrefix("bytes=") == true) }
    }

    @Test("A connection that Connect cuts on purpose goes on with the rest", arguments: [Owner.Behaviour.good, .ignoresRanges])
    private func cut(_ behaviour: Owner.Behaviour) async throws {
        let owner = Owner(behaviour)
        try await owner.serve { url in
            try await ConnectFileBench.run { bench in
                bench.lab.connect.plan(ConnectFileFault(.cut(after: 0.3), on: .pull))
                #expect(try await bench.post(attaching: [url])["error"] == nil)
                let file = try #require(bench.lab.connect.posts.first?.files.first)
                #expect(try bench.lab.connect.bytes(of: file) == owner.bytes)
                #expect(owner.requests.withLock { $0.count } >= 2)
            }
        }
    }

    @Test("A file that cannot be had fails its post, whose buffers can be used again")
    func failed() async throws {
        let owner = Owner(.refuses)
        try await owner.serve { url in
            try await ConnectFileBench.run { bench in
                let buffer = try await bench.buffer("first.png")
                _ = try await bench.upload([1], to: buffer)
                #expect(try await bench.post(attaching: [buffer, url])["error"] == true)
                #expect(bench.lab.connect.posts.isEmpty)
                #expect(try await bench.post(attaching: [buffer])["error"] == nil)
            }
        }
    }

    @Test("A file that does not come is given up by the lab's clock")
    func timeOut() async throws {
        let owner = Owner(.hangs)
        try await owner.serve { url in
            try await ConnectFileBench.run { bench in
                async let result = bench.post(attaching: [url])
                while owner.requests.withLock({ $0.isEmpty }) { await Task.yield() }
                bench.lab.clock.advance(by: .seconds(30))
                let answer = try await result
                #expect(answer["error"] == true)
            }
        }
    }

    @Test("A post can be answered before its file is there, which then comes or not", arguments: [(Owner.Behaviour.good, 1), (.refuses, 0)])
    private func answeredBefore(_ behaviour: Owner.Behaviour, _ count: Int) async throws {
        let owner = Owner(behaviour)
        var options = ConnectOptions()
        options.answersBeforePull = true
        try await owner.serve { [options] url in
            try await ConnectFileBench.run(options) { bench in
                #expect(try await bench.post(attaching: [url])["error"] == nil)
                try await bench.lab.connect.wait(until: "the file was asked for") { _ in
                    bench.lab.wire.entries().contains { $0.summary.hasPrefix("GET of an attached URL") }
                }
                try await bench.lab.connect.wait(until: "the post has what it gets") { $0.posts.first?.files.count == count }
            }
        }
    }

    @Test(
        "Where nothing is fetched, such posts are refused, and so are URLs that lead nowhere",
        arguments: [
            "http://127.0.0.1:1/a", "ftp://127.0.0.1/a", "buffers/1?key=0",
        ])
    func refused(_ url: String) async throws {
        var options = ConnectOptions()
        options.pullsFiles = false
        try await ConnectFileBench.run(options) { bench in
            let result = try await bench.post(attaching: [url])
            #expect(result["error"] == true)
        }
    }

    @Test("The answer of a post that fetches can be lost like any other")
    func lostAnswer() async throws {
        let owner = Owner(.good)
        try await owner.serve { url in
            try await ConnectFileBench.run { bench in
                bench.lab.connect.plan(ConnectFault(.loseAnswer))
                let attach = ConnectFileName.percentEncoded(url)
                try await bench.connection.send(text: #"{"mt":"Post","src":"p","topic":"whatsapp","text":"","attach":"\#(attach)"}"#)
                try await bench.lab.connect.wait(until: "the post is there") { $0.posts.count == 1 }
                #expect(try await bench.ask(#"{"mt":"ReadTopics","src":"r"}"#)["mt"] == "Topic")
            }
        }
    }

    @Test(
        "Names come from the response or the URL",
        arguments: [
            ("attachment; filename=\"a.png\"", "a.png"), ("attachment; filename=b.png", "b.png"),
            ("attachment; filename=\"x\"; filename*=UTF-8''gr%C3%BCn.png", "grün.png"), ("inline", nil), ("attachment; filename*=UTF-8''%zz", nil),
        ])
    func names(_ disposition: String, _ name: String?) {
        #expect(ConnectFileName.name(inDisposition: disposition) == name)
        #expect(ConnectFileName.name(ofURL: "https://example.com/media/a%20b.png?x=1") == "a b.png")
        #expect(ConnectFileName.name(ofURL: "https://example.com") == "")
    }
}
