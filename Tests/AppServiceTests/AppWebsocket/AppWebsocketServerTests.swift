import Bridge
import Protocol
import Synchronization
import Testing
import Transport

@testable import AppService

@Suite("Sessions over sockets", .timeLimit(.minutes(5)))
struct AppWebsocketServerTests {
    let clock = MovableClock(standingAt: Moment(milliseconds: 1_790_000_000_000))

    /// Waits in real time until something holds; the time limit of the suite ends it otherwise.
    func eventually(_ condition: @Sendable () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(2)) }
    }

    @Test("The PBX's first minute, word for word")
    func transcript() async throws {
        try await LiveServer.run(clock: clock) { live in
            try await live.connect { pbx in
                #expect(try await pbx.ask(#"{"mt":"AppChallenge"}"#) == #"{"mt":"AppChallengeResult","challenge":"9876543210123456"}"#)
                #expect(
                    try await pbx.ask(
                        #"{"mt":"AppLogin","sip":"connector","guid":"00112233445566778899aabbccddeeff","dn":"Connector","digest":"f6a15346a8864f783b3477aea7b364b037fecbf4ef1de4a2b1c4865b0d948d2d","domain":"example.com","app":"acme-connector","info":\#(Logins.pbxInfo)}"#
                    ) == #"{"mt":"AppLoginResult","app":"acme-connector","ok":true,"domain":"example.com"}"#)
                #expect(
                    try await pbx.ask(#"{"mt":"AppInfo","app":"acme-connector"}"#)
                        == #"{"mt":"AppInfoResult","app":"acme-connector","info":{"hidden":true,"apis":{}},"serviceInfo":{"apis":{"com.acme.connector":{}}}}"#
                )
                #expect(
                    try await pbx.ask(
                        #"{"mt":"PbxInfo","domain":"example.com","pbx":"master","pbxDns":"pbx.example.com","apis":["PbxApi","PbxTableUsers","Services"],"version":"16r1","build":"1610855"}"#
                    ) == #"{"api":"Services","mt":"SubscribeServices","src":"svc1"}"#)
                try await pbx.send(#"{"api":"Services","mt":"SubscribeServicesResult","src":"svc1"}"#)
                try await pbx.send(
                    #"{"api":"Services","mt":"ServicesInfo","src":"svc1","services":[{"name":"connect","title":"Connect","url":"https://ap.example.com/example.com/connect/innovaphone-connect","info":{"apis":{"com.innovaphone.connect":{}}}}]}"#
                )
                #expect(try await pbx.ask(#"{"mt":"KeepAlive","src":"k"}"#) == #"{"mt":"KeepAlive","src":"k"}"#)
                let status = try #require(live.links.current.first)
                #expect(status.info?.version == "16r1")
                #expect(status.login.info.lics == 3)
                #expect(status.services?.map(\.name) == ["connect"])
                #expect(live.server.hasIssued("9876543210123456"))
                #expect(!live.server.hasIssued("1234"))
            }
            try await eventually { live.links.current.isEmpty && live.server.sessions.isEmpty }
        }
    }

    @Test("A wrong login is answered late, and then once more; a right one at once")
    func failedLogin() async throws {
        try await LiveServer.run(clock: clock) { [clock] live in
            try await live.connect { peer in
                for wait in [1, 2] {
                    _ = try await peer.ask(#"{"mt":"AppChallenge"}"#)
                    try await peer.send(#"{"mt":"AppLogin","digest":"0"}"#)
                    // Nothing is sent before the clock is moved: the answer can only be the one after it.
                    while clock.sleepers == 0 { try await Task.sleep(for: .milliseconds(2)) }
                    try await live.logIn(as: .user) { _ in }
                    while clock.sleepers == 0 { try await Task.sleep(for: .milliseconds(2)) }
                    clock.move(by: .seconds(wait))
                    #expect(try await peer.receive() == #"{"mt":"AppLoginResult"}"#)
                }
                #expect(try await peer.receive() == nil)
                #expect(peer.connection.closeReason?.code == .normal)
            }
        }
    }

    @Test("Whoever does not log in is closed after a minute")
    func idle() async throws {
        try await LiveServer.run(clock: clock) { [clock] live in
            try await live.connect { peer in
                while clock.sleepers == 0 { try await Task.sleep(for: .milliseconds(2)) }
                clock.move(by: .seconds(60))
                #expect(try await peer.receive() == nil)
                #expect(peer.connection.closeReason?.code == .normal)
            }
        }
    }

    @Test(
        "Before the login other messages close with 1008, and what is no message with 1002", arguments: [(#"{"mt":"KeepAlive"}"#, 1008), ("{", 1002)])
    func earlyMessages(text: String, code: UInt16) async throws {
        try await LiveServer.run(clock: clock) { live in
            try await live.connect { peer async throws in
                #expect(try await peer.ask(text) == nil)
                #expect(peer.connection.closeReason?.code.rawValue == code)
            }
        }
    }

    @Test("An API gets the messages of its roles; others are told; a failing handler ends nothing")
    func apis() async throws {
        let api = EchoApi()
        try await LiveServer.run(clock: clock, apis: [api]) { live in
            try await live.logIn(as: .manager) { manager in
                try await manager.send(#"{"api":"Echo","mt":"Fail","src":"1"}"#)
                #expect(try await manager.ask(#"{"api":"Echo","mt":"Say","src":"2"}"#) == #"{"api":"Echo","mt":"SayResult","src":"2","sip":"-"}"#)
            }
            try await live.logIn(as: .user) { user async throws in
                #expect(
                    try await user.ask(#"{"api":"Echo","mt":"Say","src":"3"}"#)
                        == #"{"api":"Echo","mt":"SayResult","src":"3","error":"access denied"}"#)
                #expect(try await user.ask(#"{"mt":"KeepAlive"}"#) == #"{"mt":"KeepAlive"}"#)
            }
            try await eventually { api.endedSessions.withLock { $0.count } == 2 }
        }
    }

    @Test("Sessions of a password that was replaced are closed, others stay")
    func changedPassword() async throws {
        let password = Mutex(Logins.password)
        try await LiveServer.run(clock: clock, passwords: { [Secret(password.withLock { $0 })] }) { live in
            try await live.logIn(as: .user) { old in
                // The answer to the login is faster than the session; a password that changes between the two closes it at once.
                try await eventually { live.server.sessions.count == 1 }
                password.withLock { $0 = "new password" }
                try await live.connect { new in
                    try await new.logIn(Logins.signed(Logins.user, password: "new password"))
                    try await eventually { live.server.sessions.count == 2 }
                    await live.server.closeOutdatedSessions()
                    #expect(try await old.receive() == nil)
                    #expect(try await new.ask(#"{"mt":"KeepAlive"}"#) == #"{"mt":"KeepAlive"}"#)
                }
            }
        }
    }

    @Test("Several PBXs hold connections at once; the newest is asked first")
    func severalLinks() async throws {
        try await LiveServer.run(clock: clock) { live in
            try await live.logIn(as: .pbx) { first in
                _ = try await first.ask(#"{"mt":"PbxInfo","pbx":"master","apis":["Services"]}"#)
                try await first.send(#"{"api":"Services","mt":"ServicesInfo","services":[{"name":"connect"},{"name":"only-here"}]}"#)
                try await eventually { live.links.current.first?.services?.count == 2 }
                try await live.logIn(as: .pbx) { second in
                    _ = try await second.ask(#"{"mt":"PbxInfo","pbx":"slave","apis":["Services"]}"#)
                    try await second.send(#"{"api":"Services","mt":"ServicesInfo","services":[{"name":"connect"}]}"#)
                    try await eventually { live.links.current.first?.services?.count == 1 }
                    #expect(live.links.current.map(\.info?.pbx) == ["slave", "master"])
                    #expect(live.links.link(listing: "connect")?.0.status.info?.pbx == "slave")
                    #expect(live.links.link(listing: "only-here")?.0.status.info?.pbx == "master")
                    #expect(live.links.link(listing: "nowhere") == nil)
                    #expect(PBXConnectServices.list(live.links.current)?.map(\.name) == ["connect", "only-here"])
                }
                try await eventually { live.links.current.count == 1 }
                #expect(live.links.link(listing: "connect")?.0.status.info?.pbx == "master")
            }
        }
    }
}
