import Protocol
import Testing

@testable import AppService

@Suite("Rules of a login at another service")
struct ClientLoginTests {
    typealias Action = ClientLogin.Action

    func receive(_ text: String, _ rules: inout ClientLogin) -> [Action] { rules.received(Array(text.utf8)) }

    func send(_ text: String) -> Action { .send(Array(text.utf8)) }

    static let info = #"{ "appobj":"connect", "appdn":"Co\/nnect", "n":1.0 }"#

    @Test("Challenge, login through the PBX with its info unaltered, result; whatever else comes is ignored")
    func success() throws {
        var rules = ClientLogin()
        #expect(rules.start() == [send(#"{"mt":"AppChallenge"}"#)])
        #expect(receive(#"{"mt":"KeepAlive"}"#, &rules) == [])
        #expect(receive(#"{"mt":"AppLoginResult","ok":true}"#, &rules) == [])
        #expect(receive("{", &rules) == [])
        #expect(receive(#"{"mt":"AppChallengeResult"}"#, &rules) == [])
        #expect(receive(#"{"mt":"AppChallengeResult","challenge":2718281828459045}"#, &rules) == [.obtainLogin(challenge: "2718281828459045")])
        #expect(receive(#"{"mt":"AppChallengeResult","challenge":"1"}"#, &rules) == [])
        let login = AppLogin(
            app: "innovaphone-connect", domain: "example.com", sip: "connector", guid: "0011", dn: "Connector", info: try RawJSON(Self.info),
            digest: "c930", pbxObj: "connect")
        #expect(
            rules.obtained(login) == [
                send(
                    #"{"mt":"AppLogin","app":"innovaphone-connect","domain":"example.com","sip":"connector","guid":"0011","dn":"Connector","info":\#(Self.info),"digest":"c930","pbxObj":"connect"}"#
                )
            ])
        #expect(rules.obtained(login) == [])
        #expect(receive(#"{"mt":"Add","id":1}"#, &rules) == [])
        #expect(receive(#"{"mt":"AppLoginResult","ok":true,"domain":"example.com"}"#, &rules) == [.loggedIn(login)])
        #expect(receive(#"{"mt":"AppLoginResult","ok":true}"#, &rules) == [])
    }

    @Test(
        "A refusal is told with its text",
        arguments: [#"{"mt":"AppLoginResult"}"#, #"{"mt":"AppLoginResult","ok":false,"error":1,"errorText":"no"}"#])
    func refusal(answer: String) throws {
        var rules = ClientLogin()
        _ = rules.start()
        _ = receive(#"{"mt":"AppChallengeResult","challenge":"1"}"#, &rules)
        _ = rules.obtained(AppLogin(app: "a"))
        #expect(receive(answer, &rules) == [.refused(answer.contains("no") ? "no" : nil)])
    }
}
