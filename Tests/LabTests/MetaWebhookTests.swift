import Crypto
import Testing

@testable import Lab

@Suite struct MetaWebhookTests {
    @Test(
        "Each kind of person is described as Meta does",
        arguments: [
            ("ada", #""contacts":[{"profile":{"name":"Ada"},"wa_id":"4917600"}],"messages":[{"from":"4917600","id":"#),
            (
                "grace",
                #""contacts":[{"profile":{"name":"Grace","username":"grace.h"},"wa_id":"4917601","user_id":"DE.77"}],"messages":[{"from":"4917601","from_user_id":"DE.77","id":"#
            ),
            ("linus", #""contacts":[{"profile":{"name":"Linus","username":"linus.p"},"user_id":"DE.78"}],"messages":[{"from_user_id":"DE.78","id":"#),
            (
                "mae",
                #""contacts":[{"profile":{"name":"Mae","username":"mae.j"},"user_id":"US.79","parent_user_id":"US.ENT.80"}],"messages":[{"from_user_id":"US.79","from_parent_user_id":"US.ENT.80","id":"#
            ),
        ])
    func people(_ key: String, _ expected: String) throws {
        var bench = MetaBench()
        try bench.core.receive(.text("Hi"), from: key, now: bench.now)
        let body = try #require(bench.deliver().first)
        #expect(body.contains(expected))
        #expect(body.contains(#""timestamp":"1790000000","type":"text","text":{"body":"Hi"}}]},"field":"messages"}]}]}"#))
    }

    @Test("Contents become the fields of their types")
    func contents() throws {
        var bench = MetaBench()
        func fields(_ content: MetaContent) throws -> String {
            try bench.receive(content)
            let message = try #require(MetaBench.values(bench.deliver()).first?["messages"]?.array?.first)
            return message.without("from").without("id").without("timestamp").text()
        }
        let first = try bench.core.receive(.text("Hi"), from: "ada", now: bench.now)
        _ = bench.deliver()
        #expect(
            try fields(.text("and", quoting: first))
                == #"{"type":"text","text":{"body":"and"},"context":{"from":"4917600","id":"\#(first)"}}"#)
        #expect(
            try fields(.text("and", quoting: "wamid.ours"))
                == #"{"type":"text","text":{"body":"and"},"context":{"from":"4930555000","id":"wamid.ours"}}"#)
        #expect(try fields(.reaction("👍", to: first)) == #"{"type":"reaction","reaction":{"message_id":"\#(first)","emoji":"👍"}}"#)
        #expect(try fields(.reaction(nil, to: first)) == #"{"type":"reaction","reaction":{"message_id":"\#(first)"}}"#)
        #expect(try fields(.unsupported(kind: "poll_creation")).contains(#""code":131051"#))
        #expect(try fields(.image(caption: "cat")).contains(#""mime_type":"image/jpeg","sha256":""#))
        #expect(
            try fields(.other(type: "location", ["latitude": .number("52.5"), "longitude": .number("13.4")]))
                == #"{"type":"location","location":{"latitude":52.5,"longitude":13.4}}"#)
    }

    @Test("The signature covers the escaped bytes that are sent")
    func signature() throws {
        var bench = MetaBench()
        try bench.core.receive(.text("é/😀@"), from: "ada", now: bench.now)
        let delivery = try #require(bench.core.fire(now: bench.now).first)
        let body = String(decoding: delivery.body, as: UTF8.self)
        #expect(body.contains(#"{"body":"\u00e9\/\ud83d\ude00@"}"#))
        let header = try #require(delivery.signature)
        #expect(header.count == 71 && header.hasPrefix("sha256="))
        let code = HMAC<SHA256>.authenticationCode(for: delivery.body, using: SymmetricKey(data: Array("app-secret".utf8)))
        #expect(header == "sha256=" + code.map { String(format($0)) }.joined())
    }

    private func format(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    @Test("Known bytes have the known signature")
    func knownSignature() {
        // RFC 4231, test case 2.
        let body = Array("what do ya want for nothing?".utf8)
        let code = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        #expect(MetaWebhookQueue.signature(of: body, .correct, "Jefe") == "sha256=\(code)")
        #expect(MetaWebhookQueue.signature(of: body, .upperCase, "Jefe") == "sha256=\(code.uppercased())")
        #expect(MetaWebhookQueue.signature(of: body, .missing, "Jefe") == nil)
        #expect(MetaWebhookQueue.signature(of: body, .wrongSecret, "Jefe") != "sha256=\(code)")
    }

    @Test("What is not answered 200 is sent again, ever more rarely, for seven days", arguments: [nil, 503, 201] as [Int?])
    func redelivery(_ status: Int?) throws {
        var bench = MetaBench()
        try bench.core.receive(.text("Hi"), from: "ada", now: bench.now)
        let start = bench.now
        var moments: [Int64] = []
        var bodies: Set<[UInt8]> = []
        while let due = bench.core.nextDue {
            bench.now = max(due, bench.now)
            for delivery in bench.core.fire(now: bench.now) {
                moments.append(bench.now - start)
                bodies.insert(delivery.body)
                bench.core.finished(delivery, status: status, now: bench.now)
            }
        }
        #expect(moments.prefix(8) == [0, 0, 1_000, 6_000, 36_000, 156_000, 756_000, 4_356_000])
        #expect((moments.last ?? 0) > 6 * 86_400_000 && (moments.last ?? .max) <= 7 * 86_400_000)
        #expect(bodies.count == 1)
        #expect(bench.core.webhooks.givenUp == 1)
    }

    @Test("Attempts follow each other as is set, and the first attempt and the answer for a customer's message are on record")
    func handovers() throws {
        var options = MetaOptions()
        options.retryDelays = [20, 50]
        var bench = MetaBench(options)
        let wamid = try bench.core.receive(.text("Hi"), from: "ada", now: bench.now)
        for delay in [20, 50, 50] as [Int64] {
            let delivery = try #require(bench.core.fire(now: bench.now).first)
            bench.core.finished(delivery, status: nil, now: bench.now)
            #expect(bench.core.nextDue == bench.now + delay)
            bench.now += delay
        }
        #expect(bench.core.webhooks.handovers == [.offered(wamid)])
        #expect(bench.core.webhooks.acknowledged.isEmpty)
        _ = bench.deliver()
        #expect(bench.core.webhooks.handovers == [.offered(wamid), .acknowledged(wamid)])
        #expect(bench.core.webhooks.acknowledged == [wamid])
    }

    @Test(
        "Updates share a POST in the way that is set",
        arguments: [(MetaOptions.Batching.oneChange, 1, 1, 3), (.changes, 1, 3, 1), (.entries, 3, 1, 1)])
    func batching(_ batching: MetaOptions.Batching, _ entries: Int, _ changes: Int, _ messages: Int) throws {
        var options = MetaOptions()
        options.batchSize = 3
        options.batching = batching
        var bench = MetaBench(options)
        for text in ["1", "2", "3", "4"] { try bench.core.receive(.text(text), from: "ada", now: bench.now) }
        let bodies = try bench.deliver().map { try LabJSON(parsing: $0) }
        #expect(bodies.count == 2)
        let first = try #require(bodies.first?["entry"]?.array)
        #expect(first.count == entries)
        #expect(first[0]["changes"]?.array?.count == changes)
        #expect(first[0]["changes"]?.array?[0]["value"]?["messages"]?.array?.count == messages)
        #expect(first[0]["changes"]?.array?[0]["value"]?["contacts"]?.array?.count == 1)
    }

    @Test("No more than the set number of POSTs is under way at once")
    func concurrency() throws {
        var options = MetaOptions()
        options.maximumInFlight = 2
        var bench = MetaBench(options)
        for text in ["1", "2", "3"] { try bench.core.receive(.text(text), from: "ada", now: bench.now) }
        let first = bench.core.fire(now: bench.now)
        #expect(first.count == 2)
        #expect(bench.core.nextDue == nil)
        #expect(bench.core.fire(now: bench.now).isEmpty)
        bench.core.finished(first[0], status: 200, now: bench.now)
        #expect(bench.core.fire(now: bench.now).count == 1)
    }

    @Test("Webhooks can come twice, late, and with the time they were written")
    func twiceAndLate() throws {
        var options = MetaOptions()
        options.duplicatesWebhooks = true
        var bench = MetaBench(options)
        try bench.core.receive(.text("Hi"), from: "ada", written: bench.now - 3_600_000, delay: 5_000, now: bench.now)
        #expect(bench.deliver(after: 4_999).isEmpty)
        let bodies = bench.deliver(after: 1)
        #expect(bodies.count == 2 && bodies[0] == bodies[1])
        #expect(bodies[0].contains(#""timestamp":"1789996400""#))
        #expect(bench.core.windowEnd(customer: "ada", number: "1090") == 1_790_082_800_000)
    }

    @Test("A paused queue keeps everything until it goes on")
    func paused() throws {
        var bench = MetaBench()
        bench.core.webhooks.isPaused = true
        try bench.core.receive(.text("Hi"), from: "ada", now: bench.now)
        #expect(bench.core.nextDue == nil && bench.deliver().isEmpty)
        bench.core.webhooks.isPaused = false
        #expect(bench.deliver().count == 1)
    }

    @Test("Versions below 24 carry a conversation, and other fields can be sent as they are")
    func versions() throws {
        var options = MetaOptions()
        options.payloadVersion = 23
        var bench = MetaBench(options)
        try bench.core.receive(.text("Hi"), from: "ada", now: bench.now)
        _ = bench.text()
        #expect(bench.deliver(after: 200).last?.contains(#""conversation":{"id":""#) == true)
        bench.core.notify(field: "account_update", value: ["event": "ACCOUNT_RECONNECTED"], now: bench.now)
        #expect(
            bench.deliver() == [
                #"{"object":"whatsapp_business_account","entry":[{"id":"1020","changes":[{"value":{"event":"ACCOUNT_RECONNECTED"},"field":"account_update"}]}]}"#
            ])
    }

    @Test("A status can be reported by hand, but only of what was accepted")
    func report() throws {
        var bench = MetaBench()
        try bench.core.receive(.text("Hi"), from: "ada", now: bench.now)
        bench.core.options.ladder = []
        let wamid = try #require(bench.text().wamid)
        _ = bench.deliver()
        try bench.core.report("failed", of: wamid, errorCode: 131_026, now: bench.now)
        #expect(MetaBench.statuses(bench.deliver()) == ["failed 131026"])
        #expect(throws: LabError.self) { try bench.core.report("sent", of: "wamid.x", now: bench.now) }
    }
}
