import Testing

@testable import Lab

@Suite struct MetaSendingTests {
    /// A bench where Ada has just written.
    private func bench(_ options: MetaOptions = MetaOptions()) throws -> MetaBench {
        var bench = MetaBench(options)
        for customer in ["ada", "grace", "linus", "mae"] { try bench.core.receive(.text("Hi"), from: customer, now: bench.now) }
        _ = bench.deliver()
        return bench
    }

    @Test("An accepted text is answered with wa_id and a wamid, and then goes up the ladder with its callback data")
    func text() throws {
        var bench = try bench()
        let reply = bench.text()
        let wamid = try #require(reply.wamid)
        #expect(
            reply.json?.body.text()
                == #"{"messaging_product":"whatsapp","contacts":[{"input":"+4917600","wa_id":"4917600"}],"messages":[{"id":"\#(wamid)"}]}"#)
        #expect(wamid.hasPrefix("wamid.") && wamid.hasSuffix("=") && wamid.count == 62)
        #expect(bench.core.accepted.map(\.text) == ["Hello"])
        let bodies = bench.deliver(after: 200)
        #expect(
            bodies == [
                """
                {"object":"whatsapp_business_account","entry":[{"id":"1020","changes":[{"value":{"messaging_product":"whatsapp",\
                "metadata":{"display_phone_number":"4930555000","phone_number_id":"1090"},"statuses":[{"id":"\(LabJSON.string(wamid).text(.escaped).dropFirst().dropLast())",\
                "status":"sent","timestamp":"1790000000","recipient_id":"4917600","biz_opaque_callback_data":"m-1",\
                "pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"service"}}]},"field":"messages"}]}]}
                """
            ])
        #expect(MetaBench.statuses(bench.deliver(after: 1_300)) == ["delivered", "read"])
        #expect(bench.core.accepted.first?.status == "read")
    }

    @Test(
        "What cannot be sent is refused",
        arguments: [
            (#"{"messaging_product":"whatsapp","type":"text","text":{"body":"x"}}"#, 131_008),
            (#"{"messaging_product":"whatsapp","to":"+1","type":"text"}"#, 131_008),
            (#"{"messaging_product":"whatsapp","to":"+1","type":"text","text":{"body":""}}"#, 131_008), (#"{"to":"+1"}"#, 100), ("[]", 100),
            ("{", 100),
            (#"{"messaging_product":"whatsapp","to":"+1","text":{"body":"\#(String(repeating: "x", count: 4_097))"}}"#, 100),
        ] as [(String, Int64)])
    func refused(_ body: String, _ code: Int64) throws {
        var bench = try bench()
        #expect(bench.send(body).errorCode == code)
        #expect(bench.core.accepted.isEmpty)
    }

    @Test("A wrong token is 190, an unknown object 100 with 33, any version is fine and none is not")
    func access() throws {
        var bench = try bench()
        #expect(bench.send("{}", token: "OTHER").errorCode == 190)
        #expect(bench.send("{}", token: nil).json?.status == 401)
        let unknown = bench.send("{}", path: "/v25.0/4711/messages").json?.body["error"]
        #expect(unknown?["code"]?.integer == 100 && unknown?["error_subcode"]?.integer == 33)
        let text = #"{"messaging_product":"whatsapp","to":"+4917600","text":{"body":"x"}}"#
        #expect(bench.send(text, path: "/v9.99/1090/messages").json?.status == 200)
        #expect(bench.send(text, path: "/1090/messages").json?.status == 400)
    }

    @Test("A phone number without + gets the country code of the business put before it")
    func countryCode() throws {
        var bench = try bench()
        #expect(bench.text(to: "4917600").json?.body["contacts"]?.text() == #"[{"input":"4917600","wa_id":"494917600"}]"#)
        #expect(MetaBench.statuses(bench.deliver(after: 200)) == ["failed 131026"])
        #expect(bench.text(to: "17600").json?.body["contacts"]?.text() == #"[{"input":"17600","wa_id":"4917600"}]"#)
        #expect(MetaBench.statuses(bench.deliver(after: 200)) == ["sent"])
    }

    @Test("A user ID is sent to through recipient; to wins when both are there", arguments: ["DE.78", "US.79", "US.ENT.80"])
    func userIDs(_ userID: String) throws {
        var bench = try bench()
        let reply = bench.send(#"{"messaging_product":"whatsapp","recipient":"\#(userID)","type":"text","text":{"body":"x"}}"#)
        #expect(reply.json?.body["contacts"]?.text() == #"[{"input":"\#(userID)","user_id":"\#(userID)"}]"#)
        let value = try #require(MetaBench.values(bench.deliver(after: 200)).first)
        #expect(value["statuses"]?.array?.first?["recipient_user_id"]?.string == userID)
        #expect(value["statuses"]?.array?.first?["recipient_id"] == nil)
        #expect(value["contacts"]?.array?.count == 1)
        let both = bench.send(#"{"messaging_product":"whatsapp","to":"+4917600","recipient":"\#(userID)","text":{"body":"x"}}"#)
        #expect(both.json?.body["contacts"]?.text() == #"[{"input":"+4917600","wa_id":"4917600"}]"#)
        #expect(bench.core.accepted.last?.customer == "ada")
    }

    @Test("After 24 hours a text is accepted and fails, or is refused, or passes, as set", arguments: MetaOptions.WindowPolicy.allCases)
    func window(_ policy: MetaOptions.WindowPolicy) throws {
        var options = MetaOptions()
        options.windowPolicy = policy
        options.ladder = [.init("sent", after: 0)]
        var bench = try bench(options)
        bench.now += 86_400_000 - 1
        #expect(bench.text().wamid != nil)
        #expect(MetaBench.statuses(bench.deliver()) == ["sent"])
        bench.now += 1
        let reply = bench.text()
        switch policy {
        case .failsLater:
            #expect(reply.wamid != nil)
            #expect(MetaBench.statuses(bench.deliver()) == ["failed 131047"])
            #expect(bench.core.accepted.last?.errorCode == 131_047)
        case .refuses: #expect(reply.errorCode == 131_047)
        case .open:
            #expect(reply.wamid != nil)
            #expect(MetaBench.statuses(bench.deliver()) == ["sent"])
        }
        try bench.core.receive(.text("again"), from: "ada", now: bench.now)
        _ = bench.deliver()
        _ = bench.text()
        #expect(MetaBench.statuses(bench.deliver()) == ["sent"])
    }

    @Test("More than the burst to one person is refused with 131056 until six seconds have passed")
    func pairRate() throws {
        var options = MetaOptions()
        options.enforcesPairRate = true
        options.pairBurst = 3
        var bench = try bench(options)
        let codes = (0..<4).map { _ in bench.text().errorCode }
        #expect(codes == [nil, nil, nil, 131_056])
        #expect(bench.text(to: "+4917601").errorCode == nil)
        bench.now += 5_999
        #expect(bench.text().errorCode == 131_056)
        bench.now += 1
        #expect(bench.text().errorCode == nil)
        #expect(bench.text().errorCode == 131_056)
    }

    @Test("Statuses may come in reverse, twice, or not at all")
    func ladders() throws {
        var options = MetaOptions()
        options.reversesStatuses = true
        options.duplicatesStatuses = true
        var bench = try bench(options)
        _ = bench.text()
        #expect(MetaBench.statuses(bench.deliver(after: 2_000)) == ["read", "read", "delivered", "delivered", "sent", "sent"])
        #expect(bench.core.accepted.first?.status == "read")
        bench.core.options.ladder = []
        _ = bench.text()
        #expect(bench.deliver(after: 100_000).isEmpty)
        #expect(bench.core.accepted.last?.status == "accepted")
    }

    @Test("The first status may be due before the response, which then waits for it")
    func statusBeforeResponse() throws {
        var options = MetaOptions()
        options.sendsStatusBeforeResponse = true
        var bench = try bench(options)
        let reply = bench.text()
        #expect(reply.followsWebhooks)
        #expect(MetaBench.statuses(bench.deliver()) == ["sent"])
    }

    @Test(
        "Faults spoil sending, before or after the message was accepted",
        arguments: [
            (MetaFault.Kind.drop, GraphReply.Kind.drop, 0), (.acceptThenDrop, .drop, 1), (.hang, .hang, 0), (.acceptThenHang, .hang, 1),
            (.page(502), .page(502), 0), (.acceptThenPage(503), .page(503), 1),
        ])
    func faults(_ fault: MetaFault.Kind, _ kind: GraphReply.Kind, _ accepted: Int) throws {
        var bench = try bench()
        bench.core.faults = [MetaFault(fault, skipping: 1)]
        #expect(bench.text().wamid != nil)
        #expect(bench.text().kind == kind)
        #expect(bench.core.accepted.count == 1 + accepted)
        #expect(bench.text().wamid != nil)
    }

    @Test("An error can be injected by its code, at once or as a status", arguments: [131_016, 130_429, 131_056, 368, 190])
    func injectedErrors(_ code: Int) throws {
        var bench = try bench()
        bench.core.faults = [MetaFault(.error(MetaError(code: code))), MetaFault(.failure(code))]
        #expect(bench.text().errorCode == Int64(code))
        #expect(bench.text().wamid != nil)
        #expect(MetaBench.statuses(bench.deliver(after: 200)) == ["failed \(code)"])
        #expect(bench.core.accepted.count == 1)
    }

    @Test("A received message can be marked as read, another cannot")
    func readReceipts() throws {
        var bench = try bench()
        let wamid = try #require(bench.core.messages.first?.wamid)
        let body = #"{"messaging_product":"whatsapp","status":"read","message_id":"\#(wamid)"}"#
        #expect(bench.send(body).json?.body.text() == #"{"success":true}"#)
        #expect(bench.core.markedRead == [wamid])
        #expect(bench.send(#"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.other"}"#).errorCode == 100)
    }

    @Test("The account can be looked at and subscribed to")
    func account() {
        var bench = MetaBench()
        func get(_ path: String, _ query: [String: String] = [:]) -> LabJSON? {
            bench.core.reply(to: GraphRequest(method: "GET", path: path, query: query, authorization: "Bearer TOKEN"), now: 0).json?.body
        }
        #expect(get("/v25.0/1090")?["verified_name"]?.string == "Example")
        #expect(get("/v25.0/1020/phone_numbers")?["data"]?.array?.first?["id"]?.string == "1090")
        #expect(get("/v25.0/1020/subscribed_apps")?["data"]?.array?.isEmpty == true)
        #expect(bench.send("", path: "/v25.0/1020/subscribed_apps").json?.body.text() == #"{"success":true}"#)
        #expect(get("/v25.0/1020/subscribed_apps")?["data"]?.array?.count == 1)
        #expect(get("/v25.0/debug_token", ["input_token": "TOKEN"])?["data"]?["is_valid"] == .bool(true))
        #expect(get("/v25.0/debug_token", ["input_token": "x"])?["data"]?["is_valid"] == .bool(false))
    }
}
