import Testing

@testable import Lab

/// The simulated sign-up, from the dialog's result to the webhooks of the app behind it.
@Suite struct MetaSignupTests {
    private static let code = "/v25.0/oauth/access_token"
    private static let wide = "2030"
    private static let numbers = ["2091", "2092", "2093"]

    /// A bench with two accounts that can join, and the code of a finished sign-up for the wide one.
    struct Scene {
        var bench: MetaBench
        var result: MetaSignupResult

        init(_ options: MetaSignupOptions = MetaSignupOptions(), number: String? = "2091", account: String = wide) throws {
            bench = MetaBench()
            let wideNumbers = numbers.map {
                MetaNumber(id: $0, displayNumber: "49300\($0)", verifiedName: "Wide", countryCode: "49", registration: .unregistered())
            }
            let shop = MetaNumber(id: "3091", displayNumber: "493003091", verifiedName: "Shop", countryCode: "49", registration: .onBusinessApp)
            bench.core.add(
                MetaApp(id: "815", name: "Vendor", secret: "vendor-secret", configurationID: "915", verifyToken: "v"),
                [
                    MetaAccount(id: wide, name: "Wide", businessID: "60", numbers: wideNumbers),
                    MetaAccount(id: "3030", name: "Shop", businessID: "61", numbers: [shop]),
                ])
            bench.core.signup = options
            result = try bench.core.prepareSignup(MetaSignupChoice(account: account, number: number, takesBusinessApp: true), app: 1)
            try bench.core.handOut(code: result.code, now: bench.now)
        }

        mutating func exchange(_ code: String? = nil, client: String = "815", secret: String = "vendor-secret") -> GraphReply {
            bench.request(
                "GET", MetaSignupTests.code, ["client_id": client, "client_secret": secret, "code": code ?? result.code], token: nil)
        }

        mutating func token() throws -> String { try #require(exchange().json?.body["access_token"]?.string) }

        mutating func debug(_ token: String) -> LabJSON? {
            bench.request("GET", "/v25.0/debug_token", ["input_token": token], token: "815|vendor-secret").json?.body["data"]
        }

        mutating func subscribe(_ token: String) -> GraphReply { bench.send("", token: token, path: "/v25.0/2030/subscribed_apps") }
    }

    // MARK: The code

    @Test("A code makes one token, within thirty seconds, for its own app and secret")
    func exchange() throws {
        var scene = try Scene()
        #expect(scene.result.event == "FINISH")
        #expect(scene.result.data.text() == #"{"phone_number_id":"2091","waba_id":"2030","business_id":"60"}"#)
        #expect(scene.exchange(client: "816").errorCode == 101)
        #expect(scene.exchange(secret: "other").errorCode == 1)
        #expect(scene.exchange("other").errorCode == 100)
        let answer = scene.exchange().json
        #expect(answer?.body["token_type"] == "bearer" && answer?.body["expires_in"] == nil)
        #expect(answer?.body["access_token"]?.string?.isEmpty == false)
        #expect(scene.exchange().json?.body["error"]?["error_subcode"]?.integer == 36_009)
    }

    @Test("A code that is thirty seconds old is refused; one that is a moment younger is not", arguments: [(29_999, true), (30_000, false)])
    func age(_ milliseconds: Int64, _ passes: Bool) throws {
        var scene = try Scene()
        scene.bench.now += milliseconds
        let reply = scene.exchange()
        #expect((reply.json?.status == 200) == passes)
        #expect(passes || reply.json?.body["error"]?["error_subcode"]?.integer == 36_007)
    }

    @Test("The answer may be the token alone, or tell when it ends")
    func shapes() throws {
        var options = MetaSignupOptions()
        options.answersBareToken = true
        var bare = try Scene(options)
        #expect(bare.exchange().json?.body.string?.hasPrefix("EAA") == true)
        options.answersBareToken = false
        options.tokenLifetime = 60
        var ending = try Scene(options)
        #expect(ending.exchange().json?.body["expires_in"]?.integer == 60)
    }

