import Bridge
import Protocol
import Testing
import Transport

@testable import AppService

@Suite("Rules of a session")
struct ServerSessionTests {
    typealias Action = ServerSession.Action

    let start = Moment(milliseconds: 1_790_000_000_000)
    let instance = ServerSession.Instance(
        domain: Logins.domain, apis: ["Config": [.manager], "Open": [.pbx, .manager, .user]], passwords: { _ in [Secret(Logins.password)] })

    func receive(_ text: String, _ session: inout ServerSession, challenge: String = Logins.challenge) -> [Action] {
        session.received(Array(text.utf8), of: instance) { challenge }
    }

    func send(_ text: String) -> Action { .send(Array(text.utf8)) }

    func failed(_ text: String = #"{"mt":"AppLoginResult"}"#) -> [Action] { [.refuse(Array(text.utf8))] }

    func loggedIn(as role: SessionRole) -> ServerSession {
        var session = ServerSession(at: start)
        _ = receive(#"{"mt":"AppChallenge"}"#, &session)
        let actions = session.received(Logins.signed(Logins.login(role)).encoded(), of: instance) { "" }
        guard case .loggedIn(let login, _, _)? = actions.first else {
            Issue.record("no login as \(role)")
            return session
        }
        #expect(login.role == role)
        return session
    }

    // MARK: Login

    @Test("The PBX logs in as the protocol's transcript does")
    func transcript() throws {
        var session = ServerSession(at: start)
        #expect(
            receive(#"{"mt":"AppChallenge"}"#, &session)
                == [.challenge(Logins.challenge, Array(#"{"mt":"AppChallengeResult","challenge":"9876543210123456"}"#.utf8))])
        let actions = receive(
            #"{"mt":"AppLogin","sip":"connector","guid":"00112233445566778899aabbccddeeff","dn":"Connector","digest":"f6a15346a8864f783b3477aea7b364b037fecbf4ef1de4a2b1c4865b0d948d2d","domain":"example.com","app":"acme-connector","info":\#(Logins.pbxInfo)}"#,
            &session)
        guard case .loggedIn(let login, let password, let answer)? = actions.first, actions.count == 1 else {
            Issue.record("\(actions)")
            return
        }
        #expect(Logins.text(answer) == #"{"mt":"AppLoginResult","app":"acme-connector","ok":true,"domain":"example.com"}"#)
        #expect(login.role == .pbx)
        #expect(login.info.lics == 3)
        #expect(login.key.revealed() == "2e1904bf73b794f8284b2aac542220d4f66a8831919a0946659b34803048b59d")
        #expect(password == Secret(Logins.password))
        #expect(session.deadline == nil)
    }

    @Test("Tags are copied into the answers of the login")
    func tags() {
        var session = ServerSession(at: start)
        #expect(
            receive(#"{"mt":"AppChallenge","src":"a"}"#, &session)
                == [.challenge(Logins.challenge, Array(#"{"mt":"AppChallengeResult","src":"a","challenge":"9876543210123456"}"#.utf8))])
        #expect(receive(#"{"mt":"AppLogin","src":"b","digest":""}"#, &session) == failed(#"{"mt":"AppLoginResult","src":"b"}"#))
    }

    @Test("CheckBuild is answered before and after the login, never with a URL", arguments: [false, true])
    func checkBuild(isLoggedIn: Bool) {
        var session = isLoggedIn ? loggedIn(as: .user) : ServerSession(at: start)
        #expect(
            receive(#"{"mt":"CheckBuild","url":"https://x/d/i/123/a.htm","src":"c"}"#, &session) == [send(#"{"mt":"CheckBuildResult","src":"c"}"#)])
        #expect(receive(#"{"mt":"CheckBuild"}"#, &session) == [send(#"{"mt":"CheckBuildResult"}"#)])
    }

    @Test("A challenge is good for one login, and only the newest one is")
    func challengeOnce() {
        let login = Logins.text(Logins.signed(Logins.user).encoded())
        var session = ServerSession(at: start)
        #expect(receive(login, &session) == failed())

        session = ServerSession(at: start)
        _ = receive(#"{"mt":"AppChallenge"}"#, &session)
        #expect(receive(#"{"mt":"AppLogin","digest":"0"}"#, &session) == failed())
        #expect(session.refused(at: start) == [])
        #expect(receive(login, &session) == failed())

        session = ServerSession(at: start)
        _ = receive(#"{"mt":"AppChallenge"}"#, &session)
        _ = receive(#"{"mt":"AppChallenge"}"#, &session, challenge: "1111222233334444")
        #expect(receive(login, &session) == failed())
    }

    @Test("After a failed login one more is allowed; after the second the connection closes with 1000")
    func secondAttempt() {
        var session = ServerSession(at: start)
        _ = receive(#"{"mt":"AppChallenge"}"#, &session)
        #expect(receive(#"{"mt":"AppLogin","digest":"0"}"#, &session) == failed())
        #expect(session.deadline == nil)
        #expect(session.refused(at: start + .seconds(1)) == [])
        #expect(session.deadline == start + .seconds(6))
        _ = receive(#"{"mt":"AppChallenge"}"#, &session)
        #expect(session.deadline == start + .seconds(60))
        var again = session
        guard case .loggedIn? = receive(Logins.text(Logins.signed(Logins.user).encoded()), &again).first else {
            Issue.record("the second attempt was refused")
            return
        }
        #expect(receive(#"{"mt":"AppLogin","digest":"0"}"#, &session) == failed())
        #expect(session.refused(at: start + .seconds(3)) == [.close(.normal, "login failed")])
        #expect(receive(#"{"mt":"AppChallenge"}"#, &session) == [.ignored("out of turn")])
    }

    @Test("Whoever asks for no other challenge within 5 s of a failed login is closed with 1000")
    func retryPatience() {
        var session = ServerSession(at: start)
        _ = receive(#"{"mt":"AppLogin"}"#, &session)
        _ = session.refused(at: start + .seconds(1))
        #expect(session.timeReached(at: start + .milliseconds(5_999)) == [])
        #expect(session.timeReached(at: start + .seconds(6)) == [.close(.normal, "no login")])
        #expect(session.timeReached(at: start + .seconds(7)) == [])
    }

    @Test("Whoever does not log in within a minute is closed, however often it asks for challenges")
    func loginPatience() {
        var session = ServerSession(at: start)
        #expect(session.deadline == start + .seconds(60))
        for _ in 0..<10 { _ = receive(#"{"mt":"AppChallenge"}"#, &session) }
        #expect(session.timeReached(at: start + .seconds(60)) == [.close(.normal, "no login")])
    }

    @Test("A login made with any of the passwords holds, and says with which")
    func severalPasswords() {
        let instance = ServerSession.Instance(domain: Logins.domain, passwords: { _ in [Secret("new"), Secret(Logins.password)] })
        var session = ServerSession(at: start)
        _ = session.received(AppChallenge().encoded(), of: instance) { Logins.challenge }
        guard case .loggedIn(_, let password, _)? = session.received(Logins.signed(Logins.user).encoded(), of: instance, makeChallenge: { "" }).first
        else {
            Issue.record("refused")
            return
        }
        #expect(password == Secret(Logins.password))
    }

    @Test("Without any password nobody logs in")
    func noPassword() {
        let instance = ServerSession.Instance(domain: Logins.domain, passwords: { _ in [] })
        var session = ServerSession(at: start)
        _ = session.received(AppChallenge().encoded(), of: instance) { Logins.challenge }
        #expect(session.received(Logins.signed(Logins.user, password: "").encoded(), of: instance) { "" } == failed())
    }

    @Test(
        "What is no message closes with 1002 before the login",
        arguments: ["", "{", "[]", "hello", "{}", #"{"mt":5}"#, #"{"mt":"AppChallenge"} x"#, String(repeating: "[", count: 10_000)])
    func malformedBefore(text: String) {
        var session = ServerSession(at: start)
        #expect(receive(text, &session) == [.close(.protocolError, "not a message")])
        #expect(session.deadline == nil)
    }

    @Test(
        "Any other message closes with 1008 before the login",
        arguments: ["KeepAlive", "AppInfo", "PbxInfo", "AppCheckLogin", "AppLoginResult", "AppChallengeResult", "appchallenge", "GetConfigItems", ""])
    func otherBefore(mt: String) {
        var session = ServerSession(at: start)
        #expect(receive(#"{"mt":"\#(mt)","api":"Config"}"#, &session) == [.close(.policyViolation, "log in first")])
        session = ServerSession(at: start)
        _ = receive(#"{"mt":"AppChallenge"}"#, &session)
        #expect(receive(#"{"mt":"\#(mt)"}"#, &session) == [.close(.policyViolation, "log in first")])
    }

    @Test("A long message before the login closes with 1009")
    func longBefore() {
        var session = ServerSession(at: start)
        #expect(receive(#"{"mt":"AppChallenge","x":"\#(String(repeating: "x", count: 65_536))"}"#, &session) == [.close(.messageTooBig, "")])
    }

    // MARK: Roles

    @Test("The login alone decides on the role")
    func roles() {
        func role(_ change: (inout AppLogin) -> Void, _ login: AppLogin) -> SessionRole {
            var login = login
            change(&login)
            return SessionRole(of: login, domain: Logins.domain)
        }
        #expect(role({ _ in }, Logins.pbx) == .pbx)
        #expect(role({ $0.sip = "anna" }, Logins.pbx) == .user)
        #expect(role({ $0.info = Logins.raw(#"{"cn":"connector"}"#) }, Logins.pbx) == .user)
        #expect(
            role(
                {
                    $0.info = Logins.raw(#"{"appobj":""}"#); $0.sip = ""
                }, Logins.pbx) == .user)
        #expect(role({ $0.info = nil }, Logins.pbx) == .user)
        #expect(role({ _ in }, Logins.manager) == .manager)
        #expect(role({ $0.domain = "EXAMPLE.com" }, Logins.manager) == .manager)
        #expect(role({ $0.domain = "example.org" }, Logins.manager) == .user)
        #expect(role({ $0.domain = "" }, Logins.manager) == .user)
        #expect(role({ $0.app = "acme-connector" }, Logins.manager) == .user)
        #expect(role({ $0.info = Logins.raw("{}") }, Logins.manager) == .user)
        #expect(role({ _ in }, Logins.user) == .user)
        #expect(role({ $0.app = "-" }, Logins.user) == .user)
    }

    /// What a role may do with a message after the login.
    enum Outcome: Sendable {
        case answered, unknown, delivered, denied, services, pbxInfo, described
    }

    static let matrix: [(String, [SessionRole: Outcome])] = [
        (#"{"mt":"KeepAlive","src":"s"}"#, [.pbx: .answered, .manager: .answered, .user: .answered]),
        (#"{"mt":"CheckBuild","src":"s"}"#, [.pbx: .answered, .manager: .answered, .user: .answered]),
        (#"{"mt":"AppInfo","app":"a","src":"s"}"#, [.pbx: .described, .manager: .described, .user: .described]),
        (#"{"mt":"PbxInfo","src":"s"}"#, [.pbx: .pbxInfo, .manager: .unknown, .user: .unknown]),
        (#"{"mt":"AppCheckLogin","src":"s"}"#, [.pbx: .unknown, .manager: .answered, .user: .unknown]),
        (#"{"mt":"ServicesInfo","api":"Services","src":"s"}"#, [.pbx: .services, .manager: .unknown, .user: .unknown]),
        (#"{"mt":"ReadConfig","api":"Config","src":"s"}"#, [.pbx: .denied, .manager: .delivered, .user: .denied]),
        (#"{"mt":"Anything","api":"Open","src":"s"}"#, [.pbx: .delivered, .manager: .delivered, .user: .delivered]),
        (#"{"mt":"Anything","api":"Other","src":"s"}"#, [.pbx: .unknown, .manager: .unknown, .user: .unknown]),
        (#"{"mt":"AppChallenge","src":"s"}"#, [.pbx: .unknown, .manager: .unknown, .user: .unknown]),
        (#"{"mt":"AppLogin","src":"s"}"#, [.pbx: .unknown, .manager: .unknown, .user: .unknown]),
        (#"{"mt":"SqlExec","src":"s"}"#, [.pbx: .unknown, .manager: .unknown, .user: .unknown]),
    ]

    @Test("Each role may do what it may, and nothing else", arguments: matrix)
    func permissions(text: String, outcomes: [SessionRole: Outcome]) throws {
        let message = try Envelope(text)
        for role in SessionRole.allCases {
            var session = loggedIn(as: role)
            let actions = receive(text, &session)
            switch try #require(outcomes[role]) {
            case .answered:
                guard case .send(let bytes)? = actions.first else {
                    Issue.record("\(role): \(actions)")
                    continue
                }
                #expect(try Envelope(bytes).src == "s")
                #expect(try Envelope(bytes)["error"] == nil)
            case .unknown:
                #expect(actions == [.ignored(message.mt), send(Logins.text(UnknownMessage(answering: message)?.encoded() ?? []))])
            case .delivered: #expect(actions == [.deliver(message)])
            case .denied: #expect(actions == [.deny(message)])
            case .services: #expect(actions == [.services(message)])
            case .pbxInfo: #expect(actions == [.pbxInfo(PbxInfo(message))])
            case .described: #expect(actions == [.describe(AppInfo(app: "a"), "s")])
            }
        }
    }

    @Test("An unknown message without a tag, or that is itself a result, gets no answer")
    func unknownSilently() {
        var session = loggedIn(as: .user)
        #expect(receive(#"{"mt":"SqlExec"}"#, &session) == [.ignored("SqlExec")])
        #expect(receive(#"{"mt":"SqlExecResult","src":"s"}"#, &session) == [.ignored("SqlExecResult")])
    }

    @Test("What is no message is ignored after the login", arguments: ["", "{", "[]", "hello", "{}", #"{"mt":5}"#])
    func malformedAfter(text: String) {
        var session = loggedIn(as: .pbx)
        #expect(receive(text, &session) == [.ignored("no message")])
        #expect(receive(#"{"mt":"KeepAlive"}"#, &session) == [send(#"{"mt":"KeepAlive"}"#)])
    }

    @Test("A manager may ask whether a password fits")
    func checkLogin() {
        var session = loggedIn(as: .manager)
        #expect(
            receive(
                #"{"mt":"AppCheckLogin","src":"s","app":"connector","domain":"example.com","challenge":"1234","digest":"56c51ff18f3871d0cc2cb74cc09ced7aae6bd47665c400afeb8bf6a6c8e48b76"}"#,
                &session) == [send(#"{"mt":"AppCheckLoginResult","src":"s","ok":true}"#)])
        #expect(
            receive(#"{"mt":"AppCheckLogin","src":"s","app":"connector","challenge":"1234","digest":"56c5"}"#, &session) == [
                send(#"{"mt":"AppCheckLoginResult","src":"s"}"#)
            ])
    }
}
