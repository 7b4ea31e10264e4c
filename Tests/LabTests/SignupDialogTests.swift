import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Transport

@testable import Lab

/// The sign-up dialog as its page sees it, and what a script does to the sign-up.
@Suite struct SignupDialogTests {
    private let lab = Lab(configuration: LabConfiguration(), clock: .still(), logger: Logger(label: "lab"))

    private func answer(_ method: HTTPMethod, _ uri: String, _ body: String = "", type: String = "application/json") async throws -> (
        response: HTTPResponse, text: String
    ) {
        let request = HTTPRequest(
            method: method, uri: uri, headers: ["Host": "127.0.0.1:8600", "Content-Type": type],
            body: HTTPRequestBody(ByteBuffer(string: body)))
        guard case .response(let response) = await LabRouter(lab: lab).answer(request) else { throw LabError("a WebSocket") }
        return (response, String(buffer: try await response.body.collect(upTo: 1 << 20)))
    }

    private var login: String {
        #""client_id":"\#(lab.configuration.signupApp.id)","config_id":"\#(lab.configuration.signupApp.configurationID)""#
    }

    @Test("Pages of other ports may load the stand-in of the SDK; the dialog has its own files and nothing else")
    func files() async throws {
        let sdk = try await answer(.GET, "/meta/sdk.js").response
        #expect(sdk.status == .ok && sdk.headers.first(name: "Cross-Origin-Resource-Policy") == "cross-origin")
        for path in ["/meta/dialog", "/meta/dialog.js"] {
            let file = try await answer(.GET, path).response
            #expect(file.status == .ok && file.headers.first(name: "Cross-Origin-Resource-Policy") == nil)
            #expect(file.headers.first(name: "Content-Security-Policy")?.hasPrefix("default-src 'none'; script-src 'self';") == true)
        }
        #expect(try await answer(.GET, "/meta/other").response.status == .notFound)
    }

    @Test("The dialog shows the accounts to an app with its login configuration, and to nobody else")
    func choices() async throws {
        let app = lab.configuration.signupApp
        let shown = try await answer(.GET, "/meta/dialog/choices?client_id=\(app.id)&config_id=\(app.configurationID)")
        let accounts = try LabJSON(parsing: shown.text)["accounts"]?.array
        #expect(accounts?.compactMap { $0["id"]?.string } == [lab.configuration.waba] + lab.configuration.joinableAccounts.map(\.id))
        #expect(accounts?.compactMap { $0["numbers"]?.array?.count } == [1, 3, 1])
        #expect(!shown.text.contains(app.secret))
        #expect(try await answer(.GET, "/meta/dialog/choices?client_id=\(app.id)&config_id=1").response.status == .badRequest)
        #expect(try await answer(.GET, "/meta/dialog/choices").response.status == .badRequest)
    }

    @Test("What is chosen becomes a code that is worth something once it is handed out; the numbers are there from then on")
    func finishing() async throws {
        let account = lab.configuration.joinableAccounts[0]
        let chosen = #"{\#(login),"account":"\#(account.id)","number":"\#(account.numbers[1].id)"}"#
        #expect(try await answer(.POST, "/meta/dialog/prepare", chosen, type: "text/plain").response.status == .unsupportedMediaType)
        let prepared = try LabJSON(parsing: try await answer(.POST, "/meta/dialog/prepare", chosen).text)
        #expect(prepared["event"] == "FINISH" && prepared["data"]?["phone_number_id"] == .string(account.numbers[1].id))
        let code = try #require(prepared["code"]?.string)
        #expect(try await answer(.POST, "/meta/dialog/finish", #"{"code":"\#(code)"}"#).response.status == .ok)
        #expect(try await answer(.POST, "/meta/dialog/finish", #"{"code":"\#(code)"}"#).response.status == .badRequest)
        let numbers = LabSnapshot(lab: lab).state["numbers"]?.array?.compactMap { $0["id"]?.string }
        #expect(numbers == lab.configuration.numbers.map(\.id) + account.numbers.map(\.id))
        #expect(LabSnapshot(lab: lab).signup["accounts"]?.array?.map { $0["joined"] == true } == [false, true, false])
    }

