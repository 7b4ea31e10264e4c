import Bridge
import Crypto
import Protocol
import Testing

@testable import AppService

@Suite("Pairing, step by step") struct PairingFlowTests {
    private let start = Moment(seconds: 1_790_000_000)
    private var flow: PairingFlow { PairingFlow(at: start, lifetime: 900) }
    private func later(_ seconds: Int) -> Moment { start + .seconds(seconds) }

    private func sealed() throws -> SealedHandover {
        let key = Curve25519.KeyAgreement.PrivateKey()
        let handover = Handover(
            binding: "b", mode: .relay, account: "1", numbers: [], accessToken: "t", appID: "2", graphVersion: "v25.0",
            relay: .init(keyID: "k", key: "x"))
        return try SealedHandover(handover, to: Base64URL.text(key.publicKey.rawRepresentation), pairing: "p")
    }

    @Test("It asks every three seconds, collects, prepares, acknowledges, and is over")
    func all() throws {
        var flow = flow
        #expect(flow.step == .ask && flow.due == later(3) && flow.expiresAt == later(900))
        flow.stands(.answered(.init(step: .waiting)), at: later(4))
        #expect(flow.step == .ask && flow.due == later(7))
        flow.stands(.answered(.init(step: .ready)), at: later(7))
        #expect(flow.step == .collect && flow.due == later(7))
        let handover = try sealed()
        let collected = flow.collected(.answered(handover), at: later(8))
        #expect(collected == handover)
        #expect(flow.step == .prepare && flow.isCancellable)
        flow.prepared(at: later(20))
        #expect(flow.step == .acknowledge && !flow.isCancellable)
        let isTooLate = !flow.cancel()
        #expect(isTooLate)
        flow.acknowledged(.answered(.init(step: .acknowledged)), at: later(21))
        #expect(flow.step == .end(.acknowledged))
        flow.passed(to: later(5_000))
        #expect(flow.step == .end(.acknowledged))
    }

    @Test("A browser that comes back is not waited for")
    func browser() {
        var flow = flow
        flow.browserReturned(code: "c", at: later(1))
        #expect(flow.due == later(1) && flow.code == "c")
        flow.stands(.refused(.init(.badRequest, "The code is wrong.")), at: later(1))
        #expect(flow.step == .ask && flow.code == nil && flow.due == later(4))
        flow.browserReturned(code: "wrong", at: later(4))
        flow.stands(.refused(.init(.notFound, "There is no such pairing.")), at: later(4))
        #expect(flow.step == .ask && flow.code == nil)
        flow.stands(.refused(.init(.notFound, "There is no such pairing.")), at: later(7))
        #expect(flow.isOver)
    }

    @Test("Whoever is away is asked again; what refuses for good ends it", arguments: Pairing.Code.allCases)
    func refusals(code: Pairing.Code) {
        var flow = flow
        flow.stands(.unanswered("connection refused"), at: later(3))
        #expect(flow.step == .ask && flow.due == later(6))
        let refusal = Pairing.Refusal(code, "Words.")
        flow.stands(.refused(refusal), at: later(6))
        switch code {
        case .internal, .tooMany: #expect(flow.step == .ask && flow.due == later(9))
        case .expired: #expect(flow.step == .end(.failed(.expired)))
        default: #expect(flow.step == .end(.failed(.service(refusal))))
        }
    }

    @Test("What is not ready yet is asked for again, and what is no answer ends it")
    func collecting() {
        var flow = flow
        flow.stands(.answered(.init(step: .ready)), at: later(3))
        _ = flow.collected(.unanswered("no answer in time"), at: later(3))
        #expect(flow.step == .collect && flow.due == later(6))
        _ = flow.collected(.refused(.init(.notReady, "")), at: later(6))
        #expect(flow.step == .ask && flow.due == later(9))
        flow.stands(.answered(.init(step: .ready)), at: later(9))
        _ = flow.collected(.unreadable, at: later(9))
        #expect(flow.step == .end(.failed(.unreadable)))
    }

    @Test("Nobody but this instance acknowledges")
    func foreign() {
        var flow = flow
        flow.stands(.answered(.init(step: .acknowledged)), at: later(3))
        #expect(flow.step == .end(.failed(.unreadable)))
    }

    @Test("It takes no longer than the service says, and never longer than half an hour", arguments: [(900, 900), (100_000, 1_800), (-5, 1), (0, 1)])
    func expiry(lifetime: Int, seconds: Int) {
        var flow = PairingFlow(at: start, lifetime: lifetime)
        flow.passed(to: later(seconds) - .milliseconds(1))
        #expect(!flow.isOver)
        flow.passed(to: later(seconds))
        #expect(flow.step == .end(.failed(.expired)))
    }

    @Test("What is over stays as it ended")
    func over() {
        var flow = flow
        let isCancelled = flow.cancel()
        #expect(isCancelled)
        flow.fail(.unreadable)
        flow.stands(.answered(.init(step: .ready)), at: later(3))
        flow.prepared(at: later(3))
        #expect(flow.step == .end(.cancelled))
    }

    @Test("A refusal counts only if it is one; a proxy's page is nobody's answer")
    func reading() throws {
        func read(_ status: Int, _ body: String) -> ServiceAnswer<Pairing.Status> { PairingClient.read(status: status, Array(body.utf8)) }
        #expect(read(200, #"{"step":"ready","more":1}"#) == .answered(.init(step: .ready)))
        #expect(read(404, #"{"code":"not-found","text":"Gone."}"#) == .refused(.init(.notFound, "Gone.")))
        #expect(read(500, #"{"code":"internal","text":"Oh."}"#) == .refused(.init(.internal, "Oh.")))
        #expect(read(502, "<html>") == .unanswered("HTTP status 502"))
        #expect(read(429, "") == .unanswered("HTTP status 429"))
        #expect(read(404, "<html>") == .unreadable)
        #expect(read(200, "<html>") == .unreadable)
        #expect(read(302, "") == .unreadable)
        #expect(read(200, String(repeating: " ", count: Pairing.maximumBodySize) + "{}") == .unreadable)
    }

    @Test("A handover that is not what was asked for is not used")
    func rules() throws {
        let good = Handover(
            binding: "b", mode: .relay, account: "1", numbers: [], accessToken: "t", appSecretProof: String(repeating: "0f", count: 32), appID: "2",
            graphVersion: "v25.0", relay: .init(keyID: "k", key: Base64URL.text([UInt8](repeating: 1, count: 32))))
        try HandoverRules.check(good, for: "1", mode: .relay)
        try HandoverRules.check(good, for: nil, mode: .relay)
        let changes: [(inout Handover) -> Void] = [
            { $0.account = "2" }, { $0.mode = .direct }, { $0.binding = "../x" }, { $0.relay.keyID = "" }, { $0.relay.keyID = "a b" },
            { $0.relay.key = "AAAA" }, { $0.appSecretProof = "x&access_token=y" }, { $0.numbers = Array(repeating: "1", count: 101) },
        ]
        for change in changes {
            var bad = good
            change(&bad)
            let changed = bad
            #expect(throws: PairingFailure.self) { try HandoverRules.check(changed, for: "1", mode: .relay) }
        }
    }
}
