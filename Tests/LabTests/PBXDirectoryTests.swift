import Testing

@testable import Lab

@Suite struct PBXDirectoryTests {
    private static func directory(_ configure: (inout LabConfiguration) -> Void = { _ in }) -> PBXDirectory {
        var configuration = LabConfiguration()
        configure(&configuration)
        return configuration.directory
    }

    /// The answer's members as one object.
    private static func ask(_ directory: inout PBXDirectory, _ mt: String, _ message: LabJSON, connected: Set<String> = []) throws(LabError)
        -> LabJSON
    {
        .object(try directory.perform(mt, message, connected: connected).compactMap { name, value in value.map { .init(name, $0) } })
    }

    private static let url = "http://127.0.0.1/example.com/whatsapp/innovaphone-whatsapp"

    private static func creation(h323: String = "whatsapp", cn: String = "WhatsApp") -> LabJSON {
        [
            "cn": .string(cn), "h323": .string(h323), "pwd": "fifteen-letters", "hide": true, "critical": true, "apps": "connect,connect~moderator",
            "pseudo": ["type": "app", "app": ["url": .string(url), "websocket": true, "hidden": true, "services": true, "web": false, "lics": 3]],
        ]
    }

    // MARK: Lists

    @Test(
        "Config templates come in pages",
        arguments: [(0, nil, [0]), (1, nil, [1]), (50, nil, [50]), (60, nil, [50, 10]), (60, 25, [25, 25, 10])] as [(Int, Int64?, [Int])])
    func templates(_ count: Int, _ limit: Int64?, _ sizes: [Int]) throws {
        var directory = Self.directory { $0.templateCount = count }
        var pages: [[String]] = []
        var more: LabJSON?
        repeat {
            let answer = try Self.ask(&directory, "GetConfigObjects", .object(("limit", limit.map(LabJSON.integer)), ("more", more)))
            pages.append((answer["objects"]?.array ?? []).compactMap { $0["cn"]?.string })
            more = answer["more"]
        } while more != nil
        #expect(pages.map(\.count) == sizes)
        #expect(Set(pages.joined()).count == count)
    }

