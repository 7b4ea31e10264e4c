import Bridge
import Synchronization
import Testing

@testable import AppService

@Suite("Several Connect apps behind one port", .timeLimit(.minutes(1))) struct ConnectAppsTests {
    /// One app, as a test tells it to be.
    private final class App: ConnectAppPort {
        let name: String
        let calls: Mutex<[String]> = Mutex([])
        let isOffered = Mutex(true)
        let isZoneThere = Mutex(true)
        let zones = Mutex<[ZoneSubscription]>([])
        private let receive = Mutex<(@Sendable (ConnectEvent) async throws -> Void)?>(nil)

        init(_ name: String) { self.name = name }

        var isListed: Bool { isOffered.withLock { $0 } }
        var isRunning: Bool { receive.withLock { $0 != nil } }

        func run(
            zones: @escaping @Sendable () async throws -> [ZoneSubscription], receive: @escaping @Sendable (ConnectEvent) async throws -> Void
        ) async throws {
            let subscriptions = try await zones()
            self.zones.withLock { $0 = subscriptions }
            self.receive.withLock { $0 = receive }
            defer { self.receive.withLock { $0 = nil } }
            try await Task.sleep(for: .seconds(600))
        }

        func say(_ event: ConnectEvent) async throws { try await receive.withLock { $0 }?(event) }

        private func note(_ call: String) { calls.withLock { $0.append(call) } }

        func post(_ request: PostRequest) async -> PostResult {
            note("post \(request.zone)")
            return .accepted(PostReference(rawValue: "\(name):1"))
        }
        func ownPosts(near request: PostRequest) async throws -> [ConnectPost] {
            note("look \(request.zone)")
            if !isZoneThere.withLock({ $0 }) { throw ConnectZoneMissing() }
            return [ConnectAppsTests.post(in: request.zone.rawValue)]
        }
        func posts(of discussion: PostReference, in zone: Zone) async throws -> [ConnectPost] { [ConnectAppsTests.post(in: zone.rawValue)] }
        func markRead(_ post: PostReference) async { note("read \(post)") }
        func update(_ post: PostReference, in zone: Zone, html: String) async -> PostResult {
            note("update \(zone)")
            return .accepted(post)
        }
        func files(of post: PostReference, in zone: Zone) async throws -> [ConnectFile] { [] }
        func read(
            _ file: ConnectFile, of post: PostReference, from offset: Int64, limit: Int64, into sink: @escaping FileSink
        ) async throws -> ConnectFileReading {
            note("file \(post)")
            return .complete
        }
    }

    private static func post(in zone: String) -> ConnectPost {
        let reference = PostReference(rawValue: "x:1")
        return ConnectPost(
            reference: reference, discussion: reference, repliesTo: nil, zone: Zone(rawValue: zone), author: "anna", html: "",
            writtenAt: Moment(seconds: 0), readOn: .plain, cursor: ConnectCursor(rawValue: "1"))
    }

    private final class Bench: Sendable {
        let made = Mutex<[String: App]>([:])
        let away = Mutex<[String: String]>([:])
        let events = Mutex<[String]>([])

        var apps: ConnectApps {
            ConnectApps(noteAway: { reasons in self.away.withLock { $0 = reasons } }) { name in
                self.made.withLock { made in
                    let app = App(name)
                    made[name] = app
                    return app
                }
            }
        }

        func app(_ name: String) throws -> App { try #require(made.withLock { $0[name] }) }

        /// Runs with these subscriptions while `body` runs.
        func run(_ zones: [ZoneSubscription], _ body: @escaping @Sendable (ConnectApps) async throws -> Void) async throws {
            let apps = apps
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try? await apps.run(zones: { zones }) { event in
                        self.events.withLock { $0.append(Self.words(event)) }
                    }
                }
                try await eventually {
                    let running = self.made.withLock { $0.values.filter(\.isRunning).count }
                    return running == Set(zones.map { ConnectPlace($0.zone).app }).count || zones.isEmpty && running == 1
                }
                try await body(apps)
                group.cancelAll()
            }
        }

        private static func words(_ event: ConnectEvent) -> String {
            switch event {
            case .connected(let identity, let isMissing): "connected \(identity.sip)\(isMissing ? " without moderator" : "")"
            case .disconnected(let reason): "disconnected: \(reason)"
            case .zoneMissing(let zone): "missing \(zone)"
            case .caughtUp(let zone, let posts, _): "caught up \(zone): \(posts.map(\.zone.rawValue))"
            case .posted(let post): "posted in \(post.zone)"
            case .changed(let post): "changed in \(post.zone)"
            }
        }
    }

    private static func subscription(_ zone: String, isFormer: Bool = false) -> ZoneSubscription {
        ZoneSubscription(zone: Zone(rawValue: zone), cursor: nil, isFormer: isFormer)
    }

    private static let identity = ConnectorIdentity(sip: "whatsapp")

    @Test("Each app reads its own zones, and what it says is of its own zones")
    func reading() async throws {
        let bench = Bench()
        try await bench.run([Self.subscription("whatsapp"), Self.subscription("desk@sales", isFormer: true)]) { _ in
            let sales = try bench.app("sales")
            #expect(try bench.app("connect").zones.withLock { $0 } == [Self.subscription("whatsapp")])
            #expect(sales.zones.withLock { $0 } == [Self.subscription("desk", isFormer: true)])
            try await sales.say(.posted(Self.post(in: "desk")))
            try await sales.say(.changed(Self.post(in: "desk")))
            try await sales.say(.caughtUp(Zone(rawValue: "desk"), [Self.post(in: "desk")], cursor: ConnectCursor(rawValue: "1")))
            try await sales.say(.zoneMissing(Zone(rawValue: "desk")))
            try await bench.app("connect").say(.posted(Self.post(in: "whatsapp")))
        }
        #expect(
            bench.events.withLock { $0 } == [
                "posted in desk@sales", "changed in desk@sales", "caught up desk@sales: [\"desk@sales\"]", "missing desk@sales",
                "posted in whatsapp",
            ])
    }

    @Test("Posts, searches and files go to the app that they are for")
    func writing() async throws {
        let bench = Bench()
        try await bench.run([Self.subscription("whatsapp"), Self.subscription("desk@sales")]) { apps in
            var request = PostRequest(
                zone: Zone(rawValue: "desk@sales"), discussion: nil, repliesTo: nil, key: "k", title: "t", html: "", tags: [], privateTo: nil)
            #expect(await apps.post(request) == .accepted(PostReference(rawValue: "sales:1")))
            #expect(try await apps.ownPosts(near: request).map(\.zone.rawValue) == ["desk@sales"])
            #expect(try await apps.posts(of: PostReference(rawValue: "sales:1"), in: request.zone).map(\.zone.rawValue) == ["desk@sales"])
            _ = await apps.update(PostReference(rawValue: "sales:1"), in: request.zone, html: "")
            await apps.markRead(PostReference(rawValue: "sales:2"))
            let file = ConnectFile(reference: "id:1", name: nil)
            _ = try await apps.read(file, of: PostReference(rawValue: "sales:3"), from: 0, limit: 1, into: { _ in })
            request.zone = Zone(rawValue: "whatsapp")
            _ = await apps.post(request)
        }
        #expect(try bench.app("sales").calls.withLock { $0 } == ["post desk", "look desk", "update desk", "read sales:2", "file sales:3"])
        #expect(try bench.app("connect").calls.withLock { $0 } == ["post whatsapp"])
    }

    @Test("The connection is there as long as one app is; one that is needed and away is named, one that is not is not")
    func connection() async throws {
        let bench = Bench()
        let zones = [Self.subscription("whatsapp"), Self.subscription("desk@sales"), Self.subscription("x@old", isFormer: true)]
        try await bench.run(zones) { _ in
            let connect = try bench.app("connect")
            let sales = try bench.app("sales")
            let old = try bench.app("old")
            try await old.say(.disconnected("not offered"))
            #expect(bench.events.withLock { $0.isEmpty })
            try await connect.say(.connected(Self.identity, moderatorIsMissing: false))
            #expect(bench.away.withLock { $0.isEmpty })
            try await sales.say(.disconnected("not offered"))
            #expect(bench.away.withLock { $0 } == ["sales": "not offered"])
            try await sales.say(.connected(Self.identity, moderatorIsMissing: true))
            #expect(bench.away.withLock { $0.isEmpty })
            try await connect.say(.disconnected("gone"))
            #expect(bench.away.withLock { $0 } == ["connect": "gone"])
            try await sales.say(.disconnected("gone too"))
        }
        #expect(
            bench.events.withLock { $0 } == ["connected whatsapp", "connected whatsapp without moderator", "disconnected: gone too"])
    }

    @Test("An app that no number has any more and that the PBX does not offer is a zone that is gone; one that is needed is waited for")
    func gone() async throws {
        let bench = Bench()
        try await bench.run([Self.subscription("whatsapp"), Self.subscription("x@old", isFormer: true)]) { apps in
            for name in ["connect", "old"] { try bench.app(name).isOffered.withLock { $0 = false } }
            var request = PostRequest(
                zone: Zone(rawValue: "x@old"), discussion: nil, repliesTo: nil, key: "k", title: "t", html: "", tags: [], privateTo: nil)
            #expect(await apps.post(request) == .refused(.zone("the PBX does not offer the Connect app old")))
            let post = PostReference(rawValue: "old:1")
            #expect(await apps.update(post, in: request.zone, html: "") == .refused(.zone("the PBX does not offer the Connect app old")))
            #expect(try await apps.ownPosts(near: request).isEmpty)
            #expect(try bench.app("old").calls.withLock { $0 }.isEmpty)
            request.zone = Zone(rawValue: "whatsapp")
            #expect(await apps.post(request) == .accepted(PostReference(rawValue: "connect:1")))
        }
    }

    @Test("A doubtful post in a zone that no number has any more and that is gone counts as not there; one in a zone that is needed waits")
    func doubt() async throws {
        let bench = Bench()
        try await bench.run([Self.subscription("whatsapp"), Self.subscription("old", isFormer: true)]) { apps in
            var request = PostRequest(
                zone: Zone(rawValue: "old"), discussion: nil, repliesTo: nil, key: "k", title: "t", html: "", tags: [], privateTo: nil)
            #expect(try await apps.ownPosts(near: request).count == 1)
            try bench.app("connect").isZoneThere.withLock { $0 = false }
            #expect(try await apps.ownPosts(near: request).isEmpty)
            request.zone = Zone(rawValue: "whatsapp")
            let needed = request
            await #expect(throws: ConnectZoneMissing.self) { try await apps.ownPosts(near: needed) }
        }
    }

    @Test("Without any zone the standard app is joined")
    func noZones() async throws {
        let bench = Bench()
        try await bench.run([]) { _ in }
        #expect(bench.made.withLock { Array($0.keys) } == ["connect"])
    }
}
