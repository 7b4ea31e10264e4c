import Testing

@testable import Lab

@Suite struct ConnectLoginTests {
    @Test("A login whose digest fits is accepted, for the plain and for the moderator app object", arguments: ["connect", "connect~moderator"])
    func accepted(_ object: String) {
        var bench = ConnectBench()
        #expect(bench.logIn(1, to: object) == [#"{"mt":"AppLoginResult","ok":true,"domain":"example.com"}"#])
        #expect(bench.core.sessions[1]?.login?.isModerator == (object == "connect~moderator"))
        #expect(bench.core.violations.isEmpty)
    }

    @Test("A login with another password is refused and noted")
    func wrongPassword() {
        var bench = ConnectBench()
        #expect(bench.logIn(1, password: "moderatorPwd") == [#"{"mt":"AppLoginResult","error":true}"#])
        #expect(bench.core.violations.map(\.rule) == [.wrongDigest])
    }

    @Test("A challenge that was sent as a number is digested as its decimal text")
    func numericChallenge() {
        var options = ConnectOptions()
        options.writesChallengeAsNumber = true
        var bench = ConnectBench(options)
        #expect(bench.logIn(1) == [#"{"mt":"AppLoginResult","ok":true,"domain":"example.com"}"#])
    }

    @Test("Whatever else comes before the login ends the connection")
    func beforeLogin() {
        var bench = ConnectBench()
        bench.core.connected(1)
        #expect(bench.send(#"{"mt":"ReadTopics","src":"a"}"#) == ["close"])
        #expect(bench.core.violations.map(\.rule) == [.beforeLogin])
    }

    @Test("Topics are what info.apps of the login names")
    func topics() {
        var bench = ConnectBench()
        _ = bench.logIn(1, zones: ["whatsapp", "sales"])
        #expect(
            bench.send(#"{"mt":"ReadTopics","src":"t1"}"#) == [
                #"{"mt":"Topic","src":"t1","sip":"whatsapp","dn":"Zone"}"#, #"{"mt":"Topic","src":"t1","sip":"sales","dn":"Zone"}"#,
                #"{"mt":"ReadTopicsResult","src":"t1"}"#,
            ])
    }

    @Test("Unknown messages are ignored, KeepAlive is answered")
    func others() {
        var bench = ConnectBench()
        _ = bench.logIn(1)
        #expect(bench.send(#"{"mt":"GetConnectInfo","src":"c"}"#).isEmpty)
        #expect(bench.send(#"{"mt":"KeepAlive"}"#) == [#"{"mt":"KeepAlive"}"#])
    }

    @Test("A restart ends every connection and keeps the posts")
    func restart() throws {
        var bench = ConnectBench()
        _ = bench.logIn(1)
        _ = bench.logIn(2, to: "connect~moderator")
        let id = try bench.human(ConnectHumanPost(author: "anna", text: "x", topic: "whatsapp"))
        #expect(bench.core.restart() == [.close(1), .close(2)])
        #expect(bench.core.posts[id] != nil)
        #expect(bench.send(#"{"mt":"ReadTopics","src":"t1"}"#).isEmpty)
    }
}
