import Protocol
import Testing

@Suite("Messages of the plugin's own API") struct WhatsAppAdminTests {
    private func read(_ members: String) throws -> WhatsAppAdmin.Request {
        try WhatsAppAdmin.Request(try Envelope(#"{"api":"WhatsAppAdmin","src":"s",\#(members)}"#))
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    static let number = WhatsAppAdmin.Number(
        id: "1", display: "+49 1", name: "Sales", waba: "9", app: "connect", zone: "sales", tags: ["vip"], licensed: true, active: true,
        closedMessage: "Bye", readReceipts: false, typing: true, edits: "nothing", quality: nil, state: "ok", rev: 3)
    static let numberText =
        #"{"id":"1","display":"+49 1","name":"Sales","waba":"9","app":"connect","zone":"sales","tags":["vip"],"licensed":true,"active":true,"closedMessage":"Bye","readReceipts":false,"typing":true,"edits":"nothing","state":"ok","rev":3}"#

    @Test(
        "Requests without members",
        arguments: [
            ("GetInfo", WhatsAppAdmin.Request.getInfo), ("SubscribeInfo", .subscribeInfo), ("UnsubscribeInfo", .unsubscribeInfo),
            ("SubscribeNumbers", .subscribeNumbers), ("GetNumbers", .getNumbers(after: nil)), ("UnsubscribeNumbers", .unsubscribeNumbers),
            ("GetConnectApps", .getConnectApps), ("TestWebhook", .testWebhook), ("GetTrace", .getTrace), ("ClearLog", .clearLog),
            ("ReadLog", .readLog(from: nil)), ("StartPrivatePostCheck", .startPrivatePostCheck),
            ("ConfirmPrivatePostCheck", .confirmPrivatePostCheck),
            ("CancelPrivatePostCheck", .cancelPrivatePostCheck),
        ])
    func plain(mt: String, request: WhatsAppAdmin.Request) throws {
        #expect(try read(#""mt":"\#(mt)","more":1"#) == request)
    }

    @Test("Requests with members; an id may come as a number")
    func members() throws {
        #expect(try read(#""mt":"GetNumbers","after":"7""#) == .getNumbers(after: "7"))
        #expect(try read(#""mt":"DeleteNumber","id":104222333444555"#) == .deleteNumber(id: "104222333444555"))
        #expect(try read(#""mt":"MoveZone","from":"a","to":"b""#) == .moveZone(from: "a", to: "b"))
        #expect(try read(#""mt":"GetZones","app":"connect""#) == .getZones(app: "connect"))
        #expect(try read(#""mt":"SetTrace","name":"app","on":false"#) == .setTrace(name: "app", isOn: false))
        #expect(try read(#""mt":"ReadLog","from":9007199254740993"#) == .readLog(from: 9_007_199_254_740_993))
        guard case .updateNumber(let update) = try read(#""mt":"UpdateNumber","id":"1","rev":7,"zone":"x","tags":["a","b"],"app":null"#) else {
            Issue.record("no update")
            return
        }
        #expect(update.rev == 7)
        #expect(update.zone == "x")
        #expect(update.tags == ["a", "b"])
        #expect(update.app == nil)
        guard case .addAccount(let add) = try read(#""mt":"AddAccount","waba":"9","token":{"value":"00","key":"k"},"phoneIds":[]"#) else {
            Issue.record("no account")
            return
        }
        #expect(add.token == SealedText(value: "00", key: "k"))
        #expect(add.phoneIds == nil)
        #expect(add.pin == nil)
        #expect(try read(#""mt":"CancelOnboarding","id":"p1""#) == .cancelOnboarding(id: "p1"))
        guard case .startOnboarding(let start) = try read(#""mt":"StartOnboarding","kind":"number","pin":{"value":"00","key":"k"},"waba":9"#) else {
            Issue.record("no onboarding")
            return
        }
        #expect(start.pin == SealedText(value: "00", key: "k"))
        #expect(start.kind == .number)
        #expect(start.waba == "9")
    }

    @Test(
        "What is missing or of the wrong type is named",
        arguments: [
            (#""mt":"StartOnboarding","kind":"full""#, "pin"), (#""mt":"StartOnboarding","kind":"full","pin":"123456""#, "pin"),
            (#""mt":"StartOnboarding","kind":"other","pin":{"value":"00","key":"k"}"#, "kind"), (#""mt":"CancelOnboarding""#, "id"),
            (#""mt":"UpdateNumber","rev":7"#, "id"), (#""mt":"UpdateNumber","id":"1""#, "rev"), (#""mt":"UpdateNumber","id":"1","rev":1.5"#, "rev"),
            (#""mt":"UpdateNumber","id":"1","rev":1,"licensed":1"#, "licensed"), (#""mt":"UpdateNumber","id":"1","rev":1,"tags":{}"#, "tags"),
            (#""mt":"UpdateNumber","id":"1","rev":1,"tags":[null]"#, "tags"), (#""mt":"UpdateNumber","id":"1","rev":1,"zone":true"#, "zone"),
            (#""mt":"DeleteNumber""#, "id"), (#""mt":"MoveZone","from":"a""#, "to"), (#""mt":"GetZones","app":[]"#, "app"),
            (#""mt":"SetTrace","name":"app","on":"yes""#, "on"), (#""mt":"ReadLog","from":"x""#, "from"),
            (#""mt":"AddAccount","waba":"9","token":"clear""#, "token"), (#""mt":"AddAccount","waba":"9""#, "token"),
        ])
    func wrong(members: String, field: String) throws {
        let failure = #expect(throws: WhatsAppAdmin.Failure.self) { try read(members) }
        #expect(failure?.code == .badRequest)
        #expect(failure?.field == field)
    }

    @Test("Lists without end are not read")
    func long() {
        let tags = (0..<101).map { "\"\($0)\"" }.joined(separator: ",")
        #expect(throws: WhatsAppAdmin.Failure.self) { try read(#""mt":"UpdateNumber","id":"1","rev":1,"tags":[\#(tags)]"#) }
    }

    @Test("A failure names its code, a sentence, the field, and for a conflict the number")
    func failure() throws {
        let request = try Envelope(#"{"api":"WhatsAppAdmin","mt":"UpdateNumber","src":7}"#)
        let failure = WhatsAppAdmin.Failure(.conflict, "Changed.", field: "rev", number: Self.number)
        #expect(
            text(WhatsAppAdmin.failure(failure, of: request))
                == #"{"api":"WhatsAppAdmin","mt":"UpdateNumberResult","src":7,"error":"CONFLICT","errorText":"Changed.","field":"rev","number":\#(Self.numberText)}"#
        )
    }

    @Test("The information, with what may be absent and without")
    func info() throws {
        let info = WhatsAppAdmin.Info(
            build: 1_000, label: "dvl", version: "1.0", instance: "whatsapp", domain: "example.com",
            object: .init(sip: "whatsapp", dn: "WhatsApp", connected: true), lics: 3, licsUsed: 1, testmode: false, licsGraceUntil: nil,
            numbersLimit: 20, accounts: [.init(waba: "9", name: nil, tokenSet: true, tokenTail: "1234", tokenTime: 5)],
            webhook: .init(
                url: "https://x/webhook", verifyToken: "v", verified: nil, lastEvent: 6, reachable: "unknown", verifiableSender: true),
            sharedService: false, connectState: "up", connectText: nil, privatePosts: .verified(at: 8),
            problems: [.init(code: "no-pbx", severity: "error", args: ["a"], text: "Text.")])
        var writer = JSONObjectWriter()
        info.write(to: &writer)
        #expect(
            text(writer.finish())
                == #"{"build":1000,"label":"dvl","version":"1.0","instance":"whatsapp","domain":"example.com","object":{"sip":"whatsapp","dn":"WhatsApp","connected":true},"lics":3,"licsUsed":1,"testmode":false,"numbersLimit":20,"accounts":[{"waba":"9","tokenSet":true,"tokenTail":"1234","tokenTime":5}],"webhook":{"url":"https://x/webhook","verifyToken":"v","lastEvent":6,"reachable":"unknown","verifiableSender":true},"sharedService":false,"connect":{"state":"up"},"privatePosts":{"state":"verified","at":8},"problems":[{"code":"no-pbx","severity":"error","args":["a"],"text":"Text."}]}"#
        )
    }

    @Test("The states of the check of private posts")
    func privatePosts() {
        let running = WhatsAppAdmin.PrivatePosts.running(zones: ["a"], until: 1, foreignText: "x", ownText: "y", ownSeen: true)
        #expect(
            text(running.json.bytes)
                == #"{"state":"running","zones":["a"],"until":1,"foreignText":"x","ownText":"y","ownSeen":true}"#)
        #expect(text(WhatsAppAdmin.PrivatePosts.failed(reason: "expired", at: 2).json.bytes) == #"{"state":"failed","reason":"expired","at":2}"#)
        #expect(text(WhatsAppAdmin.PrivatePosts.unverified.json.bytes) == #"{"state":"unverified"}"#)
    }

    @Test("A page has what fits, one value at least")
    func pages() {
        let value = JSON.string(String(repeating: "x", count: 25_000))
        #expect(WhatsAppAdmin.page(of: []).values.isEmpty)
        let two = WhatsAppAdmin.page(of: [value, value, value])
        #expect(two.values.count == 2)
        #expect(two.hasMore)
        let huge = WhatsAppAdmin.page(of: [.string(String(repeating: "x", count: 70_000)), "y"])
        #expect(huge.values.count == 1)
        #expect(huge.hasMore)
        #expect(!WhatsAppAdmin.page(of: [value, value]).hasMore)
    }
}
