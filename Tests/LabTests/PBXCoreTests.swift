import Testing

@testable import Lab

@Suite struct PBXCoreTests {
    private static let sessionKey = "2e1904bf73b794f8284b2aac542220d4f66a8831919a0946659b34803048b59d"

    private func core(_ options: PBXOptions = PBXOptions()) -> PBXCore {
        PBXCore(
            domain: "example.com",
            object: PBXAppObject(
                name: "connector", dn: "Connector", password: "Tr0ub4dor&3", url: "https://ap.example.com/example.com/connector/acme-connector",
                apis: ["PbxApi", "PbxTableUsers", "Services"], apps: ["connect"], licences: 3),
            services: [
                PBXTarget(
                    name: "connect", title: "Connect", url: "https://ap.example.com/example.com/connect/innovaphone-connect", password: "connectPwd",
                    apps: [], info: ["apis": ["com.innovaphone.connect": [:]]]),
                PBXTarget(
                    name: "connect~moderator", title: "Connect", url: "https://ap.example.com/example.com/connect/innovaphone-connect",
                    password: "moderatorPwd", apps: [], info: ["apis": ["com.innovaphone.connect": [:]]]),
            ], options: options)
    }

    private func texts(_ actions: [PBXAction]) -> [String] {
        actions.map { action in
            switch action {
            case .dial(_, let url): "dial \(url)"
            case .send(_, let text): text
            case .close: "close"
            }
        }
    }