    @Test("What may be chosen, and what comes of it")
    func choices() throws {
        #expect(try Scene(number: nil).result.event == "FINISH_ONLY_WABA")
        let shop = try Scene(number: "3091", account: "3030").result
        #expect(shop.event == "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING" && shop.data["phone_number_id"] == "3091")
        var options = MetaSignupOptions()
        options.tellsBusinessAppNumber = false
        #expect(try Scene(options, number: "3091", account: "3030").result.data["phone_number_id"] == nil)
        #expect(throws: LabError.self) { try Scene(number: "3091") }
        #expect(throws: LabError.self) { try Scene(account: "9") }
        var scene = try Scene()
        #expect(throws: LabError.self) { try scene.bench.core.prepareSignup(MetaSignupChoice(account: "3030", number: "3091"), app: 1) }
        #expect(throws: LabError.self) { try scene.bench.core.handOut(code: scene.result.code, now: scene.bench.now) }
        #expect(throws: LabError.self) { try scene.bench.core.signupApp(client: "815", configuration: "916") }
        #expect(throws: LabError.self) { try scene.bench.core.signupApp(client: "4711", configuration: "") }
        #expect(try scene.bench.core.signupApp(client: "815", configuration: "915") == 1)
    }

    @Test("A new number comes to an account, verified and not registered")
    func newNumber() throws {
        var scene = try Scene()
        func choice(_ display: String, _ name: String = "New") -> MetaSignupChoice {
            MetaSignupChoice(account: Self.wide, newNumber: .init(display: display, name: name))
        }
        let result = try scene.bench.core.prepareSignup(choice("49305559999"), app: 1)
        let added = try #require(scene.bench.core.numbers.last)
        #expect(result.data["phone_number_id"] == .string(added.id) && added.account == Self.wide)
        #expect(added.registration.isVerified && !added.registration.isRegistered)
        for (display, name) in [("49305559999", "Twice"), ("12", "Short"), ("49305559998", ""), ("4930555x998", "Odd")] {
            #expect(throws: LabError.self) { try scene.bench.core.prepareSignup(choice(display, name), app: 1) }
        }
    }

    // MARK: The token

    @Test("debug_token tells of the token, to its own app and to no other")
    func debug() throws {
        var scene = try Scene()
        let token = try scene.token()
        let told = scene.debug(token)
        #expect(told?["app_id"] == "815" && told?["is_valid"] == true && told?["expires_at"]?.integer == 0)
        #expect(told?["granular_scopes"]?.array?.allSatisfy { $0["target_ids"]?.strings == [Self.wide] } == true)
        #expect(scene.bench.request("GET", "/v25.0/debug_token", ["input_token": token], token: "4711|app-secret").errorCode == 100)
        #expect(scene.bench.request("GET", "/v25.0/debug_token", ["input_token": token], token: "815|other").errorCode == 190)
        let query = ["input_token": token, "access_token": "815|vendor-secret"]
        #expect(scene.bench.request("GET", "/v25.0/debug_token", query, token: nil).json?.status == 200)
        #expect(scene.debug("other")?["is_valid"] == false)
    }

