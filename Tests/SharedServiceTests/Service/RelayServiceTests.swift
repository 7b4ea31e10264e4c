import AppService
import Bridge
import FoundationEssentials
import GRDB
import NIOHTTP1
import Protocol
import Testing

@testable import SharedService

@Suite("The relay, over live sockets", .timeLimit(.minutes(2)))
struct RelayServiceTests {
    @Test("Meta's handshake succeeds with the right token only")
    func handshake() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                let query = "hub.mode=subscribe&hub.challenge=12345&hub.verify_token="
                let right = try await service.request(.GET, "/webhook?\(query)\(World.verifyToken)")
                #expect(right.status == 200 && right.text == "12345")
                #expect(try await service.request(.GET, "/webhook?\(query)wrong").status == 403)
            }
        }
    }

    @Test("What is not signed, wrongly signed or too large is refused")
    func unsigned() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                _ = try await service.join(world.instance)
                let body = Service.messages("1001", number: "2001", "x")
                #expect(try await service.request(.POST, "/webhook", Array(body.utf8)).status == 401)
                #expect(try await service.notify(body, secret: "wrong") == 401)
                // The answer comes before the body is read; a client that still writes may see the connection's end instead.
                let status = try? await service.notify(String(repeating: " ", count: 4 << 20) + body)
                #expect([nil, 413].contains(status))
                #expect(try await service.notify("not JSON") == 200)
                #expect(try await service.notify(body) == 200)
                _ = try await world.instance.state.first { $0.bodies == [body] }
            }
        }
    }

    @Test("A notification for several instances is split, and each signs for itself")
    func split() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                _ = try await service.join(world.instance)
                world.graph.issue("code-2", token: "token-BBBBBBBBBBBBBBBB", .init(targets: ["1002"]))
                let id = try await service.started(world.other)
                #expect(try await service.signUp(id, code: "code-2", session: Service.message(account: "1002", number: "2101")).step == .ready)
                _ = try await service.collect(id, world.other)
                #expect(try await service.pairing(id, "acknowledge", world.other.proof).status == 200)
                let entries = [
                    Service.entry("1001", number: "2001", "a"), Service.entry("1002", number: "2101", "b"), Service.entry("1003", number: "9", "c"),
                ]
                #expect(try await service.notify("{\"object\":\"whatsapp_business_account\",\"entry\":[\(entries.joined(separator: ","))]}") == 200)
                _ = try await world.instance.state.first { $0.bodies == [Service.messages("1001", number: "2001", "a")] }
                _ = try await world.other.state.first { $0.bodies == [Service.messages("1002", number: "2101", "b")] }
                #expect(world.instance.state.current.value.wrongSignatures == 0)
                #expect(try await service.request(.GET, service.operations + "/readyz").text.contains("unclaimed 1\n"))
                #expect(world.log.lines.contains { $0.contains("Changes go to nobody") })
            }
        }
    }

    @Test("An instance that is down for a day loses nothing, keeps its order, and holds up nobody else", arguments: [503, 401, 404])
    func dead(status: Int) async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                _ = try await service.join(world.instance)
                _ = try await service.join(
                    world.other, code: "code-2", token: "token-BBBBBBBBBBBBBBBB", session: Service.message(number: "2002"))
                world.instance.state.update { $0.status = status }
                for text in 0..<20 {
                    #expect(try await service.notify(Service.messages("1001", number: "2001", "\(text)")) == 200)
                    #expect(try await service.notify(Service.messages("1001", number: "2002", "\(text)")) == 200)
                }
                _ = try await world.other.state.first { $0.bodies.count == 20 }
                let end = world.clock.now() + .seconds(86_400)
                try await world.passing(.seconds(300)) { while world.clock.now() < end { try await Task.sleep(for: .milliseconds(5)) } }
                #expect(world.instance.state.current.value.requests > 3)
                world.instance.state.update { $0.status = 200 }
                try await world.passing(.seconds(60)) { _ = try await world.instance.state.first { $0.bodies.count == 20 } }
                #expect(world.instance.state.current.value.bodies == (0..<20).map { Service.messages("1001", number: "2001", "\($0)") })
                #expect(world.other.state.current.value.bodies == (0..<20).map { Service.messages("1001", number: "2002", "\($0)") })
                #expect(world.log.lines.contains { $0.contains("does not take its notifications") && $0.contains("\(status)") })
            }
        }
    }

    @Test("After seven days a notification is given up, and said")
    func givenUp() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                _ = try await service.join(world.instance)
                world.instance.state.update { $0.status = 500 }
                #expect(try await service.notify(Service.messages("1001", number: "2001", "old")) == 200)
                _ = try await world.instance.state.first { $0.requests > 0 }
                world.clock.move(by: .seconds(7 * 86_400))
                try await world.passing {
                    while !world.log.lines.contains(where: { $0.contains("was given up") }) { try await Task.sleep(for: .milliseconds(5)) }
                }
                world.instance.state.update { $0.status = 200 }
                #expect(try await service.notify(Service.messages("1001", number: "2001", "new")) == 200)
                try await world.passing { _ = try await world.instance.state.first { !$0.bodies.isEmpty } }
                #expect(world.instance.state.current.value.bodies == [Service.messages("1001", number: "2001", "new")])
            }
        }
    }

    @Test("A killed service forwards what it had acknowledged, in order", arguments: [false, true])
    func restart(isKilled: Bool) async throws {
        try await World.run { world in
            try await world.serving(isKilled: isKilled) { service async throws in
                _ = try await service.join(world.instance)
                world.instance.state.update { $0.status = 503 }
                for text in 0..<10 { #expect(try await service.notify(Service.messages("1001", number: "2001", "\(text)")) == 200) }
            }
            world.instance.state.update { $0.status = 200 }
            try await world.serving { _ in
                try await world.passing { _ = try await world.instance.state.first { $0.bodies.count == 10 } }
                #expect(world.instance.state.current.value.bodies == (0..<10).map { Service.messages("1001", number: "2001", "\($0)") })
            }
        }
    }

    @Test("An instance ends its binding; only its own signature can")
    func end() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                let mine = try await service.join(world.instance)
                let other = try await service.join(
                    world.other, code: "code-2", token: "token-BBBBBBBBBBBBBBBB", session: Service.message(number: "2002"))
                var forged = mine.handover
                forged.relay = other.handover.relay
                #expect(try await service.end(forged).status == 404)
                forged.relay = .init(keyID: mine.handover.binding, key: other.handover.relay.key)
                #expect(try await service.end(forged).status == 404)
                #expect(try await service.request(.POST, "/v1/bindings/\(mine.handover.binding)/end", Array("{}".utf8)).status == 404)

                let answer = try await service.end(mine.handover)
                #expect(answer.status == 200 && answer.text == "{}")
                #expect(try await service.notify(Service.messages("1001", number: "2001", "late")) == 200)
                try await world.passing { while try await service.end(mine.handover).status != 404 {} }
                // The other one still uses the account.
                #expect(world.graph.state.current.value.subscribed == ["1001"])
                #expect(try await service.end(other.handover).status == 200)
                try await world.passing { _ = try await world.graph.state.first { $0.subscribed.isEmpty } }
                #expect(world.instance.state.current.value.bodies == [])
            }
        }
    }

    @Test("When Meta takes an account away its instance hears of it first, then the binding ends")
    func farewell() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                let joined = try await service.join(world.instance)
                world.instance.state.update { $0.status = 503 }
                let value = #"{"event":"PARTNER_REMOVED","waba_info":{"waba_id":"1001"}}"#
                let body = #"{"object":"whatsapp_business_account","entry":[{"id":"3001","changes":[{"field":"account_update","value":\#(value)}]}]}"#
                #expect(try await service.notify(body) == 200)
                _ = try await world.instance.state.first { $0.requests > 0 }
                #expect(world.graph.state.current.value.subscribed == ["1001"])
                world.instance.state.update { $0.status = 200 }
                try await world.passing { _ = try await world.graph.state.first { $0.subscribed.isEmpty } }
                #expect(world.instance.state.current.value.bodies == [body])
                try await world.passing { while try await service.end(joined.handover).status != 404 {} }
            }
        }
    }

    @Test("In mode direct only the rest is forwarded; whoever takes the account over in mode relay takes the override back")
    func direct() async throws {
        try await World.run { world in
            try await world.serving { service in
                _ = try await service.join(world.other) { $0.mode = .direct }
                let template = #"{"field":"message_template_status_update","value":{"event":"APPROVED"}}"#
                let body = #"{"object":"whatsapp_business_account","entry":[{"id":"1001","changes":[\#(template)]}]}"#
                #expect(try await service.notify(Service.messages("1001", number: "2001", "x")) == 200)
                #expect(try await service.notify(body) == 200)
                _ = try await world.other.state.first { $0.bodies == [body] }

                world.graph.issue("code-2", token: "token-BBBBBBBBBBBBBBBB")
                let id = try await service.started(world.instance)
                #expect(try await service.signUp(id, code: "code-2").step == .takeover)
                let page = try await service.pageToken(id)
                #expect(try await service.act(id, "takeover", page, [("confirm", true)]).decoded(PageState.self).step == .ready)
                _ = try await service.collect(id, world.instance)
                // To subscribe again before it is final would take the override from an instance that still counts.
                let count = { world.graph.state.current.value.calls.filter { $0 == "POST 1001/subscribed_apps" }.count }
                #expect(count() == 1)
                #expect(try await service.pairing(id, "acknowledge", world.instance.proof).status == 200)
                #expect(count() == 2)
                #expect(world.graph.state.current.value.calls.contains("POST 2001"))
                #expect(try await service.notify(Service.messages("1001", number: "2001", "y")) == 200)
                _ = try await world.instance.state.first { $0.bodies == [Service.messages("1001", number: "2001", "y")] }
            }
        }
    }

    @Test("An operator lists bindings and ends one beside the running service")
    func register() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                let joined = try await service.join(world.instance)
                let register = try BindingRegister(dataDirectory: world.directory)
                let lines = try await register.lines()
                #expect(lines.map(\.id) == [joined.handover.binding] && lines.first?.state == "live" && lines.first?.numbers == ["2001"])
                #expect(try await register.end("unknown") == false)
                #expect(try await register.end(joined.handover.binding))
                try await world.passing { _ = try await world.graph.state.first { $0.subscribed.isEmpty } }
                try register.close()
            }
        }
    }

    @Test("Commits are flushed to the disk")
    func durability() throws {
        try withDirectory { directory in
            let database = try SharedDatabase(below: directory, for: .serving)
            let level = try database.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            #expect(level == 2)
            #expect(throws: StoreError.self) { _ = try SharedDatabase(below: directory, for: .serving) }
            try database.close()
        }
    }
}

private func withDirectory(_ body: (String) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("shared-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try body(directory)
}
