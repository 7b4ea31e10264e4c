import Bridge
import Lab
import Logging
import NIOCore
import NIOHTTP1
import Protocol
import Synchronization
import Testing
import Transport

@testable import AppService

/// The lab's clock as the product's.
struct LabWallClock: WallClock {
    let clock: LabClock

    func now() -> Moment { Moment(milliseconds: clock.now()) }
    func sleep(until moment: Moment) async throws { try await clock.sleep(until: moment.milliseconds) }
}

/// Both sides at once: the lab's PBX logs in to us, and with its help we log in to the lab's Connect.
@Suite("Logins at another service, over sockets", .timeLimit(.minutes(5)))
struct AppWebsocketClientTests {
    struct Stage: Sendable {
        var lab: Lab
        var links: PBXLinks
        var client: AppWebsocketClient
    }

    /// Runs lab and service until the PBX lists its services, then the body.
    func withStage(_ configuration: LabConfiguration = LabConfiguration(), _ body: @escaping @Sendable (Stage) async throws -> Void) async throws {
        let lab = Lab(configuration: configuration, clock: .still(), logger: LiveServer.log)
        let clock = LabWallClock(clock: lab.clock)
        let links = PBXLinks()
        let password = configuration.instancePassword
        let server = AppWebsocketServer(
            domain: configuration.domain, passwords: { [Secret(password)] }, describe: { AppInfoResult(app: $0) }, links: links, clock: clock,
            logger: LiveServer.log)
        let (ports, report) = AsyncStream.makeStream(of: Int.self)
        let listener = HTTPServer(configuration: .init(port: 0), logger: LiveServer.log, onListening: { report.yield($0.port ?? 0) }) { request in
            server.answer(request)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await lab.run() }
            group.addTask { try await listener.run() }
            _ = try await lab.listening()
            var iterator = ports.makeAsyncIterator()
            lab.serviceStarted(at: "http://127.0.0.1:\(await iterator.next() ?? 0)")
            for await statuses in links.statuses() where statuses.contains(where: { $0.services?.isEmpty == false }) { break }
            let client = AppWebsocketClient(links: links, client: WebSocketClient(logger: LiveServer.log), clock: clock)
            try await body(Stage(lab: lab, links: links, client: client))
            group.cancelAll()
        }
    }

    static func configuration(_ change: (inout PBXOptions) -> Void) -> LabConfiguration {
        var configuration = LabConfiguration()
        change(&configuration.pbxOptions)
        return configuration
    }

    static let variants: [LabConfiguration] = [
        configuration { _ in },
        configuration { $0.dialsWholeURL = true },
        configuration { $0.sendsAppInfoFirst = true },
        configuration { $0.escapesLogins = true },
        configuration { $0.hasOddNames = true },
        configuration {
            $0.hasOddNames = true
            $0.escapesLogins = true
        },
        configuration { $0.omitsSource = true },
        configuration { $0.listsNullEntries = true },
        configuration { $0.listsManyServices = true },
        configuration { $0.pbxNames = ["master", "slave"] },
    ]

    @Test("Whatever the PBX's habits, it logs in, lists Connect and gives a login that Connect takes", arguments: variants.indices)
    func habits(index: Int) async throws {
        try await withStage(Self.variants[index]) { stage in
            try await stage.client.withConnection(to: "connect") { connection in
                #expect(connection.login.sip == "whatsapp")
                #expect(connection.login.pbxObj == "connect")
                #expect(connection.sessionKey != nil)
                try await connection.send(Array(#"{"mt":"ReadTopics","src":"t1"}"#.utf8))
                #expect(try await connection.receive() != nil)
            }
            #expect(stage.lab.pbx.violations.isEmpty)
            #expect(stage.lab.connect.violations.filter { $0.rule == .wrongDigest || $0.rule == .leakedKey || $0.rule == .beforeLogin }.isEmpty)
        }
    }

    @Test("Connect that writes its challenge as a number is logged in to")
    func numericChallenge() async throws {
        var configuration = LabConfiguration()
        configuration.connectOptions.writesChallengeAsNumber = true
        try await withStage(configuration) { stage in
            let sip = try await stage.client.withConnection(to: "connect~moderator") { $0.login.pbxObj }
            #expect(sip == "connect~moderator")
        }
    }

    @Test("With the PBX's connection ends what was derived from it")
    func linkEnds() async throws {
        try await withStage { stage in
            await #expect(throws: ServiceLoginFailure.linkEnded) {
                try await stage.client.withConnection(to: "connect") { connection in
                    stage.lab.pbx.stop()
                    while try await connection.receive() != nil {}
                    try await Task.sleep(for: .seconds(60))
                }
            }
            await #expect(throws: ServiceConnectionFailure.notListed("connect")) { try await stage.client.withConnection(to: "connect") { _ in } }
        }
    }

    @Test("A wrong password of the target is told as a refused login")
    func refused() async throws {
        try await withStage { stage in
            var targets = stage.lab.pbx.targets
            for index in targets.indices { targets[index].password = "wrong" }
            stage.lab.pbx.targets = targets
            await #expect(throws: ServiceConnectionFailure.loginRefused(nil)) { try await stage.client.withConnection(to: "connect") { _ in } }
        }
    }

    @Test("A service that the PBX gives no login to is told as such")
    func noLogin() async throws {
        try await withStage { stage in
            stage.lab.pbx.plan(PBXFault(.error("no"), on: "GetServiceLogin"))
            await #expect(throws: ServiceLoginFailure.self) { try await stage.client.withConnection(to: "connect") { _ in } }
        }
    }

    @Test("A PBX that comes back is a new link, and lists its services anew")
    func reconnect() async throws {
        try await withStage { stage in
            let first = try #require(stage.links.current.first?.id)
            stage.lab.pbx.drop()
            for await statuses in stage.links.statuses() where statuses.isEmpty { break }
            try await stage.lab.pbx.wait(until: "the link is down") { $0.links.first?.isOpen == false }
            stage.lab.clock.advance(by: .seconds(2))
            for await statuses in stage.links.statuses() where statuses.contains(where: { $0.services?.isEmpty == false && $0.id != first }) { break }
            try await stage.client.withConnection(to: "connect") { _ in }
        }
    }

    /// Runs a plain HTTP server that answers only some paths with a WebSocket, and a link that lists it.
    @Test(
        "Where the URL without its last segment is unknown the whole one is tried, once",
        arguments: [(HTTPResponseStatus.notFound, ["/d/i", "/d/i/app"]), (.badRequest, ["/d/i", "/d/i/app"]), (.forbidden, ["/d/i"])])
    func otherForm(status: HTTPResponseStatus, paths: [String]) async throws {
        let seen = Mutex<[String]>([])
        let (ports, report) = AsyncStream.makeStream(of: Int.self)
        let target = HTTPServer(configuration: .init(port: 0), logger: LiveServer.log, onListening: { report.yield($0.port ?? 0) }) { request in
            seen.withLock { $0.append(request.path) }
            return .response(HTTPResponse(status: status))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await target.run() }
            var iterator = ports.makeAsyncIterator()
            let port = await iterator.next() ?? 0
            try await LiveServer.run(clock: SystemClock()) { live in
                try await live.logIn(as: .pbx) { pbx in
                    _ = try await pbx.ask(#"{"mt":"PbxInfo","pbx":"master","apis":["Services"]}"#)
                    try await pbx.send(
                        #"{"api":"Services","mt":"ServicesInfo","services":[{"name":"connect","url":"http://127.0.0.1:\#(port)/d/i/app"},{"name":"relative","url":"../../x"}]}"#
                    )
                    for await statuses in live.links.statuses() where statuses.first?.services != nil { break }
                    let client = AppWebsocketClient(links: live.links, client: WebSocketClient(logger: LiveServer.log), clock: SystemClock())
                    await #expect(throws: ServiceConnectionFailure.noWebSocket(status: Int(status.code))) {
                        try await client.withConnection(to: "connect") { _ in }
                    }
                    await #expect(throws: ServiceConnectionFailure.unusableURL("relative")) {
                        try await client.withConnection(to: "relative") { _ in }
                    }
                }
            }
            group.cancelAll()
        }
        #expect(seen.withLock { $0 } == paths)
    }
}