    @Test(
        "Tokens are as the options say",
        arguments: [(MetaSignupOptions.Targets.absent, nil), (.empty, []), (.other, ["9030"]), (.own, [wide])]
            as [(
                MetaSignupOptions.Targets, [String]?
            )])
    func targets(_ targets: MetaSignupOptions.Targets, _ ids: [String]?) throws {
        var options = MetaSignupOptions()
        options.targets = targets
        options.appID = "4712"
        options.scopes = [MetaCore.managementScope]
        options.tokenLifetime = 60
        options.dataAccessLifetime = 90
        var scene = try Scene(options)
        let token = try scene.token()
        let told = scene.debug(token)
        #expect(told?["granular_scopes"]?.array?.first?["target_ids"].map(\.strings) == ids)
        #expect(told?["app_id"] == "4712" && told?["scopes"]?.strings == [MetaCore.managementScope])
        #expect(told?["expires_at"]?.integer == scene.bench.now / 1_000 + 60)
        #expect(told?["data_access_expires_at"]?.integer == scene.bench.now / 1_000 + 90)
        #expect(scene.bench.send("{}", token: token, path: "/v25.0/2091/messages").errorCode == 10)
        scene.bench.now += 60_000
        #expect(scene.debug(token)?["is_valid"] == false)
        #expect(scene.bench.request("GET", "/v25.0/2030", token: token).json?.body["error"]?["error_subcode"]?.integer == 463)
    }

    @Test("A token reaches its account and no other, and none reaches an account that it was not made for")
    func reach() throws {
        var scene = try Scene()
        let token = try scene.token()
        #expect(scene.bench.request("GET", "/v25.0/2030/phone_numbers", token: token).json?.body["data"]?.array?.count == 3)
        for path in ["1020", "3030", "1090", "3091", "1020/phone_numbers"] {
            #expect(scene.bench.request("GET", "/v25.0/\(path)", token: token).json?.body["error"]?["error_subcode"]?.integer == 33)
        }
        #expect(scene.bench.request("GET", "/v25.0/2030").errorCode == 100)
        #expect(scene.bench.request("GET", "/v25.0/1020/phone_numbers").json?.body["data"]?.array?.count == 1)
    }

    @Test("An app that needs proofs gets nothing without, and proofs are made with its own secret")
    func proof() throws {
        var scene = try Scene()
        let token = "T"
        scene.bench.core.tokens[token] = MetaToken(
            app: 1, account: Self.wide, scopes: [MetaCore.managementScope], targets: .own, toldAppID: "815", expiresAt: 0, dataAccessExpiresAt: 0)
        scene.bench.core.apps[1].app.requiresProof = true
        #expect(scene.bench.request("GET", "/v25.0/2030", token: token).errorCode == 100)
        // Made by openssl: HMAC-SHA256 of T under vendor-secret.
        let right = "9dd770e9d5a98ede09b72b8d729f28f73eaee9e72d619764d5274d45e9ca4550"
        #expect(scene.bench.request("GET", "/v25.0/2030", ["appsecret_proof": right], token: token).json?.status == 200)
    }

    // MARK: Webhooks

    private static func handshake(_ target: MetaHandshake.Target, _ url: String) -> MetaHandshake {
        MetaHandshake(app: 1, target: target, url: url, token: "v")
    }

    /// Whom the next deliveries go to.
    private func urls(_ scene: inout Scene) -> [String] {
        scene.bench.core.options.maximumInFlight = 100
        let deliveries = scene.bench.core.fire(now: scene.bench.now)
        for delivery in deliveries { scene.bench.core.finished(delivery, status: 200, now: scene.bench.now) }
        return deliveries.compactMap(\.url)
    }

