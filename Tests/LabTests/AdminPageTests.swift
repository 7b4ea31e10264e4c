import Logging
import NIOCore
import NIOHTTP1
import Testing
import Transport

@testable import Lab

@Suite struct AdminPageTests {
    private let lab = Lab(
        configuration: LabConfiguration(), clock: .still(), logger: Logger(label: "lab"),
        scripts: [LabScript(name: "innovaphone.lib1.js", bytes: Array("'lib1'".utf8))])

    private func get(_ path: String, host: String = "127.0.0.1:8600") async throws -> (response: HTTPResponse, text: String) {
        guard case .response(let response) = await LabRouter(lab: lab).answer(HTTPRequest(method: .GET, uri: path, headers: ["Host": host])) else {
            throw LabError("a WebSocket")
        }
        return (response, String(buffer: try await response.body.collect(upTo: 1 << 20)))
    }

    @Test("The Settings page may load plugins from the service and connect to it, the other pages may not")
    func policies() async throws {
        func policy(_ path: String) async throws -> String {
            try await get(path).response.headers.first(name: "Content-Security-Policy") ?? ""
        }
        #expect(try await policy("/settings").contains("script-src 'self';"))
        lab.serviceStarted(at: "http://127.0.0.1:8080")
        let settings = try await policy("/settings")
        for sources in [
            "script-src 'self' http://127.0.0.1:8080;", "style-src 'self' http://127.0.0.1:8080;", "img-src 'self' http://127.0.0.1:8080;",
            "connect-src 'self' ws://127.0.0.1:8600 http://127.0.0.1:8080 ws://127.0.0.1:8080;", "default-src 'none';",
        ] {
            #expect(settings.contains(sources))
        }
        for path in ["/", "/objects"] { #expect(try await !policy(path).contains("8080")) }
    }

    @Test("The scripts that were given to the lab are served by name, and no others")
    func scripts() async throws {
        #expect(try await get("/sdk/innovaphone.lib1.js").text == "'lib1'")
        for path in ["/sdk/", "/sdk/other.js", "/sdk/../settings.js"] { #expect(try await get(path).response.status == .notFound) }
        let settings = try LabJSON(parsing: try await get("/lab/api/settings").text)
        #expect(settings["scripts"]?.strings == ["/sdk/innovaphone.lib1.js"])
        #expect(settings["pbx"] == "ws://127.0.0.1:8600/example.com/pbx/admin")
        #expect(try await get("/lab/api/settings", host: "example.com").response.status == .forbidden)
    }

    @Test("The administrators' socket is for this machine's own pages")
    func foreignOrigin() async throws {
        let headers: HTTPHeaders = ["Host": "127.0.0.1:8600", "Origin": "https://example.com", "Upgrade": "websocket"]
        let answer = await LabRouter(lab: lab).answer(HTTPRequest(method: .GET, uri: "/example.com/pbx/admin", headers: headers))
        guard case .response(let response) = answer else { throw LabError("a WebSocket") }
        #expect(response.status == .forbidden)
    }

    @Test("The objects are shown without passwords, and changed by hand")
    func objects() async throws {
        let text = try await get("/lab/api/objects").text
        let shown = try LabJSON(parsing: text)
        #expect(shown["objects"]?.array?.compactMap { $0["name"]?.string } == lab.pbx.objects.map(\.name))
        for password in lab.pbx.objects.map(\.password) where !password.isEmpty { #expect(!text.contains(password)) }
        let byHand = ControlObjects(lab: lab)
        try byHand.perform(["action": "mode", "object": "connect", "mode": "moderator", "on": false])
        try byHand.perform(["action": "grant", "object": "connect", "app": "whatsapp", "on": false])
        #expect(lab.pbx.targets.map(\.name) == ["connect"] && lab.pbx.targets.flatMap(\.apps) == [])
        try byHand.perform(["action": "mode", "object": "connect", "mode": "moderator"])
        try byHand.perform(["action": "grant", "object": "connect", "app": "whatsapp"])
        #expect(lab.pbx.targets.map(\.name) == ["connect", "connect~moderator"] && lab.pbx.targets[1].apps.map(\.name) == ["whatsapp"])
        try byHand.perform(["action": "password", "object": "whatsapp", "password": "typo"])
        try byHand.perform(["action": "licences", "object": "whatsapp", "count": 4])
        #expect(lab.pbx.object?.password == "typo" && lab.pbx.object?.licences == 4)
    }

    @Test("An app object is made by hand with what the Advanced UI asks for, and is the connector's if it has its URL")
    func creating() throws {
        var configuration = LabConfiguration()
        configuration.startsEmpty = true
        let lab = Lab(configuration: configuration, clock: .still(), logger: Logger(label: "lab"))
        let byHand = ControlObjects(lab: lab)
        let values: LabJSON = [
            "action": "create", "object": "wa", "longName": "WhatsApp", "password": "a,b", "licences": 2, "hide": true, "hidden": true,
            "websocket": true, "services": true, "url": "http://127.0.0.1:8080/example.com/whatsapp/innovaphone-whatsapp",
        ]
        try byHand.perform(values)
        let object = try #require(lab.pbx.object)
        #expect(object.name == "wa" && object.password == "a,b" && object.licences == 2 && object.apis == ["Services"] && object.apps == [])
        #expect(lab.pbx.objects.last?.properties["hide"] == true && lab.pbx.objects.last?.properties["critical"] == false)
        for wrong: LabJSON in [
            ["object": "WA"], ["object": "w~a"], ["object": "w2", "licences": 10_000], ["object": "w2", "longName": "", "url": ""],
        ] {
            let mistaken = (wrong.members ?? []).reduce(values) { $0.with($1.name, $1.value) }
            #expect(throws: LabError.self) { try byHand.perform(mistaken) }
        }
        #expect(lab.pbx.objects.filter { $0.cn == "WhatsApp" }.count == 1)
    }

    @Test("A script adds templates, a second Connect and a neighbour, and removes what it wants gone")
    func adding() async throws {
        lab.serviceStarted(at: "http://127.0.0.1:8080")
        let byHand = ControlObjects(lab: lab)
        try byHand.perform(["action": "add", "kind": "templates", "count": 60])
        #expect(lab.pbx.objects.filter { $0.type == "config" }.count == 60)
        try byHand.perform(["action": "add", "kind": "connect"])
        #expect(lab.pbx.targets.map(\.name) == ["connect", "connect~moderator", "connect2", "connect2~moderator"])
        #expect(Set(lab.pbx.targets.map(\.password)).count == 4)
        try byHand.perform(["action": "add", "kind": "neighbour"])
        #expect(lab.pbx.objects.last?.url == "http://127.0.0.1:8080/example.com/whatsapp2/innovaphone-whatsapp")
        try byHand.perform(["action": "url", "object": "whatsapp", "url": "http://localhost:8080/example.com/whatsapp/innovaphone-whatsapp"])
        #expect(lab.pbx.object?.url == "http://localhost:8080/example.com/whatsapp/innovaphone-whatsapp")
        try byHand.perform(["action": "remove", "object": "whatsapp2"])
        #expect(!lab.pbx.objects.contains { $0.name == "whatsapp2" })
        #expect(throws: LabError.self) { try byHand.perform(["action": "add", "kind": "connect"]) }
        #expect(throws: LabError.self) { try byHand.perform(["action": "remove", "object": "whatsapp2"]) }
    }

    @Test("What fails half-way changes nothing")
    func halfWay() throws {
        try lab.pbx.changeObject("anna") { $0 = PBXObject(guid: $0.guid, properties: ["cn": "Config Branch 9", "h323": "config-branch-5"]) }
        let before = lab.pbx.objects
        #expect(throws: LabError.self) { try ControlObjects(lab: lab).perform(["action": "add", "kind": "templates", "count": 60]) }
        #expect(lab.pbx.objects == before)
    }

    @Test("The demo page hears whether there is an object for the connector", arguments: [false, true])
    func firstSteps(_ startsEmpty: Bool) {
        var configuration = LabConfiguration()
        configuration.startsEmpty = startsEmpty
        let lab = Lab(configuration: configuration, clock: .still(), logger: Logger(label: "lab"))
        #expect(LabSnapshot(lab: lab).state["pbx"]?["object"] == (startsEmpty ? nil : "whatsapp"))
        lab.serviceStarted(at: "http://127.0.0.1:8080")
        #expect(lab.meta.callbackURL == (startsEmpty ? nil : "http://127.0.0.1:8080/example.com/whatsapp/webhook"))
    }
}
