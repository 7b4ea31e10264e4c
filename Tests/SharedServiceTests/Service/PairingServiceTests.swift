import AppService
import Bridge
import NIOHTTP1
import Protocol
import Testing

@testable import SharedService

@Suite("Pairings, over live sockets", .timeLimit(.minutes(2)))
struct PairingServiceTests {
    @Test("From the start to the acknowledgement: everything the instance needs, and nothing else left")
    func whole() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                world.graph.issue("code-1", token: "token-AAAAAAAAAAAAAAAA")
                let answer = try await service.start(world.instance.start)
                let started = try answer.decoded(Pairing.Started.self)
                #expect(answer.status == 200 && started.expiresIn == 900)
                #expect(started.page == "\(World.origin)/signup/\(started.id)")
                #expect(try await service.status(started.id, world.instance) == Pairing.Status(step: .waiting))
                #expect(try await service.pairing(started.id, "collect", world.instance.proof).refusal == .notReady)
                #expect(try await service.pairing(started.id, "acknowledge", world.instance.proof).refusal == .notReady)

                let state = try await service.signUp(started.id, code: "code-1")
                #expect(state.step == .ready)
                let address = try #require(state.address)
                #expect(address.hasPrefix("\(world.instance.callback)/onboarding/abc?code="))
                #expect(world.graph.state.current.value.subscribed == ["1001"])
                #expect(try await service.status(started.id, world.instance).step == .ready)

                // The code is checked when it is given, and not needed.
                let code = String(address.split(separator: "=").last ?? "")
                let wrong = Pairing.Proof(verifier: world.instance.verifier, code: "wrong")
                #expect(try await service.pairing(started.id, "collect", wrong).refusal == .notFound)
                let right = Pairing.Proof(verifier: world.instance.verifier, code: code)
                #expect(try await service.pairing(started.id, "collect", right).status == 200)
                // Again, in case the answer was lost.
                let handover = try await service.collect(started.id, world.instance)
                #expect(handover.account == "1001" && handover.numbers == ["2001"] && handover.business == "3001" && handover.mode == .relay)
                #expect(handover.accessToken == "token-AAAAAAAAAAAAAAAA" && handover.appID == World.appID && handover.graphVersion == "v25.0")
                #expect(handover.expiresAt == 1_795_000_000 && handover.dataAccessExpiresAt == nil && !handover.isCoexistence)
                // Computed elsewhere: HMAC-SHA256 of the token under the app secret.
                #expect(handover.appSecretProof == "eaf1003630f4057f6932bc28fa8ea8fd59c5b6e02a9c0a0ab67f857b2d84a692")
                #expect(Base64URL.bytes(handover.relay.key)?.count == 32)