    @Test("The app's callback hears of the account at once; of its messages only after subscribing; and nothing without a callback")
    func subscription() throws {
        var scene = try Scene()
        let token = try scene.token()
        scene.bench.core.numbers.indices.forEach { scene.bench.core.numbers[$0].registration.isRegistered = true }
        scene.bench.core.apps[1].callbacks.app = "vendor"
        let added = try #require(scene.bench.core.fire(now: scene.bench.now).first)
        #expect(added.url == "vendor")
        let entry = try LabJSON(parsing: added.body)["entry"]?.array?.first
        #expect(entry?["id"] == "60")
        let value = entry?["changes"]?.array?.first?["value"]
        #expect(value?.text() == #"{"event":"PARTNER_ADDED","waba_info":{"waba_id":"2030","owner_business_id":"60"}}"#)
        scene.bench.core.finished(added, status: 200, now: scene.bench.now)

        try scene.bench.core.receive(.text("one"), from: "ada", to: "2091", now: scene.bench.now)
        #expect(urls(&scene).isEmpty)
        #expect(scene.subscribe(token).json?.status == 200)
        try scene.bench.core.receive(.text("two"), from: "ada", to: "2091", now: scene.bench.now)
        let delivery = try #require(scene.bench.core.fire(now: scene.bench.now).first)
        #expect(delivery.url == "vendor")
        #expect(try LabJSON(parsing: delivery.body)["entry"]?.array?.first?["id"] == "2030")
        #expect(delivery.signature == MetaWebhookQueue.signature(of: delivery.body, .correct, "vendor-secret"))
        scene.bench.core.finished(delivery, status: 200, now: scene.bench.now)

        scene.bench.core.apps[1].app.fields = ["account_update"]
        try scene.bench.core.receive(.text("three"), from: "ada", to: "2091", now: scene.bench.now)
        #expect(urls(&scene).isEmpty)
        scene.bench.core.apps[1].app.fields = MetaApp.usualFields
        #expect(scene.bench.request("DELETE", "/v25.0/2030/subscribed_apps", token: token).json?.status == 200)
        try scene.bench.core.receive(.text("four"), from: "ada", to: "2091", now: scene.bench.now)
        #expect(urls(&scene).isEmpty)
    }

