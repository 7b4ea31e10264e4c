import Protocol
import Testing

@Suite("Messages of the base protocol")
struct AppWebsocketMessageTests {
    /// Reads a message of the type expected from literal JSON.
    func read<Message: AppWebsocketMessage>(_ type: Message.Type, _ text: String) throws -> Message {
        let envelope = try Envelope(text)
        #expect(envelope.mt == Message.mt)
        #expect(envelope.api == Message.api)
        return try Message(envelope)
    }

    func read<Message: AppWebsocketMessage>(_ text: String) throws -> Message { try read(Message.self, text) }

    func written(_ message: some AppWebsocketMessage, src: RequestTag? = nil) -> String { String(decoding: message.encoded(src: src), as: UTF8.self) }

    @Test("AppChallenge, with what some clients add")
    func appChallenge() throws {
        #expect(try read(#"{"mt":"AppChallenge","user":"x","appObj":"connector"}"#) == AppChallenge())
        #expect(written(AppChallenge()) == #"{"mt":"AppChallenge"}"#)
    }

    @Test("AppChallengeResult, with a number too", arguments: [#""9876543210123456""#, "9876543210123456"])
    func appChallengeResult(challenge: String) throws {
        let message = AppChallengeResult(challenge: "9876543210123456")
        #expect(try read(#"{"mt":"AppChallengeResult","challenge":\#(challenge),"nonce":"1"}"#) == message)
        #expect(written(message) == #"{"mt":"AppChallengeResult","challenge":"9876543210123456"}"#)
    }

    @Test("AppChallengeResult without a challenge means nothing", arguments: ["null", #""""#, "{}"])
    func noChallenge(challenge: String) throws {
        #expect(throws: MissingMember.self) { try read(AppChallengeResult.self, #"{"mt":"AppChallengeResult","challenge":\#(challenge)}"#) }
    }

    static let info =
        #"{"appobj":"connect","appdn":"Connect","appurl":"https://ap.example.com/example.com/connect/innovaphone-connect","pbx":"master","cn":"Connector","unlicensed":true,"apps":[]}"#
    static let serviceLogin = AppLogin(
        app: "innovaphone-connect", domain: "example.com", sip: "connector", guid: "00112233445566778899aabbccddeeff", dn: "Connector",
        info: try? RawJSON(info), digest: "c930e0936cf4040da55173c124ae8180d4ed942821314ae1f7d3c328880d37fa", pbxObj: "connect")

    @Test("AppLogin to a service")
    func appLogin() throws {
        let text =
            #"{"mt":"AppLogin","app":"innovaphone-connect","domain":"example.com","sip":"connector","guid":"00112233445566778899aabbccddeeff","dn":"Connector","info":\#(Self.info),"digest":"c930e0936cf4040da55173c124ae8180d4ed942821314ae1f7d3c328880d37fa","pbxObj":"connect"}"#
        #expect(written(Self.serviceLogin) == text)
        #expect(try read(text) == Self.serviceLogin)
        #expect(LoginDigest.isValid(Self.serviceLogin, challenge: "2718281828459045", password: "connectPwd"))
    }

    @Test("AppLogin of the PBX object, in its own order of members")
    func appLoginOfPBX() throws {
        let login = try read(
            AppLogin.self,
            #"{"mt":"AppLogin","sip":"connector","guid":"00112233445566778899aabbccddeeff","dn":"Connector","digest":"f6a15346a8864f783b3477aea7b364b037fecbf4ef1de4a2b1c4865b0d948d2d","domain":"example.com","app":"acme-connector","info":\#(LoginDigestTests.pbxObject)}"#
        )
        #expect(LoginDigest.isValid(login, challenge: "9876543210123456", password: "Tr0ub4dor&3"))
        #expect(login.pbxObj == nil)
        let info = LoginInfo(login.info)
        #expect(info.appobj == "connector")
        #expect(info.appdn == "Connector")
        #expect(info.appurl == "https://ap.example.com/example.com/connector/acme-connector")
        #expect(info.pbx == "master")
        #expect(info.cn == "Connector")
        #expect(info.unlicensed)
        #expect(info.lics == 3)
        #expect(!info.testmode)
        #expect(info.apps.map(\.name) == ["connect"])
        #expect(info.apps.map(\.dn) == ["Connect"])
    }

    @Test("AppLogin with app and digest alone, and with nulls")
    func shortLogin() throws {
        let digest = "a205299ed2ef2786c311e0be1b14db343f2cadd906a6ae7b564eee34bda5e9a1"
        let login = AppLogin(app: "pbxadminapi", digest: digest)
        #expect(try read(#"{"mt":"AppLogin","app":"pbxadminapi","digest":"\#(digest)","key":"ignored"}"#) == login)
        #expect(
            try read(
                #"{"mt":"AppLogin","app":"pbxadminapi","domain":null,"sip":null,"guid":null,"dn":null,"info":null,"pbxObj":null,"digest":"\#(digest)"}"#
            ) == login)
    }

    @Test(
        "An info of any shape is read without harm",
        arguments: ["null", "[]", "7", #""x""#, #"{"apps":{},"lics":"many","appobj":[]}"#, #"{"apps":[null,1,{"dn":"x"}],"lics":null}"#])
    func oddInfo(text: String) throws {
        let info = LoginInfo(try RawJSON(text))
        #expect(info.appobj == nil)
        #expect(info.lics == 0)
        #expect(info.apps.isEmpty)
    }

    @Test("AppLoginResult of a login that holds")
    func loginResult() throws {
        let message = AppLoginResult(ok: true, app: "acme-connector", domain: "example.com")
        let text = #"{"mt":"AppLoginResult","app":"acme-connector","ok":true,"domain":"example.com"}"#
        #expect(written(message) == text)
        #expect(try read(text) == message)
    }

    @Test(
        "AppLoginResult of a login that fails",
        arguments: ["{}", #"{"ok":false}"#, #"{"ok":null}"#, #"{"ok":true,"error":1}"#, #"{"ok":true,"error":"no"}"#, #"{"ok":0,"error":{}}"#])
    func failedLogin(members: String) throws {
        let text = #"{"mt":"AppLoginResult","# + members.dropFirst()
        #expect(try !read(AppLoginResult.self, text.replacing(",}", with: "}")).ok)
        #expect(written(AppLoginResult(ok: false)) == #"{"mt":"AppLoginResult"}"#)
    }

    @Test("AppInfo and its result")
    func appInfo() throws {
        #expect(try read(#"{"mt":"AppInfo","app":"acme-connector"}"#) == AppInfo(app: "acme-connector"))
        #expect(written(AppInfo(app: "acme-connector")) == #"{"mt":"AppInfo","app":"acme-connector"}"#)
        let result = AppInfoResult(
            app: "acme-connector", info: ["hidden": false, "apis": [:]], serviceInfo: ["apis": ["com.acme.connector": ["title": "Connector"]]])
        let text =
            #"{"mt":"AppInfoResult","app":"acme-connector","info":{"hidden":false,"apis":{}},"serviceInfo":{"apis":{"com.acme.connector":{"title":"Connector"}}}}"#
        #expect(written(result) == text)
        #expect(try read(text) == result)
        #expect(written(AppInfoResult(app: "other")) == #"{"mt":"AppInfoResult","app":"other","info":{},"serviceInfo":{}}"#)
        #expect(
            written(AppInfoResult(app: "p", deviceapp: "phone"))
                == #"{"mt":"AppInfoResult","app":"p","info":{},"serviceInfo":{},"deviceapp":"phone"}"#)
    }

    @Test("AppInfoResult with the spellings of the field", arguments: ["serviceInfo", "seviceInfo", "sericeinfo"])
    func misspelled(name: String) throws {
        let result = try read(AppInfoResult.self, #"{"mt":"AppInfoResult","app":"a","info":{},"\#(name)":{"apis":{"x":{}}},"deviceapp":"rcc"}"#)
        #expect(result.serviceInfo == ["apis": ["x": [:]]])
        #expect(result.deviceapp == "rcc")
    }

    @Test("PbxInfo of newer and of older PBXs")
    func pbxInfo() throws {
        let message = PbxInfo(
            domain: "example.com", pbx: "master", pbxDns: "pbx.example.com", apis: [.pbxApi, .pbxTableUsers, .services], version: "16r1",
            build: "1610855")
        let text =
            #"{"mt":"PbxInfo","domain":"example.com","pbx":"master","pbxDns":"pbx.example.com","apis":["PbxApi","PbxTableUsers","Services"],"version":"16r1","build":"1610855"}"#
        #expect(written(message) == text)
        #expect(try read(text) == message)
        let old = try read(PbxInfo.self, #"{"mt":"PbxInfo","domain":"example.com","pbx":"master","pbxDns":"","apis":[null,{},"Services","New"]}"#)
        #expect(old.apis == [.services, PbxApiID("New")])
        #expect(old.version == nil)
        #expect(try read(PbxInfo.self, #"{"mt":"PbxInfo","apis":null}"#).apis.isEmpty)
    }

    @Test("The PBX's APIs are named as on the wire")
    func apiIDs() {
        let all: [PbxApiID] = [.pbxApi, .pbxAdminApi, .pbxSignal, .epSignal, .pbxTableUsers, .pbxMessages, .services, .rcc, .pbxImpersonation]
        #expect(
            all.map(\.rawValue) == [
                "PbxApi", "PbxAdminApi", "PbxSignal", "EpSignal", "PbxTableUsers", "PbxMessages", "Services", "RCC", "PbxImpersonation",
            ])
    }

    @Test("AppCheckLogin and its result")
    func appCheckLogin() throws {
        let text =
            #"{"mt":"AppCheckLogin","src":"s1","app":"connector","domain":"example.com","challenge":"1234","digest":"56c51ff18f3871d0cc2cb74cc09ced7aae6bd47665c400afeb8bf6a6c8e48b76"}"#
        let message = try read(AppCheckLogin.self, text)
        #expect(written(message, src: "s1") == text)
        #expect(message.fits("Tr0ub4dor&3"))
        #expect(!message.fits("Tr0ub4dor"))
        #expect(written(AppCheckLoginResult(ok: true), src: "s1") == #"{"mt":"AppCheckLoginResult","src":"s1","ok":true}"#)
        #expect(written(AppCheckLoginResult(ok: false), src: "s1") == #"{"mt":"AppCheckLoginResult","src":"s1"}"#)
        #expect(try read(#"{"mt":"AppCheckLoginResult","ok":true}"#) == AppCheckLoginResult(ok: true))
        #expect(try read(#"{"mt":"AppCheckLoginResult"}"#) == AppCheckLoginResult(ok: false))
    }

    @Test("AppCheckLogin fits without a domain, and with all members of a login")
    func checkLoginVariants() throws {
        var login = AppLogin(app: "connector")
        login.digest = LoginDigest.digest(of: login, challenge: "1234", password: "p")
        let bare = try read(AppCheckLogin.self, #"{"mt":"AppCheckLogin","app":"connector","challenge":"1234","digest":"\#(login.digest)"}"#)
        #expect(bare.fits("p"))
        login.sip = "connector"
        login.digest = LoginDigest.digest(of: login, challenge: "1234", password: "p")
        let full = try read(
            AppCheckLogin.self, #"{"mt":"AppCheckLogin","app":"connector","sip":"connector","challenge":"1234","digest":"\#(login.digest)"}"#)
        #expect(full.fits("p"))
        #expect(!full.fits("q"))
    }

    @Test("CheckBuild and its result")
    func checkBuild() throws {
        let message = CheckBuild(url: "https://ap.example.com/d/i/app.htm")
        #expect(try read(#"{"mt":"CheckBuild","url":"https://ap.example.com/d/i/app.htm"}"#) == message)
        #expect(written(message) == #"{"mt":"CheckBuild","url":"https://ap.example.com/d/i/app.htm"}"#)
        #expect(written(CheckBuildResult()) == #"{"mt":"CheckBuildResult"}"#)
        #expect(try read(#"{"mt":"CheckBuildResult","url":"/d/i/160001/app.htm"}"#) == CheckBuildResult(url: "/d/i/160001/app.htm"))
        #expect(written(CheckBuildResult(url: "/x")) == #"{"mt":"CheckBuildResult","url":"/x"}"#)
    }

    @Test("KeepAlive")
    func keepAlive() throws {
        #expect(try read(#"{"mt":"KeepAlive"}"#) == KeepAlive())
        #expect(written(KeepAlive()) == #"{"mt":"KeepAlive"}"#)
    }
}