    @Test("Templates name their parents, apps and their modes are listed by name")
    func lists() throws {
        var directory = Self.directory { $0.hasSecondConnect = true }
        let templates = try Self.ask(&directory, "GetConfigObjects", [:])
        #expect(templates["objects"]?.array?[1].text() == #"{"cn":"Config Admin","config":["Config User"]}"#)
        let apps = try Self.ask(&directory, "GetApps", [:])
        #expect(
            apps.text()
                == #"{"objects":[{"name":"connect"},{"name":"connect~moderator"},{"name":"connect2"},{"name":"connect2~moderator"},{"name":"whatsapp"}]}"#
        )
        #expect(try Self.ask(&directory, "GetApps", ["limit": 2])["more"]?.string == "2")
    }

    @Test(
        "App objects are found by the head of their URL",
        arguments: [
            (nil, ["connect", "whatsapp2", "whatsapp"]), ("http://127.0.0.1/example.com/whatsapp", ["whatsapp2", "whatsapp"]),
            ("http://127.0.0.1/example.com/whatsapp/", ["whatsapp"]), ("https://127.0.0.1/example.com/whatsapp/", []),
        ] as [(String?, [String])])
    func head(_ uri: String?, _ names: [String]) throws {
        var directory = Self.directory { $0.hasNeighbour = true }
        let answer = try Self.ask(&directory, "GetAppObjects", .object(("uri", uri.map(LabJSON.string))), connected: ["whatsapp"])
        #expect(answer["objects"]?.array?.compactMap { $0["sip"]?.string } == names)
        for object in answer["objects"]?.array ?? [] { #expect(object["connected"] == .bool(object["sip"] == "whatsapp")) }
    }

    // MARK: Objects

    @Test("A created object is read back by each of its keys, without its password")
    func creating() throws {
        var directory = Self.directory { $0.startsEmpty = true }
        let guid = try #require(try Self.ask(&directory, "UpdateObject", Self.creation())["guid"]?.string)
        for key in [["guid": .string(guid)], ["cn": "WhatsApp"], ["h323": "WHATSAPP"]] as [LabJSON] {
            let object = try Self.ask(&directory, "GetObject", key)
            #expect(object == LabJSON.object([.init("guid", .string(guid))] + (Self.creation().without("pwd").members ?? [])))
        }
        #expect(directory.object(guid: guid)?.password == "fifteen-letters")
    }

    @Test("What is not written stays, and pseudo is written as a whole")
    func partialWriting() throws {
        var directory = Self.directory { $0.startsEmpty = true }
        let guid = try #require(try Self.ask(&directory, "UpdateObject", Self.creation())["guid"]?.string)
        _ = try Self.ask(&directory, "UpdateObject", ["guid": .string(guid), "apps": "connect", "hide": -1])
        let object = try Self.ask(&directory, "GetObject", ["guid": .string(guid)])
        #expect(object["apps"] == "connect" && object["hide"] == nil && object["critical"] == true && object["cn"] == "WhatsApp")
        #expect(object["pseudo"] == Self.creation()["pseudo"])
        #expect(directory.object(guid: guid)?.password == "fifteen-letters")
        _ = try Self.ask(&directory, "UpdateObject", ["guid": .string(guid), "pseudo": ["type": "app", "app": ["url": "http://a/b"]]])
        #expect(try Self.ask(&directory, "GetObject", ["guid": .string(guid)])["pseudo"]?.text() == #"{"type":"app","app":{"url":"http://a/b"}}"#)
    }

    @Test(
        "The stand-ins for a GUID find by long name, or create",
        arguments: [("*", "WhatsApp", true), ("*", "Other", false), ("?", "WhatsApp", true), ("?", "Other", true)])
    func standIns(_ guid: String, _ cn: String, _ isTaken: Bool) throws {
        var directory = Self.directory()
        let count = directory.objects.count
        let message: LabJSON = ["guid": .string(guid), "cn": .string(cn), "h323": .string(cn.lowercased()), "text": "hello"]
        let answer = try? Self.ask(&directory, "UpdateObject", message)
        #expect((answer?["guid"] != nil) == isTaken)
        #expect(directory.objects.count == (guid == "?" && cn == "Other" ? count + 1 : count))
        #expect(directory.object(cn: cn)?.properties["text"] == (isTaken ? "hello" : nil))
    }

    @Test("A password is copied from another object")
    func copiedPassword() throws {
        var directory = Self.directory()
        let message = Self.creation(h323: "second", cn: "Second").without("pwd").with("copyPwd", "whatsapp")
        _ = try Self.ask(&directory, "UpdateObject", message)
        #expect(directory.object(named: "second")?.password == LabConfiguration().instancePassword)
    }

    @Test(
        "What the PBX cannot do is refused with a sentence, and nothing is changed",
        arguments: [
            ("UpdateObject", creation()), ("UpdateObject", creation(h323: "WhatsApp", cn: "Other")), ("UpdateObject", creation(h323: "other")),
            ("UpdateObject", ["cn": "Nameless"]), ("UpdateObject", ["h323": "nameless"]), ("UpdateObject", ["guid": "00"]),
            ("UpdateObject", ["guid": "00112233445566778899aabbccddeeff", "h323": "connect"]),
            ("UpdateObject", creation(h323: "n", cn: "N").with("copyPwd", "connect")),
            ("UpdateObject", ["guid": "00112233445566778899aabbccddeeff", "copyPwd": "nobody"]), ("DeleteObject", ["guid": "00"]),
            ("DeleteObject", [:]),
            ("GetObject", ["h323": "nobody"]), ("GetObject", [:]), ("GetAppLogin", ["app": "nobody", "challenge": "1"]),
            ("GetAppLogin", ["app": "config-user", "challenge": "1"]), ("GetAppLogin", ["app": "whatsapp"]), ("GetStun", [:]),
        ] as [(String, LabJSON)])
    func refusals(_ mt: String, _ message: LabJSON) {
        var directory = Self.directory()
        let before = directory.objects
        #expect { try Self.ask(&directory, mt, message) } throws: { "\($0)".hasSuffix(".") }
        #expect(directory.objects == before)
    }

    @Test("A deleted object is gone, and its name stays where it is ticked")
    func deleting() throws {
        var directory = Self.directory()
        _ = try Self.ask(&directory, "DeleteObject", ["guid": "00112233445566778899AABBCCDDEEFF"])
        #expect(directory.object(named: "whatsapp") == nil)
        #expect(directory.object(named: "connect")?.apps == ["whatsapp"])
        #expect(directory.connectTargets.first?.apps == [.init(name: "whatsapp", dn: "whatsapp")])
    }

    @Test("The login that an instance checks is the digest of the protocol's example")
    func appLogin() throws {
        var directory = PBXDirectory(domain: "example.com", isInTestMode: false, seed: 1)
        try directory.add(["cn": "Connector", "h323": "connector", "pseudo": ["type": "app", "app": [:]]], password: "Tr0ub4dor&3")
        let answer = try Self.ask(&directory, "GetAppLogin", ["app": "connector", "challenge": "1234"])
        #expect(
            answer.text()
                == #"{"app":"connector","domain":"example.com","digest":"56c51ff18f3871d0cc2cb74cc09ced7aae6bd47665c400afeb8bf6a6c8e48b76"}"#)
    }

    @Test(
        "A licence counts for every app whose name it begins, and in test mode none is needed",
        arguments: [
            ("App(acme-notes)", "App(acme-notes)", false, true), ("App(acme)", "App(acme-notes)", false, true),
            ("Service(acme-notes)", "App(acme-notes)", false, false), ("App(acme-notes-pro)", "App(acme-notes)", false, false),
            ("App(other),App(acme-notes)", "App(acme-notes)", false, true), ("", "App(acme-notes)", false, false),
            ("", "App(acme-notes)", true, true),
        ])
    func userLicences(_ licences: String, _ wanted: String, _ isInTestMode: Bool, _ isLicensed: Bool) throws {
        var directory = Self.directory { $0.isInTestMode = isInTestMode }
        let anna = try #require(directory.object(named: "anna"))
        _ = try Self.ask(&directory, "UpdateObject", ["guid": .string(anna.guid), "app-lics": .string(licences)])
        for key in [["guid": .string(anna.guid)], ["cn": "Anna Berg"], ["h323": "anna"]] as [LabJSON] {
            #expect(try Self.ask(&directory, "CheckAppLic", key.with("lic", .string(wanted)))["ok"] == (isLicensed ? true : nil))
        }
        #expect(throws: LabError.self) { try Self.ask(&directory, "CheckAppLic", ["h323": "nobody", "lic": .string(wanted)]) }
        #expect(throws: LabError.self) { try Self.ask(&directory, "CheckAppLic", ["h323": "anna"]) }
    }

    @Test("Ordinary users are objects too: found by name, among no list of apps or templates, and their names are taken")
    func users() throws {
        var directory = Self.directory()
        let anna = try Self.ask(&directory, "GetObject", ["h323": "anna"])
        #expect(anna["cn"] == "Anna Berg" && anna["config"] == "Config User" && anna["pseudo"] == nil)
        for list in ["GetApps", "GetAppObjects", "GetConfigObjects"] { #expect(try !Self.ask(&directory, list, [:]).text().contains("nna")) }
        #expect(throws: LabError.self) { try Self.ask(&directory, "UpdateObject", Self.creation(h323: "Anna", cn: "Other")) }
    }

    // MARK: What follows from the objects

    @Test("The connector's object is the one with a websocket and its path, whatever the host")
    func connector() throws {
        var directory = Self.directory { $0.hasNeighbour = true }
        let path = "/example.com/whatsapp/innovaphone-whatsapp"
        #expect(directory.appObject(path: path)?.name == "whatsapp")
        #expect(directory.appObject(path: path)?.apis == ["Services"])
        try directory.change(named: "whatsapp") { $0.setApp("url", "https://AP.example.com/example.com/whatsapp/innovaphone-whatsapp.htm") }
        #expect(directory.appObject(path: path)?.url == "https://AP.example.com/example.com/whatsapp/innovaphone-whatsapp")
        try directory.change(named: "whatsapp") { $0.setApp("websocket", false) }
        #expect(directory.appObject(path: path) == nil)
    }

    @Test("A mode of Connect is an entry of its own, with a password of its own")
    func modes() throws {
        var directory = Self.directory { $0.moderatorPassword = nil }
        #expect(directory.connectTargets.map(\.name) == ["connect"])
        try directory.change(named: "connect") { $0.modes = ["moderator"] }
        #expect(directory.connectTargets.map(\.name) == ["connect", "connect~moderator"])
        #expect(Set(directory.connectTargets.map(\.password)).count == 2)
    }
}