    /// A core whose first link is logged in.
    private func open(_ options: PBXOptions = PBXOptions()) -> PBXCore {
        var core = core(options)
        _ = core.start()
        _ = core.connected(0)
        _ = core.received(#"{"mt":"AppChallengeResult","challenge":"9876543210123456"}"#, from: 0, now: 0)
        _ = core.received(#"{"mt":"AppLoginResult","ok":true}"#, from: 0, now: 0)
        return core
    }

    @Test("The login of the app object is the one of the protocol's transcript, digest included")
    func login() {
        var core = core()
        #expect(texts(core.start()) == ["dial wss://ap.example.com/example.com/connector"])
        #expect(texts(core.connected(0)) == [#"{"mt":"AppChallenge"}"#])
        #expect(
            texts(core.received(#"{"mt":"AppChallengeResult","challenge":"9876543210123456"}"#, from: 0, now: 0)) == [
                """
                {"mt":"AppLogin","sip":"connector","guid":"00112233445566778899aabbccddeeff","dn":"Connector",\
                "digest":"f6a15346a8864f783b3477aea7b364b037fecbf4ef1de4a2b1c4865b0d948d2d","domain":"example.com","app":"acme-connector",\
                "info":{"appobj":"connector","appdn":"Connector","appurl":"https://ap.example.com/example.com/connector/acme-connector",\
                "pbx":"master","cn":"Connector","unlicensed":true,"lics":3,"apps":[{"name":"connect","dn":"Connect"}]}}
                """
            ])
        #expect(
            texts(core.received(#"{"mt":"AppLoginResult","app":"acme-connector","ok":true,"domain":"example.com"}"#, from: 0, now: 0)) == [
                """
                {"mt":"PbxInfo","domain":"example.com","pbx":"master","pbxDns":"master.example.com","apis":["PbxApi","PbxTableUsers","Services"],\
                "version":"16r1","build":"1610855"}
                """, #"{"mt":"AppInfo","app":"acme-connector"}"#,
            ])
    }

    @Test("Services are listed, told again when they change, and only when they change")
    func services() {
        var core = open()
        let list = """
            "services":[{"name":"connect","title":"Connect","url":"https://ap.example.com/example.com/connect/innovaphone-connect",\
            "info":{"apis":{"com.innovaphone.connect":{}}}}]}
            """
        #expect(
            texts(core.received(#"{"api":"Services","mt":"SubscribeServices","src":"svc1"}"#, from: 0, now: 0)) == [
                #"{"api":"Services","mt":"SubscribeServicesResult","src":"svc1"}"#,
                #"{"api":"Services","mt":"ServicesInfo","src":"svc1","# + list,
            ])
        #expect(core.servicesChanged().isEmpty)
        core.object?.apps = []
        #expect(texts(core.servicesChanged()) == [#"{"api":"Services","mt":"ServicesInfo","src":"svc1","services":[]}"#])
        #expect(core.servicesChanged().isEmpty)
        _ = core.received(#"{"api":"Services","mt":"UnsubscribeServices","src":"svc1"}"#, from: 0, now: 0)
        core.object?.apps = ["connect"]
        #expect(core.servicesChanged().isEmpty)
    }

    @Test("A service login carries the digest for the target and its session key, wrapped in the key of this connection")
    func serviceLogin() throws {
        var core = open()
        let request = #"{"api":"Services","mt":"GetServiceLogin","src":"svc2","app":"connect","challenge":"2718281828459045"}"#
        let text = try #require(texts(core.received(request, from: 0, now: 0)).first)
        #expect(
            text.hasPrefix(
                """
                {"api":"Services","mt":"GetServiceLoginResult","src":"svc2","domain":"example.com","sip":"connector",\
                "guid":"00112233445566778899aabbccddeeff","dn":"Connector","pbxObj":"connect","app":"innovaphone-connect",\
                "info":{"appobj":"connect","appdn":"Connect","appurl":"https://ap.example.com/example.com/connect/innovaphone-connect",\
                "pbx":"master","cn":"Connector","unlicensed":true,"apps":[]},\
                "digest":"c930e0936cf4040da55173c124ae8180d4ed942821314ae1f7d3c328880d37fa","salt":
                """))
        let result = try LabJSON(parsing: text)
        let salt = try #require(result["salt"]?.string)
        let key = try #require(result["key"]?.string)
        let expected = "a1d81d39765ab610713d815e0d20fb2028e6775f50335eafe8ec5b7a5aaf420f"
        #expect(AppLoginDigest.encrypt(expected, seed: salt, sessionKey: Self.sessionKey) == key)
    }

    @Test("A login for what is not ticked is an error, and so is one without a challenge")
    func foreignService() {
        var core = open()
        let unticked = #"{"api":"Services","mt":"GetServiceLogin","src":"s","app":"connect~moderator","challenge":"1"}"#
        #expect(texts(core.received(unticked, from: 0, now: 0)) == [#"{"api":"Services","mt":"GetServiceLoginResult","src":"s","error":true}"#])
        _ = core.received(#"{"api":"Services","mt":"GetServiceLogin","src":"s","app":"connect"}"#, from: 0, now: 0)
        _ = core.received(#"{"api":"RCC","mt":"Initialize","src":"s"}"#, from: 0, now: 0)
        #expect(core.violations.map(\.rule) == [.foreignService, .missingChallenge, .foreignAPI])
    }

    @Test("A failed login is tried again ever more slowly, a successful one resets that")
    func reconnecting() {
        var core = core()
        _ = core.start()
        var now: Int64 = 0
        var delays: [Int64] = []
        for _ in 0..<8 {
            core.disconnected(0, now: now)
            let due = core.nextDue ?? 0
            delays.append(due - now)
            now = due
            #expect(texts(core.fire(now: now)) == ["dial wss://ap.example.com/example.com/connector"])
        }
        #expect(delays == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
        _ = core.connected(0)
        _ = core.received(#"{"mt":"AppChallengeResult","challenge":"1"}"#, from: 0, now: now)
        #expect(texts(core.received(#"{"mt":"AppLoginResult"}"#, from: 0, now: now)) == ["close"])
        var other = open()
        other.disconnected(0, now: 0)
        #expect(other.nextDue == 1_000)
    }

    @Test("A stopped PBX dials no more")
    func stopping() {
        var core = open()
        #expect(texts(core.stop()) == ["close"])
        core.disconnected(0, now: 0)
        #expect(core.nextDue == nil)
        #expect(texts(core.start()) == ["dial wss://ap.example.com/example.com/connector"])
    }

    @Test("Logins may be written with needless escapes, while the digest covers the plain form")
    func escapedLogins() throws {
        var options = PBXOptions()
        options.escapesLogins = true
        options.hasOddNames = true
        var core = core(options)
        _ = core.start()
        _ = core.connected(0)
        let text = try #require(texts(core.received(#"{"mt":"AppChallengeResult","challenge":9876543210123456}"#, from: 0, now: 0)).first)
        #expect(text.contains(#""dn":"R&D \"Connector\" \u6771\u4eac\/\ud83d\ude00""#))
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
        let login = try LabJSON(parsing: text)
        let fields = AppLoginDigest.Fields(
            app: "acme-connector", domain: "example.com", sip: "connector", guid: "00112233445566778899aabbccddeeff",
            dn: "R&D \"Connector\" 東京/😀", info: login["info"])
        #expect(login["digest"]?.string == AppLoginDigest.digest(fields, challenge: "9876543210123456", password: "Tr0ub4dor&3"))
    }

    @Test("AppInfo may come first, src may be missing, null entries and many services may be listed, and two PBXs may dial")
    func switches() throws {
        var options = PBXOptions()
        options.sendsAppInfoFirst = true
        options.omitsSource = true
        options.listsNullEntries = true
        options.pbxNames = ["master", "slave"]
        options.dialsWholeURL = true
        var core = core(options)
        #expect(texts(core.start()) == Array(repeating: "dial wss://ap.example.com/example.com/connector/acme-connector", count: 2))
        _ = core.connected(1)
        let login = texts(core.received(#"{"mt":"AppChallengeResult","challenge":"1"}"#, from: 1, now: 0))
        #expect(login.first?.contains(#""pbx":"slave""#) == true)
        #expect(texts(core.received(#"{"mt":"AppLoginResult","ok":true}"#, from: 1, now: 0)).first == #"{"mt":"AppInfo","app":"acme-connector"}"#)
        let subscribe = #"{"api":"Services","mt":"SubscribeServices","src":"s"}"#
        let listed = texts(core.received(subscribe, from: 1, now: 0))
        #expect(listed[0] == #"{"api":"Services","mt":"SubscribeServicesResult"}"#)
        #expect(
            listed[1].hasPrefix(
                #"{"api":"Services","mt":"ServicesInfo","services":[{"name":"reports","title":"Reports","url":"","info":null},{"name":"connect""#))
        core.options.listsManyServices = true
        let size = try #require(texts(core.servicesChanged()).first).utf8.count
        #expect((50_000...65_535).contains(size))
    }

    @Test(
        "Faults spoil the answers to what the service sends",
        arguments: [
            (PBXFault.Kind.drop, ["close"]), (.ignore, []),
            (.error("not now"), [#"{"api":"Services","mt":"GetServiceLoginResult","src":"s","error":"not now"}"#]),
            (.error(2), [#"{"api":"Services","mt":"GetServiceLoginResult","src":"s","error":2}"#]), (.delay(500), []),
        ])
    func faults(_ kind: PBXFault.Kind, _ answer: [String]) {
        var core = open()
        core.faults = [PBXFault(kind, on: "GetServiceLogin")]
        let request = #"{"api":"Services","mt":"GetServiceLogin","src":"s","app":"connect","challenge":"1"}"#
        #expect(texts(core.received(request, from: 0, now: 0)) == answer)
        if case .delay = kind { #expect(core.fire(now: 500).count == 1) }
        #expect(core.received(request, from: 0, now: 0).count == 1)
    }

    @Test("Silence after the challenge, and an end between challenge and login result")
    func brokenLogins() {
        var core = core()
        _ = core.start()
        _ = core.connected(0)
        core.faults = [PBXFault(.ignore, on: "AppChallengeResult"), PBXFault(.drop, on: "AppLoginResult")]
        #expect(core.received(#"{"mt":"AppChallengeResult","challenge":"1"}"#, from: 0, now: 0).isEmpty)
        #expect(core.received(#"{"mt":"AppChallengeResult","challenge":"1"}"#, from: 0, now: 0).count == 1)
        #expect(texts(core.received(#"{"mt":"AppLoginResult","ok":true}"#, from: 0, now: 0)) == ["close"])
    }
}
