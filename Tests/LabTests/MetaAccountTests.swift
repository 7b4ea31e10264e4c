import Testing

@testable import Lab

/// Setting up an account at the simulated Graph API.
@Suite struct MetaAccountTests {
    private func bench(_ registration: MetaRegistration = MetaRegistration(), further: Int = 0) -> MetaBench {
        var bench = MetaBench()
        bench.core.numbers[0].registration = registration
        for index in 0..<further {
            bench.core.numbers.append(
                MetaNumber(id: "20\(index)", displayNumber: "4930666\(index)", verifiedName: "Further \(index)", countryCode: "49"))
        }
        return bench
    }

    private static let register = "/v25.0/1090/register"
    private static let subscribe = "/v25.0/1020/subscribed_apps"
    private static func pin(_ pin: String) -> String { #"{"messaging_product":"whatsapp","pin":"\#(pin)"}"# }
    private static func override(_ url: String) -> String { #"{"override_callback_uri":"\#(url)","verify_token":"v"}"# }

    // MARK: Registration

    @Test("A number without two-step verification takes the PIN it is registered with, and only that one afterwards")
    func firstPIN() {
        var bench = bench(.unregistered())
        #expect(bench.text().errorCode == 133_010)
        #expect(throws: LabError.self) { try bench.receive(.text("Hello")) }
        #expect(bench.request("GET", "/v25.0/1090").json?.body["status"]?.string == "PENDING")
        #expect(bench.send(Self.pin("123456"), path: Self.register).json?.status == 200)
        #expect(bench.request("GET", "/v25.0/1090").json?.body["status"]?.string == "CONNECTED")
        #expect(bench.text().wamid != nil)
        #expect(bench.send("{}", path: "/v25.0/1090/deregister").json?.status == 200)
        #expect(bench.send(Self.pin("654321"), path: Self.register).errorCode == 133_005)
        #expect(bench.send(#"{"pin":"654321"}"#, path: "/v25.0/1090").json?.status == 200)
        #expect(bench.send(Self.pin("654321"), path: Self.register).json?.status == 200)
    }

    @Test(
        "A registration is refused with the code that fits",
        arguments: [
            (MetaRegistration.unregistered(pin: "111111"), "222222", 133_005), (.unregistered(isVerified: false), "222222", 133_006),
            (.unregistered(), "22222", 100), (.unregistered(), "22222x", 100), (businessApp, "222222", 100),
        ])
    func refusals(_ registration: MetaRegistration, _ pin: String, _ code: Int64) {
        var bench = bench(registration)
        #expect(bench.send(Self.pin(pin), path: Self.register).errorCode == code)
        #expect(bench.core.numbers[0].registration.isRegistered == registration.isRegistered)
    }

    private static let businessApp: MetaRegistration = {
        var registration = MetaRegistration()
        registration.isOnBusinessApp = true
        return registration
    }()

    @Test("After five wrong PINs even the right one has to wait, and after ten registrations every one has")
    func limits() {
        var bench = bench(.unregistered(pin: "111111"))
        for _ in 0..<5 { #expect(bench.send(Self.pin("222222"), path: Self.register).errorCode == 133_005) }
        #expect(bench.send(Self.pin("111111"), path: Self.register).errorCode == 133_008)
        bench.now += 3_600_000
        for _ in 0..<10 { #expect(bench.send(Self.pin("111111"), path: Self.register).json?.status == 200) }
        #expect(bench.send(Self.pin("111111"), path: Self.register).errorCode == 133_016)
        bench.now += 72 * 3_600_000
        #expect(bench.send(Self.pin("111111"), path: Self.register).json?.status == 200)
    }

    // MARK: Reading

    @Test("Numbers come page by page, with the fields that were asked for; an unknown field spoils the call")
    func reading() {
        var bench = bench(further: 4)
        var ids: [String] = []
        var after: String?
        repeat {
            var query = ["fields": "id,is_on_biz_app", "limit": "2"]
            query["after"] = after
            let body = bench.request("GET", "/v25.0/1020/phone_numbers", query).json?.body
            ids += body?["data"]?.array?.compactMap { $0["id"]?.string } ?? []
            #expect(body?["data"]?.array?.allSatisfy { $0.members?.count == 2 } == true)
            after = body?["paging"]?["next"] == nil ? nil : body?["paging"]?["cursors"]?["after"]?.string
        } while after != nil
        #expect(ids == ["1090", "200", "201", "202", "203"])
        #expect(bench.request("GET", "/v25.0/1020", ["fields": "id,name"]).json?.body.text() == #"{"id":"1020","name":"Lab"}"#)
        #expect(bench.request("GET", "/v25.0/1020", ["fields": "id,verified_name"]).errorCode == 100)
        bench.core.options.tellsBusinessApp = false
        #expect(bench.request("GET", "/v25.0/1090", ["fields": "id,is_on_biz_app"]).errorCode == 100)
    }

    @Test("A token's permissions are told, and what they do not cover is refused")
    func scopes() {
        var bench = bench()
        bench.core.tokenScopes["TOKEN"] = [MetaCore.managementScope]
        let info = bench.request("GET", "/v25.0/debug_token", ["input_token": "TOKEN"]).json?.body["data"]
        #expect(info?["scopes"]?.strings == [MetaCore.managementScope])
        #expect(bench.text().errorCode == 10)
        #expect(bench.request("GET", "/v25.0/1020").json?.status == 200)
        bench.core.tokenScopes["TOKEN"] = [MetaCore.messagingScope]
        #expect(bench.request("GET", "/v25.0/1020").errorCode == 200)
        #expect(bench.send(Self.pin("123456"), path: Self.register).errorCode == 200)
    }

    @Test("A wrong proof of the app secret is refused, a right one is not")
    func proof() {
        var bench = bench()
        // Made by openssl: HMAC-SHA256 of TOKEN under app-secret.
        let right = "751c15abbdb90f81415b11b21396d338bc185878789c386aa590704207aba2a8"
        #expect(bench.request("GET", "/v25.0/1020", ["appsecret_proof": right]).json?.status == 200)
        #expect(bench.request("GET", "/v25.0/1020", ["appsecret_proof": "00"]).errorCode == 100)
    }

    // MARK: Subscription

    @Test("An override needs a subscription and a handshake; subscribing again takes it back, and so does unsubscribing")
    func subscribing() {
        var bench = bench()
        #expect(bench.send(Self.override("https://a.example/hook"), path: Self.subscribe).errorCode == 100)
        #expect(bench.send("", path: Self.subscribe).json?.status == 200)
        #expect(bench.send(Self.override("https://a.example/\(String(repeating: "x", count: 200))"), path: Self.subscribe).errorCode == 100)
        #expect(bench.send(#"{"override_callback_uri":"https://a.example/hook"}"#, path: Self.subscribe).errorCode == 100)
        let reply = bench.send(Self.override("https://a.example/hook"), path: Self.subscribe)
        let handshake = MetaHandshake(target: .account("1020"), url: "https://a.example/hook", token: "v")
        #expect(reply.kind == .handshake(handshake))
        #expect(bench.core.finished(handshake, trouble: "HTTP status code 403").errorCode == 2_200)
        #expect(bench.core.callbacks.accounts.isEmpty)
        #expect(bench.core.finished(handshake, trouble: nil).json?.status == 200)
        let listed = bench.request("GET", Self.subscribe).json?.body["data"]?.array
        #expect(listed?.first?["override_callback_uri"]?.string == "https://a.example/hook")
        #expect(bench.send("{}", path: Self.subscribe).json?.status == 200)
        #expect(bench.core.callbacks.accounts.isEmpty)
        _ = bench.core.finished(handshake, trouble: nil)
        #expect(bench.request("DELETE", Self.subscribe).json?.status == 200)
        #expect(bench.core.callbacks.accounts.isEmpty && !bench.core.isSubscribed)
    }

    @Test("A number's address comes before the account's, and that before the app's; some fields only go to the app's")
    func order() throws {
        var bench = bench(further: 1)
        bench.core.options.batchSize = 10
        bench.core.callbacks = MetaCallbacks(app: "app", accounts: ["1020": "account"], numbers: ["200": "number"])
        try bench.receive(.text("one"))
        try bench.core.receive(.text("two"), from: "ada", to: "200", now: bench.now)
        try bench.core.receive(.text("three"), from: "ada", to: "200", now: bench.now)
        bench.core.notify(field: "account_update", value: ["event": "X"], now: bench.now)
        bench.core.options.maximumInFlight = 10
        let deliveries = bench.core.fire(now: bench.now)
        #expect(deliveries.map(\.url) == ["account", "number", "app"])
        #expect(deliveries.map(\.wamids.count) == [1, 2, 0])
    }

    @Test("What an old address did not take goes to the new one, and with no address at all everything waits")
    func changedAddress() throws {
        var bench = bench()
        bench.core.callbacks = MetaCallbacks(app: nil, accounts: ["1020": "old"])
        try bench.receive(.text("one"))
        let first = try #require(bench.core.fire(now: bench.now).first)
        #expect(first.url == "old")
        bench.core.callbacks.accounts = [:]
        bench.core.finished(first, status: nil, now: bench.now)
        #expect(bench.core.fire(now: bench.now).isEmpty && bench.core.nextDue == nil)
        bench.core.callbacks.accounts = ["1020": "new"]
        #expect(bench.core.fire(now: bench.now).map(\.url) == ["new"])
    }

    // MARK: Faults

    @Test("Faults spoil their step and no other, as often as planned", arguments: MetaAccountFault.Step.allCases)
    func faults(_ step: MetaAccountFault.Step) {
        var bench = bench(.unregistered())
        bench.core.accountFaults = [
            MetaAccountFault(.error(MetaError(code: 4)), on: step, skipping: 1), MetaAccountFault(.drop, on: step),
            MetaAccountFault(.page(503), on: step),
        ]
        for other in MetaAccountFault.Step.allCases where other != step { #expect(Self.perform(other, &bench).json?.status == 200) }
        #expect(Self.perform(step, &bench).json?.status == 200)
        #expect(Self.perform(step, &bench).errorCode == 4)
        #expect(Self.perform(step, &bench).kind == .drop)
        #expect(Self.perform(step, &bench).kind == .page(503))
        #expect(Self.perform(step, &bench).json?.status == 200)
    }

    @Test("A registration whose answer is lost was done")
    func lostAnswer() {
        var bench = bench(.unregistered())
        bench.core.accountFaults = [MetaAccountFault(.acceptThenDrop, on: .register)]
        #expect(bench.send(Self.pin("123456"), path: Self.register).kind == .drop)
        #expect(bench.core.numbers[0].registration.isRegistered)
    }

    private static func exchange(_ bench: inout MetaBench) -> GraphReply {
        bench.core.codes["c"] = MetaCode(app: 0, account: "1020", handedOut: bench.now)
        return bench.request(
            "GET", "/v25.0/oauth/access_token", ["client_id": MetaCore.appID, "client_secret": "app-secret", "code": "c"], token: nil)
    }

    private static func perform(_ step: MetaAccountFault.Step, _ bench: inout MetaBench) -> GraphReply {
        switch step {
        case .token: bench.request("GET", "/v25.0/debug_token", ["input_token": "TOKEN"])
        case .account: bench.request("GET", "/v25.0/1020")
        case .numbers: bench.request("GET", "/v25.0/1020/phone_numbers")
        case .subscribe: bench.send("{}", path: subscribe)
        case .override:
            bench.send(#"{"webhook_configuration":{"override_callback_uri":""}}"#, path: String(register.dropLast("/register".count)))
        case .register: bench.send(pin("123456"), path: register)
        case .exchange: exchange(&bench)
        }
    }
}
