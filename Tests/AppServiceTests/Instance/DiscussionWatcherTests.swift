import Bridge
import BridgeTestSupport
import Synchronization
import Testing

@testable import AppService

/// Discussions that are read again, for what Connect does not tell by itself.
@Suite(.timeLimit(.minutes(5))) struct DiscussionWatcherTests {
    private static let root = PostReference(rawValue: "own1")

    /// A discussion as it is shown at the moment.
    private final class Shown: Sendable {
        private let state = Mutex((posts: [ConnectPost](), reads: 0, atOnce: 0, most: 0))

        var posts: [ConnectPost] {
            get { state.withLock { $0.posts } }
            set { state.withLock { $0.posts = newValue } }
        }
        var reads: Int { state.withLock { $0.reads } }
        var most: Int { state.withLock { $0.most } }

        func read() async -> [ConnectPost] {
            state.withLock { state in
                state.reads += 1
                state.atOnce += 1
                state.most = max(state.most, state.atOnce)
            }
            await Task.yield()
            return state.withLock { state in
                state.atOnce -= 1
                return state.posts
            }
        }
    }

    private func bench(_ shown: Shown, media: ScriptedMedia = ScriptedMedia(), files: [ConnectFile]? = []) -> InstanceBench {
        InstanceBench(
            connect: ScriptedConnect(
                discussion: { _ in await shown.read() },
                files: { _ in
                    guard let files else { throw ScriptedConnect.Unreachable() }
                    return files
                }),
            media: media
        )
    }

    private static var rootPost: ConnectPost { InstanceBench.post("", id: 0, by: "whatsapp", in: root, isRoot: true) }

    @Test("A post that is changed without a word from Connect is found within the hour, and corrected if the number is set so")
    func changed() async throws {
        let shown = Shown()
        let bench = bench(shown)
        var settings = InstanceBench.settings()
        settings.numbers[InstanceBench.number]?.sendsCorrections = true
        let corrects = settings
        var post = bench.post("Hi", id: 1, in: Self.root)
        let first = post
        try await bench.whileRunning {
            try await bench.instance.apply(corrects)
            try await bench.customerWrites("Hello")
            try await eventually { bench.inbound == ["posted"] && bench.connect.isConnected }
            bench.connect.show(first)
            try await eventually { bench.outgoing == ["sent"] }
            #expect(shown.reads == 0)
            post.html = "Hello Ada"
            shown.posts = [Self.rootPost, post]
            try await bench.comesWithTime { bench.outgoing == ["sent", "sent"] }
            try await bench.comesWithTime(step: .seconds(20)) { shown.reads == 4 }
        }
        #expect(bench.whatsApp.sent == ["Hi", "Correction: Hello Ada"])
        #expect(shown.most == 1)
    }

    @Test("A post that is deleted while its file cannot be had is not sent; the ledger says so, and the disk forgets it")
    func deleted() async throws {
        let shown = Shown()
        let media = ScriptedMedia()
        let bench = bench(shown, media: media, files: [ConnectFile(reference: "id:1", name: "a")])
        let post = bench.post("see", id: 1, in: Self.root)
        shown.posts = [Self.rootPost, post]
        try await bench.whileRunning {
            try await bench.customerWrites("Hello")
            try await eventually { bench.inbound == ["posted"] && bench.connect.isConnected }
            bench.connect.show(post)
            try await eventually { !media.prepared.isEmpty }
            shown.posts = [Self.rootPost]
            try await bench.comesWithTime { bench.outgoing == ["failed"] }
            try await eventually { media.dropped.count == 1 }
        }
        #expect(bench.whatsApp.sent.isEmpty)
        #expect(bench.store.memory.contents.outgoing.all.map(\.state) == [.failed(reason: "deleted in Connect")])
        #expect(!bench.connect.tells("anna"))
    }

    @Test("A post that is gone when its files are asked for is not sent", arguments: [true, false])
    func gone(isGone: Bool) async throws {
        let shown = Shown()
        let bench = bench(shown, files: nil)
        let post = bench.post("see", id: 1, in: Self.root)
        shown.posts = isGone ? [Self.rootPost] : [Self.rootPost, post]
        try await bench.whileRunning {
            try await bench.customerWrites("Hello")
            try await eventually { bench.inbound == ["posted"] && bench.connect.isConnected }
            bench.connect.show(post)
            if isGone {
                try await eventually { bench.outgoing == ["failed"] }
            } else {
                try await eventually { shown.reads == 1 && bench.outgoing == ["queued"] }
            }
        }
        #expect(!bench.connect.tells("anna"))
    }

    @Test("A post that is gone when its file is made ready is not told of as if the file were missing", arguments: [true, false])
    func goneFile(isGone: Bool) async throws {
        let shown = Shown()
        let media = ScriptedMedia(prepare: { _, _ in .impossible(.unreadable) })
        let bench = bench(shown, media: media, files: [ConnectFile(reference: "id:1", name: "a")])
        let post = bench.post("see", id: 1, in: Self.root)
        shown.posts = isGone ? [Self.rootPost] : [Self.rootPost, post]
        try await bench.whileRunning {
            try await bench.customerWrites("Hello")
            try await eventually { bench.inbound == ["posted"] && bench.connect.isConnected }
            bench.connect.show(post)
            try await eventually { bench.outgoing == ["failed"] }
            if !isGone { try await eventually { bench.connect.tells("anna") } }
        }
        #expect(bench.connect.tells("anna") == !isGone)
        let reason = isGone ? "deleted in Connect" : "file not sent"
        #expect(bench.store.memory.contents.outgoing.all.map(\.state) == [.failed(reason: reason)])
    }
}
