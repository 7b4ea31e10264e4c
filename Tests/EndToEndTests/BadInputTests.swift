import AppService
import Bridge
import Lab
import Testing

@Suite("Bad webhooks", .serialized, .timeLimit(.minutes(3))) struct BadInputTests {
    @Test("What is signed but cannot be read is kept and quarantined")
    func malformed() async throws {
        let bodies: [[UInt8]] = [
            [], [0xFF, 0xFE, 0x00], Array("nonsense".utf8), Array("{".utf8), Array("[]".utf8), Array("null".utf8), Array("{}".utf8),
            Array(#"{"entry":{}}"#.utf8), Array(#"{"entry":[]}"#.utf8), Array(#"{"entry":[{"changes":[]}]}"#.utf8),
            Array(#"{"entry":[7,null,"x",{"changes":[null,{"field":"messages","value":7}]}]}"#.utf8),
            Array(repeating: UInt8(ascii: "["), count: 100_000), Array(#"{"entry":[\#(String(repeating: "{},", count: 1_000))]}"#.utf8),
        ]
        try await Workplace.open { workplace in
            var count = 0
            for body in bodies {
                #expect(try await workplace.post(webhook: body) == 200)
                let before = count
                try await eventually {
                    let rows = try workplace.ledger()
                    count = rows.count
                    return count > before && rows.allSatisfy { $0.type == "unreadable" && $0.state == "quarantined" && $0.reason != nil }
                }
            }
            // The same once more is the same.
            for body in bodies { #expect(try await workplace.post(webhook: body) == 200) }
            try await workplace.converse()
            #expect(try workplace.ledger().count { $0.type == "unreadable" } == count)
            #expect(workplace.lab.connect.posts.count { $0.author == "whatsapp" } == 1)
        }
    }

    @Test("What is not signed with the secret is refused and leaves nothing; where there is no secret nobody may post")
    func signatures() async throws {
        let body = Array(#"{"entry":[]}"#.utf8)
        try await Workplace.open { _ in
        } service: { configuration in
            configuration.instances.append(InstanceConfiguration(address: try InstanceAddress(domain: "example.com", name: "unsigned")))
        } _: { workplace in
            let secret = workplace.lab.configuration.appSecret
            let right = Workplace.signature(of: body, secret)
            let wrong: [String?] = [
                nil, "", "sha256=", right.uppercased(), String(right.dropFirst("sha256=".count)), "sha1=" + right.dropFirst("sha256=".count),
                String(right.dropLast()), right + "0", String(right.dropLast()) + "g", Workplace.signature(of: body + [0x20], secret),
                Workplace.signature(of: body, secret + "x"), Workplace.signature(of: body, ""), "sha256=" + String(repeating: "0", count: 64),
            ]
            for signature in wrong {
                let status = try await workplace.post(webhook: body, signed: .header(signature))
                #expect(status == 401, "\(signature ?? "none")")
            }
            #expect(try await workplace.post(webhook: body, to: "/example.com/unsigned") == 403)
            #expect(try await workplace.post(webhook: body, signed: .header(nil), to: "/example.com/unsigned") == 403)
            #expect(try await workplace.post(webhook: body, to: "/example.com/nobody") == 404)
            #expect(try workplace.ledger().isEmpty)
            let lines = try await workplace.readiness()
            #expect(lines.contains { $0.hasPrefix("example.com/unsigned webhook down: ") })
            try await workplace.converse()
        }
    }

    @Test("A body of 4 MiB is taken, one byte more is not, whether or not its length is declared")
    func size() async throws {
        try await Workplace.open { workplace in
            let largest = Array(repeating: UInt8(ascii: " "), count: 4 * 1_024 * 1_024)
            #expect(try await workplace.post(webhook: largest) == 200)
            let tooLarge = largest + [UInt8(ascii: " ")]
            let head = """
                POST \(workplace.path)/webhook HTTP/1.1\r
                Host: localhost\r
                X-Hub-Signature-256: \(Workplace.signature(of: tooLarge, workplace.lab.configuration.appSecret))\r\n
                """
            try await RawSocket.open(workplace.service.application) { (socket) async throws in
                socket.send(head + "Content-Length: \(tooLarge.count)\r\n\r\n")
                socket.send(tooLarge)
                #expect(try await socket.readResponse().status == 413)
            }
            try await RawSocket.open(workplace.service.application) { (socket) async throws in
                socket.send(head + "Transfer-Encoding: chunked\r\n\r\n\(String(tooLarge.count, radix: 16))\r\n")
                socket.send(tooLarge)
                socket.send("\r\n0\r\n\r\n")
                #expect(try await socket.readResponse().status == 413)
            }
            try await workplace.converse()
            #expect(try workplace.ledger().count { $0.state == "quarantined" } == 1)
        }
    }

    @Test("The handshake is answered with the challenge for the right token, and only then")
    func handshake() async throws {
        try await Workplace.open { workplace in
            let lab = workplace.lab
            let token = lab.configuration.verifyToken
            #expect(await lab.meta.verifyCallback(token: token))
            let address = "\(workplace.path)/webhook"
            let right = try await workplace.get("\(address)?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=\(token)")
            #expect(right == (200, "1158201444"))
            let wrong = [
                "", "?", "?hub.mode=subscribe&hub.challenge=1&hub.verify_token=\(token)x", "?hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
                "?hub.mode=subscribe&hub.challenge=1", "?hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=\(token)",
                "?hub.challenge=1&hub.verify_token=\(token)", "?hub.mode=subscribe&hub.verify_token=\(token)",
                "?\(String(repeating: "&", count: 5_000))",
            ]
            for query in wrong { #expect(try await workplace.get(address + query).status == 403, "\(query.prefix(100))") }
            #expect(await !lab.meta.verifyCallback(token: "guess"))
            try await workplace.converse()
        }
    }

    @Test("A type that nobody knows is posted as a placeholder, a field that nobody knows is noted")
    func unknown() async throws {
        try await Workplace.open { workplace in
            let lab = workplace.lab
            try lab.meta.send(.other(type: "hologram", ["frames": 3]), from: "ada")
            try lab.meta.send(.unsupported(), from: "ada")
            try lab.meta.send(.unsupported(code: 131_060, kind: "poll_creation"), from: "ada")
            try lab.meta.send(.other(type: "text", ["bodies": "x"]), from: "ada")
            try lab.meta.send(.other(type: "image", [1, 2]), from: "ada")
            for value: LabJSON in [["event": "SOMETHING"], .null, 7, "text", [1]] { lab.meta.notify(field: "holograms", value: value) }
            try await lab.connect.wait(until: "each has a placeholder") { $0.posts.count == 5 }
            #expect(lab.connect.posts.count { $0.isRoot } == 1)
            #expect(lab.connect.posts[0].text.contains("(hologram)"))
            #expect(lab.connect.posts.allSatisfy { $0.text.count > 20 })
            try await eventually { try workplace.ledger().count { $0.state == "posted" } == 5 }
            try await eventually { try workplace.ledger().count { $0.type == "holograms" && $0.state == "ignored" && $0.reason != nil } == 5 }
            #expect(try workplace.ledger().count == 10)
            try await workplace.converse()
        }
    }

    @Test("In a batch with broken elements all others are posted, in order and once")
    func siblings() async throws {
        try await Workplace.open { workplace in
            let lab = workplace.lab
            let number = lab.configuration.numbers[0].id
            let now = lab.clock.now() / 1_000
            func message(_ index: Int) -> String {
                #"{"from":"491760000001","id":"wamid.b\#(index)","timestamp":"\#(now)","type":"text","text":{"body":"part \#(index)."}}"#
            }
            func change(_ messages: [String], _ more: String = "") -> String {
                #"{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"493055500001","#
                    + #""phone_number_id":"\#(number)"},"contacts":[{"profile":{"name":"Ada"},"wa_id":"491760000001"}],"#
                    + #""messages":[\#(messages.joined(separator: ","))]\#(more)}}"#
            }
            var entries = (0..<40).map { #"{"id":"1","changes":[\#(change([message($0)]))]}"# }
            entries.insert("null", at: 30)
            entries.insert(#"{"id":"1","changes":7}"#, at: 20)
            entries.insert(#"{"id":"1","changes":[null,\#(change([message(100)])),{"field":"messages","value":[]}]}"#, at: 15)
            let broken = ["7", "null", "[]", #"{"from":"491760000001","type":"text","text":{"body":"no id"}}"#, #"{"id":"wamid.x","type":"text"}"#]
            entries.insert(
                #"{"id":"1","changes":[\#(change([message(101)] + broken + [message(102)], #","statuses":[{"status":"sent"},7]"#))]}"#, at: 10)
            #expect(try await workplace.post(webhook: #"{"object":"whatsapp_business_account","entry":[\#(entries.joined(separator: ","))]}"#) == 200)

            try await lab.connect.wait(until: "all others are posted") { $0.posts.count >= 43 }
            try await workplace.converse()
            let posts = lab.connect.posts.filter { $0.text.contains("part ") }
            let numbers = posts.compactMap { $0.text.split(separator: "part ").last.flatMap { Int($0.prefix { $0.isNumber }) } }
            #expect(numbers == Array(0..<10) + [101, 102] + Array(10..<15) + [100] + Array(15..<40))
            let quarantined = try workplace.ledger().filter { $0.state == "quarantined" }
            #expect(quarantined.count == 11)
            #expect(Set(quarantined.compactMap(\.reason)).count == quarantined.count)
        }
    }

    @Test("A message that comes several times, in whatever company, is posted once")
    func duplicates() async throws {
        try await Workplace.open { configuration in
            configuration.metaOptions.duplicatesWebhooks = true
            configuration.metaOptions.maximumInFlight = 8
        } _: { workplace in
            let lab = workplace.lab
            func body(_ ids: [String], time: Int) -> String {
                let messages = ids.map {
                    #"{"from":"491760000001","id":"wamid.\#($0)","timestamp":"\#(lab.clock.now() / 1_000)","type":"text","text":{"body":"[\#($0)]"}}"#
                }
                return #"{"object":"whatsapp_business_account","entry":[{"id":"1","time":\#(time),"changes":[{"field":"messages","value":{"#
                    + #""metadata":{"phone_number_id":"\#(lab.configuration.numbers[0].id)"},"messages":[\#(messages.joined(separator: ","))]}}]}]}"#
            }
            let once = body(["one", "two", "one"], time: 1)
            let again = body(["two", "three", "one"], time: 2)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<12 { group.addTask { try await workplace.post(webhook: index % 2 == 0 ? once : again) } }
                for try await status in group { #expect(status == 200) }
            }
            try await lab.connect.wait(until: "all three are posted") { $0.posts.count >= 3 }
            try await workplace.converse()
            for word in ["one", "two", "three"] { #expect(lab.connect.posts.count { $0.text.contains("[\(word)]") } == 1) }
            #expect(try workplace.ledger().count { $0.direction == .inbound && $0.type == "text" } == 4)
        }
    }
}