                #expect(try await service.pairing(started.id, "acknowledge", world.instance.proof).decoded(Pairing.Status.self).step == .acknowledged)
                #expect(try await service.pairing(started.id, "acknowledge", world.instance.proof).decoded(Pairing.Status.self).step == .acknowledged)
                #expect(try await service.pairing(started.id, "collect", world.instance.proof).refusal == .notFound)
                #expect(try await service.notify(Service.messages("1001", number: "2001", "hello")) == 200)
                _ = try await world.instance.state.first { $0.bodies == [Service.messages("1001", number: "2001", "hello")] }
                #expect(world.instance.state.current.value.paths == ["/example.com/whatsapp/webhook"])
            }
        }
    }

    @Test("A wrong service key is answered late, whatever it is")
    func keys() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                for key in ["", "wrong", World.key + "x", String(World.key.dropLast())] {
                    let before = world.clock.now()
                    let answer = try await world.passing { try await service.start(world.instance.start, key: key) }
                    #expect(answer.status == 401 && answer.refusal == .notAuthorised)
                    #expect(world.clock.now().since(before) >= .seconds(1))
                }
                #expect(try await service.start(world.instance.start, key: World.otherKey).status == 200)
            }
        }
    }

    @Test("What cannot be read or must not be is refused with a reason")
    func badRequests() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                let key: HTTPHeaders = ["Authorization": "Bearer \(World.key)"]
                #expect(try await service.request(.POST, "/v1/pairings", Array("{".utf8), key).refusal == .badRequest)
                #expect(try await service.request(.POST, "/v1/pairings", [UInt8](repeating: 0x20, count: 70_000), key).refusal == .badRequest)
                var start = world.instance.start
                start.returnAddress = "https://evil.example/"
                #expect(try await service.start(start).refusal == .badRequest)
                #expect(try await service.request(.GET, "/v1/pairings").status == 404)
                #expect(try await service.request(.GET, "/").status == 404)
            }
        }
    }

    @Test("An unknown pairing, a wrong verifier and one that ended look the same")
    func verifiers() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                let id = try await service.started(world.instance)
                let wrong = Pairing.Proof(verifier: Base64URL.text([UInt8](repeating: 8, count: 32)))
                let unknown = try await service.pairing("unknown", "status", world.instance.proof)
                for verb in ["status", "collect", "acknowledge", "cancel"] {
                    let answer = try await service.pairing(id, verb, wrong)
                    #expect(answer.status == unknown.status && answer.body == unknown.body)
                }
                #expect(try await service.pairing(id, "cancel", world.instance.proof).decoded(Pairing.Status.self).step == .failed)
                #expect(try await service.status(id, world.instance).refusal?.known == .cancelled)
                #expect(try await service.pairing(id, "collect", world.instance.proof).body == unknown.body)
                #expect(try await service.pairing(id, "acknowledge", world.instance.proof).body == unknown.body)
            }
        }
    }

    @Test("A pairing ends by itself, and is forgotten some time later")
    func expiry() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                let id = try await service.started(world.instance)
                let token = try await service.pageToken(id)
                world.graph.issue("code-1", token: "token-AAAAAAAAAAAAAAAA")
                world.clock.move(by: .seconds(901))
                let status = try await world.passing {
                    while try await service.status(id, world.instance).step == .waiting {}
                    return try await service.status(id, world.instance)
                }
                #expect(status.step == .failed && status.refusal?.known == .expired)
                let state = try await service.act(id, "code", token, [("code", "code-1")])
                #expect(state.refusal == .expired)
                #expect(world.graph.state.current.value.calls == [])
                world.clock.move(by: .seconds(1_000))
                try await world.passing { while try await service.pairing(id, "status", world.instance.proof).refusal != .notFound {} }
            }
        }
    }

    @Test("Without acknowledgement everything is rolled back")
    func rollback() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                let (id, handover) = try await service.join(world.instance, acknowledges: false)
                world.clock.move(by: .seconds(901))
                try await world.passing { _ = try await world.graph.state.first { $0.subscribed.isEmpty } }
                #expect(try await service.status(id, world.instance).refusal?.known == .expired)
                #expect(try await service.pairing(id, "acknowledge", world.instance.proof).refusal == .notFound)
                try await world.passing { while try await service.end(handover).status != 404 {} }
                #expect(try await service.notify(Service.messages("1001", number: "2001", "late")) == 200)
                #expect(try await service.request(.GET, service.operations + "/readyz").text.contains("waiting 0\n"))
            }
        }
    }

    @Test("A rollback leaves an account alone that another instance uses")
    func rollbackBesideOther() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                _ = try await service.join(world.other, session: Service.message(number: "2002"))
                let (id, handover) = try await service.join(world.instance, code: "code-2", token: "token-BBBBBBBBBBBBBBBB", acknowledges: false)
                #expect(try await service.pairing(id, "cancel", world.instance.proof).decoded(Pairing.Status.self).step == .failed)
                try await world.passing { while try await service.end(handover).status != 404 {} }
                #expect(world.graph.state.current.value.subscribed == ["1001"])
                #expect(!world.graph.state.current.value.calls.contains("DELETE 1001/subscribed_apps"))
            }
        }
    }

    @Test("One connector cannot start without end")
    func tooMany() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                for _ in 0..<StartLimiter.mostStarts { #expect(try await service.start(world.instance.start).status == 200) }
                let answer = try await service.start(world.instance.start)
                #expect(answer.status == 429 && answer.refusal == .tooMany)
                #expect(try await service.start(world.instance.start, key: World.otherKey).status == 200)
            }
        }
    }

    @Test("Pairings survive a restart, before the sign-up and after it")
    func restart() async throws {
        try await World.run { world in
            var waiting = ""
            var ready = ""
            try await world.serving { service async throws in
                waiting = try await service.started(world.other)
                ready = try await service.join(world.instance, acknowledges: false).pairing
            }
            try await world.serving(isKilled: true) { service async throws in
                #expect(try await service.status(waiting, world.other).step == .waiting)
                #expect(try await service.collect(ready, world.instance).account == "1001")
            }
            try await world.serving { service async throws in
                #expect(try await service.pairing(ready, "acknowledge", world.instance.proof).decoded(Pairing.Status.self).step == .acknowledged)
                world.graph.issue("code-2", token: "token-BBBBBBBBBBBBBBBB", .init(targets: ["1002"]))
                #expect(try await service.signUp(waiting, code: "code-2", session: Service.message(account: "1002", number: "2101")).step == .ready)
            }
        }
    }

    @Test("A restart in the middle of an exchange costs the attempt only, and leaves nothing at Meta")
    func restartInTheMiddle() async throws {
        try await World.run { world in
            var id = ""
            try await world.serving(isKilled: true) { service async throws in
                world.graph.issue("code-1", token: "token-AAAAAAAAAAAAAAAA")
                id = try await service.started(world.instance)
                let token = try await service.pageToken(id)
                world.graph.state.update { $0.held = ["POST 1001/subscribed_apps"] }
                let pairing = id
                async let answer: Void = {
                    _ = try? await service.act(pairing, "code", token, [("code", "code-1"), ("session", Service.message())])
                }()
                _ = try await world.graph.state.first { $0.calls.contains("POST 1001/subscribed_apps") }
                _ = try await world.graph.state.first { _ in true }
                Task { world.graph.state.update { $0.held = [] } }
                _ = await answer
            }
            try await world.serving { service async throws in
                let status = try await service.status(id, world.instance)
                #expect([.waiting, .ready].contains(status.step))
                world.graph.issue("code-2", token: "token-BBBBBBBBBBBBBBBB")
                if status.step == .waiting { #expect(try await service.signUp(id, code: "code-2").step == .ready) }
            }
        }
    }
}