    @Test("Numbers of the WhatsApp Business app need the feature that asks for them")
    func businessApp() async throws {
        let account = lab.configuration.joinableAccounts[1]
        let chosen = #""account":"\#(account.id)","number":"\#(account.numbers[0].id)""#
        #expect(try await answer(.POST, "/meta/dialog/prepare", "{\(login),\(chosen)}").response.status == .badRequest)
        let feature = #""featureType":"whatsapp_business_app_onboarding""#
        let prepared = try LabJSON(parsing: try await answer(.POST, "/meta/dialog/prepare", "{\(login),\(chosen),\(feature)}").text)
        #expect(prepared["event"] == "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING")
    }

    // MARK: Scripts

    private func control(_ name: String, _ body: String) async throws -> HTTPResponseStatus {
        try await answer(.POST, "/lab/api/\(name)", body).response.status
    }

    @Test("A script sets what the sign-up gets wrong")
    func options() async throws {
        let body =
            #"{"order":"never","objects":true,"tellsBusinessAppNumber":false,"bareToken":true,"requiresProof":true,"scopes":["a"],"#
            + #""targets":"empty","app":"1","tokenLifetime":60,"dataAccessLifetime":0,"callback":"http://own"}"#
        #expect(try await control("signup", body) == .ok)
        var expected = MetaSignupOptions()
        expected.order = .never
        expected.sendsObjects = true
        expected.tellsBusinessAppNumber = false
        expected.answersBareToken = true
        expected.scopes = ["a"]
        expected.targets = .empty
        expected.appID = "1"
        expected.tokenLifetime = 60
        #expect(lab.meta.signupOptions == expected)
        #expect(lab.meta.signupApp.requiresProof && lab.meta.signupCallbackURL == "http://own")
        for refused in [#"{"order":"soon"}"#, #"{"targets":"none"}"#, #"{"tokenLifetime":-1}"#, #"{"remove":"1"}"#] {
            #expect(try await control("signup", refused) == .badRequest)
        }
    }

    @Test("Tokens are revoked with and without a word")
    func revoking() async throws {
        let account = lab.configuration.joinableAccounts[0].id
        func token() throws -> Int {
            let code = try lab.meta.signUp(account: account, number: nil).code
            let app = lab.configuration.signupApp
            let request = GraphRequest(
                method: "GET", path: "/v25.0/oauth/access_token", query: ["client_id": app.id, "client_secret": app.secret, "code": code])
            _ = lab.meta.state.withLock { $0.core.reply(to: request, now: lab.clock.now()) }
            return lab.meta.signupTokens(of: account)
        }
        #expect(try token() == 1)
        #expect(try await control("signup", #"{"revoke":"\#(account)"}"#) == .ok)
        #expect(lab.meta.signupTokens(of: account) == 0)
        #expect(try token() == 1)
        #expect(try await control("signup", #"{"remove":"\#(account)"}"#) == .ok)
        #expect(lab.meta.signupTokens(of: account) == 0)
        #expect(try token() == 1)
        #expect(try await control("fault", #"{"system":"meta","kind":"revokeToken"}"#) == .ok)
        #expect(lab.meta.signupTokens(of: account) == 0)
    }

    @Test(
        "A script sends events of account and number",
        arguments: [
            (#"{"kind":"quality","event":"FLAGGED"}"#, "phone_number_quality_update", "FLAGGED"),
            (#"{"kind":"name","decision":"REJECTED"}"#, "phone_number_name_update", "REJECTED"),
            (#"{"kind":"account","event":"ACCOUNT_DELETED","account":"203040506070801"}"#, "account_update", "ACCOUNT_DELETED"),
            (#"{"field":"security","value":{"event":"PIN_CHANGED"}}"#, "security", "PIN_CHANGED"),
        ])
    func events(_ body: String, _ field: String, _ word: String) async throws {
        lab.meta.callbackURL = "http://own"
        lab.meta.signupCallbackURL = "http://vendor"
        lab.meta.state.withLock { _ = $0.core.apps[1].callbacks.subscribed.insert("203040506070801") }
        #expect(try await control("event", body) == .ok)
        let delivery = try #require(lab.meta.state.withLock { $0.core.fire(now: lab.clock.now()) }.first)
        #expect(delivery.url == (body.contains("2030405") ? "http://vendor" : "http://own"))
        let text = String(decoding: delivery.body, as: UTF8.self)
        #expect(text.contains(#""field":"\#(field)""#) && text.contains(word))
    }

    @Test(
        "Events of what does not exist are refused",
        arguments: ["{}", #"{"kind":"odd"}"#, #"{"kind":"name","number":"1"}"#, #"{"kind":"account","account":"1"}"#])
    func refusedEvents(_ body: String) async throws {
        #expect(try await control("event", body) == .badRequest)
    }
}
