import Bridge
import Protocol
import Testing
import Transport

@testable import AppService

@Suite("Logins that the PBX gives", .timeLimit(.minutes(5)))
struct ServiceLoginTests {
    let clock = MovableClock(standingAt: Moment(milliseconds: 1_790_000_000_000))

    /// Runs a server to which a PBX is connected that lists the service `connect`.
    func withLink(_ body: @escaping @Sendable (LiveServer, Peer, PBXLink) async throws -> Void) async throws {
        try await LiveServer.run(clock: clock) { live in
            try await live.logIn(as: .pbx) { pbx in
                _ = try await pbx.ask(#"{"mt":"PbxInfo","pbx":"master","apis":["Services"]}"#)
                try await pbx.send(#"{"api":"Services","mt":"ServicesInfo","services":[{"name":"connect","url":"http://127.0.0.1:1/d/i/a"}]}"#)
                while live.links.current.first?.services == nil { try await Task.sleep(for: .milliseconds(2)) }
                try await body(live, pbx, try #require(live.links.link(listing: "connect")).0)
            }
        }
    }

    @Test("A login is asked for and given, with the key under the PBX's own")
    func login() async throws {
        try await withLink { _, pbx, link in
            async let login = link.serviceLogin(for: "connect", challenge: "2718281828459045")
            #expect(
                try await pbx.receive() == #"{"api":"Services","mt":"GetServiceLogin","src":"svc2","app":"connect","challenge":"2718281828459045"}"#)
            try await pbx.send(
                #"{"api":"Services","mt":"GetServiceLoginResult","src":"svc2","domain":"example.com","sip":"connector","guid":"0011","dn":"Connector","pbxObj":"connect","app":"innovaphone-connect","info":{},"digest":"c930","salt":"4fzyo82mvyr","key":"833ece73b82034fa933078b6f1ee7ef585e70bfcc620cd291f2beae88f309ef1ec056098da51e0a66482dddf93027bde82e802c31aa1077ffd2741c3fa2cdae5"}"#
            )
            let key = link.sessionKey(of: try await login)
            #expect(key?.revealed() == "a1d81d39765ab610713d815e0d20fb2028e6775f50335eafe8ec5b7a5aaf420f")
        }
    }

    @Test("Of one service a second login waits until the first is answered; of another it does not")
    func oneAtATime() async throws {
        try await withLink { _, pbx, link in
            async let first = link.serviceLogin(for: "connect", challenge: "1")
            #expect(try await pbx.receive()?.contains(#""challenge":"1""#) == true)
            async let second = link.serviceLogin(for: "connect", challenge: "2")
            async let other = link.serviceLogin(for: "other", challenge: "3")
            #expect(try await pbx.receive()?.contains(#""challenge":"3""#) == true)
            try await pbx.send(#"{"api":"Services","mt":"GetServiceLoginResult","src":"svc2","digest":"a"}"#)
            #expect(try await pbx.receive()?.contains(#""challenge":"2""#) == true)
            try await pbx.send(#"{"api":"Services","mt":"GetServiceLoginResult","src":"svc4","digest":"b"}"#)
            try await pbx.send(#"{"api":"Services","mt":"GetServiceLoginResult","src":"svc3","error":true,"errorText":"not ticked"}"#)
            #expect(try await first.login.digest == "a")
            #expect(try await second.login.digest == "b")
            do {
                _ = try await other
                Issue.record("there is a login")
            } catch {
                #expect(error as? ServiceLoginFailure == .refused("not ticked"))
            }
        }
    }

    @Test("After 10 s the PBX's answer is awaited no longer, and the next request may go")
    func noAnswer() async throws {
        try await withLink { [clock] _, pbx, link in
            async let login = link.serviceLogin(for: "connect", challenge: "1")
            _ = try await pbx.receive()
            while clock.sleepers == 0 { try await Task.sleep(for: .milliseconds(2)) }
            clock.move(by: .seconds(10))
            do {
                _ = try await login
                Issue.record("there is a login")
            } catch {
                #expect(error as? ServiceLoginFailure == .noAnswer)
            }
            async let next = link.serviceLogin(for: "connect", challenge: "2")
            #expect(try await pbx.receive()?.contains(#""challenge":"2""#) == true)
            try await pbx.send(#"{"api":"Services","mt":"GetServiceLoginResult","src":"svc2","digest":"late"}"#)
            try await pbx.send(#"{"api":"Services","mt":"GetServiceLoginResult","src":"svc3","digest":"new"}"#)
            #expect(try await next.login.digest == "new")
        }
    }

    @Test("With the PBX's connection end the logins that were asked for on it")
    func linkEnds() async throws {
        try await withLink { _, pbx, link in
            async let login = link.serviceLogin(for: "connect", challenge: "1")
            _ = try await pbx.receive()
            await pbx.connection.close()
            do {
                _ = try await login
                Issue.record("there is a login")
            } catch {
                #expect(error as? ServiceLoginFailure == .linkEnded)
            }
            try await link.waitUntilEnded()
            await #expect(throws: ServiceLoginFailure.linkEnded) { try await link.serviceLogin(for: "connect", challenge: "2") }
        }
    }

    @Test("A cancelled request is given up at once")
    func cancellation() async throws {
        try await withLink { _, pbx, link in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await link.serviceLogin(for: "connect", challenge: "1") }
                _ = try await pbx.receive()
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
            }
            async let next = link.serviceLogin(for: "connect", challenge: "2")
            #expect(try await pbx.receive()?.contains(#""challenge":"2""#) == true)
            try await pbx.send(#"{"api":"Services","mt":"GetServiceLoginResult","src":"svc3","digest":"new"}"#)
            #expect(try await next.login.digest == "new")
        }
    }

    @Test("Statuses are told now and after each change, and the end takes them away")
    func statuses() async throws {
        try await LiveServer.run(clock: clock) { live in
            var statuses = live.links.statuses().makeAsyncIterator()
            #expect(await statuses.next()?.isEmpty == true)
            var lists = PBXConnectServices(
                links: live.links, client: AppWebsocketClient(links: live.links, client: WebSocketClient(logger: LiveServer.log), clock: clock)
            ).lists().makeAsyncIterator()
            #expect(try #require(await lists.next()) == nil)
            try await live.logIn(as: .pbx) { pbx in
                _ = try await pbx.ask(#"{"mt":"PbxInfo","pbx":"master","apis":["Services"]}"#)
                try await pbx.send(
                    #"{"api":"Services","mt":"ServicesInfo","services":[{"name":"connect","url":"u","info":{"apis":{"a":{},"b":{}}}},{"name":"x","info":null},{"name":"y","info":{"c":{}}}]}"#
                )
                while live.links.current.first?.services == nil { try await Task.sleep(for: .milliseconds(2)) }
            }
            while await statuses.next()?.isEmpty == false {}
            #expect(live.links.current.isEmpty)
        }
    }

    @Test("Entries carry the ids that they offer; before a list there is none, and without the API an empty one")
    func entries() throws {
        let login = SessionLogin(Logins.pbx, role: .pbx, key: SessionKey(challenge: "1", password: "p"))
        func status(_ services: [ServicesInfo.Service]?) -> PBXLink.Status {
            PBXLink.Status(id: 1, login: login, since: clock.now(), info: nil, services: services)
        }
        #expect(PBXConnectServices.list([]) == nil)
        #expect(PBXConnectServices.list([status(nil)]) == nil)
        #expect(PBXConnectServices.list([status(nil), status([])]) == [])
        let services: [ServicesInfo.Service] = [
            .init(name: "a", title: "", url: "u", info: ["apis": ["x": [:], "y": [:]]]), .init(name: "b", title: "", url: "", info: nil),
            .init(name: "c", title: "", url: "", info: ["z": [:]]),
        ]
        #expect(
            PBXConnectServices.list([status(services)]) == [
                ConnectServiceEntry(name: "a", url: "u", apis: ["x", "y"]), ConnectServiceEntry(name: "b", url: "", apis: []),
                ConnectServiceEntry(name: "c", url: "", apis: ["z"]),
            ])
    }
}