    @Test("An override needs a subscription; a number's comes first, the account's ends by subscribing again, account events heed none")
    func overrides() throws {
        var scene = try Scene()
        let token = try scene.token()
        scene.bench.core.numbers.indices.forEach { scene.bench.core.numbers[$0].registration.isRegistered = true }
        scene.bench.core.apps[1].callbacks.app = "vendor"
        _ = urls(&scene)
        let account = #"{"override_callback_uri":"http://account","verify_token":"v"}"#
        let number = #"{"webhook_configuration":{"override_callback_uri":"http://number","verify_token":"v"}}"#
        let refused = scene.bench.send(account, token: token, path: "/v25.0/2030/subscribed_apps")
        #expect(refused.errorCode == 100 && refused.json?.body["error"]?["message"]?.string?.contains("must be subscribed") == true)
        #expect(scene.bench.send(number, token: token, path: "/v25.0/2091").errorCode == 100)
        _ = scene.subscribe(token)
        for (body, path, target) in [
            (account, "/v25.0/2030/subscribed_apps", MetaHandshake.Target.account("2030")), (number, "/v25.0/2091", .number("2091")),
        ] {
            let reply = scene.bench.send(body, token: token, path: path)
            let handshake = Self.handshake(target, path.hasSuffix("apps") ? "http://account" : "http://number")
            #expect(reply.kind == .handshake(handshake))
            _ = scene.bench.core.finished(handshake, trouble: nil)
        }
        func all(_ scene: inout Scene) throws -> [String] {
            try scene.bench.core.receive(.text("x"), from: "ada", to: "2091", now: scene.bench.now)
            try scene.bench.core.receive(.text("y"), from: "ada", to: "2092", now: scene.bench.now)
            scene.bench.core.notify(field: "account_update", value: ["event": "E"], account: "2030", now: scene.bench.now)
            return urls(&scene)
        }
        #expect(try all(&scene) == ["http://number", "http://account", "vendor"])
        let read = scene.bench.request("GET", "/v25.0/2091", ["fields": "webhook_configuration"], token: token).json?.body
        #expect(
            read?["webhook_configuration"]?.text()
                == #"{"phone_number":"http://number","whatsapp_business_account":"http://account","application":"vendor"}"#)
        _ = scene.subscribe(token)
        #expect(try all(&scene) == ["http://number", "vendor", "vendor"])
        _ = scene.bench.send(#"{"webhook_configuration":{"override_callback_uri":""}}"#, token: token, path: "/v25.0/2091")
        #expect(try all(&scene) == ["vendor", "vendor", "vendor"])
    }

    @Test("One POST to the app's callback may tell of two accounts, each in an entry of its own")
    func mixedAccounts() throws {
        var scene = try Scene()
        scene.bench.core.apps[1].callbacks.app = "vendor"
        scene.bench.core.options.batchSize = 10
        scene.bench.core.apps[1].callbacks.subscribed = [Self.wide, "3030"]
        scene.bench.core.numbers.indices.forEach { scene.bench.core.numbers[$0].registration.isRegistered = true }
        _ = urls(&scene)
        for number in ["2091", "3091", "2092"] { try scene.bench.core.receive(.text("x"), from: "ada", to: number, now: scene.bench.now) }
        let deliveries = scene.bench.core.fire(now: scene.bench.now)
        #expect(deliveries.count == 1)
        let entries = try LabJSON(parsing: try #require(deliveries.first).body)["entry"]?.array
        #expect(entries?.compactMap { $0["id"]?.string } == ["2030", "3030", "2030"])
    }

    @Test("The app token sets the app's own callback, after a handshake")
    func ownCallback() throws {
        var scene = try Scene()
        let path = "/v25.0/815/subscriptions"
        let body = #"{"object":"whatsapp_business_account","callback_url":"http://own","verify_token":"v","fields":"messages,security"}"#
        #expect(scene.bench.send(body, token: "4711|app-secret", path: path).errorCode == 190)
        #expect(scene.bench.send("{}", token: "815|vendor-secret", path: path).errorCode == 100)
        let handshake = Self.handshake(.app(fields: ["messages", "security"]), "http://own")
        #expect(scene.bench.send(body, token: "815|vendor-secret", path: path).kind == .handshake(handshake))
        #expect(scene.bench.core.finished(handshake, trouble: "no answer").errorCode == 2_200)
        #expect(scene.bench.core.apps[1].callbacks.app == nil)
        _ = scene.bench.core.finished(handshake, trouble: nil)
        #expect(scene.bench.core.apps[1].callbacks.app == "http://own" && scene.bench.core.apps[1].app.fields == ["messages", "security"])
        let listed = scene.bench.request("GET", path, token: "815|vendor-secret").json?.body["data"]?.array
        #expect(listed?.first?["callback_url"] == "http://own")
    }

    @Test("A number of the WhatsApp Business app is neither registered nor deregistered")
    func coexistence() throws {
        var scene = try Scene(number: "3091", account: "3030")
        let token = try scene.token()
        for name in ["register", "deregister"] {
            #expect(
                scene.bench.send(#"{"messaging_product":"whatsapp","pin":"123456"}"#, token: token, path: "/v25.0/3091/\(name)").errorCode == 100)
        }
        let read = scene.bench.request("GET", "/v25.0/3091", ["fields": "is_on_biz_app,platform_type,status"], token: token).json?.body
        #expect(read?.text() == #"{"is_on_biz_app":true,"platform_type":"CLOUD_API","status":"CONNECTED"}"#)
    }

    @Test("An account that is taken away refuses its tokens, is no longer subscribed, and the app's callback hears of it")
    func removal() throws {
        var scene = try Scene()
        let token = try scene.token()
        scene.bench.core.apps[1].callbacks.app = "vendor"
        _ = scene.subscribe(token)
        _ = urls(&scene)
        try scene.bench.core.removePartner(app: 1, account: Self.wide, now: scene.bench.now)
        #expect(scene.bench.request("GET", "/v25.0/2030", token: token).errorCode == 190)
        #expect(scene.bench.core.apps[1].callbacks.subscribed.isEmpty)
        let told = try #require(scene.bench.core.fire(now: scene.bench.now).first)
        #expect(told.url == "vendor" && MetaBench.values([String(decoding: told.body, as: UTF8.self)]).first?["event"] == "PARTNER_REMOVED")
        #expect(throws: LabError.self) { try scene.bench.core.removePartner(app: 1, account: Self.wide, now: scene.bench.now) }
    }
}
