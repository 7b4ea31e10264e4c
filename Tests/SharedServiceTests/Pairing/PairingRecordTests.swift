import Bridge
import Crypto
import Protocol
import Testing

@testable import SharedService

@Suite("A pairing's way")
struct PairingRecordTests {
    static let verifier = [UInt8](repeating: 5, count: 32)
    static let now = Moment(milliseconds: 1_790_000_000_000)

    static func record() -> PairingRecord {
        var start = StartRulesTests.good
        start.verifierDigest = Base64URL.text(SHA256.hash(data: verifier))
        return PairingRecord(id: "id", start: start, connector: "first", pageToken: "page", returnCode: "back", startedAt: now)
    }

    static func handover() throws -> SealedHandover {
        let key = Curve25519.KeyAgreement.PrivateKey()
        let handover = Handover(
            binding: "b", mode: .relay, account: "1", numbers: [], accessToken: "t", appID: "a", graphVersion: "v25.0",
            relay: .init(keyID: "b", key: "k"))
        return try SealedHandover(handover, to: Base64URL.text(key.publicKey.rawRepresentation), pairing: "id")
    }

    @Test("Only the verifier proves, and a code only if it is the right one")
    func proof() {
        let record = Self.record()
        let right = Base64URL.text(Self.verifier)
        #expect(record.isProved(by: .init(verifier: right)))
        #expect(record.isProved(by: .init(verifier: right, code: "back")))
        #expect(!record.isProved(by: .init(verifier: right, code: "front")))
        #expect(!record.isProved(by: .init(verifier: right, code: "")))
        #expect(!record.isProved(by: .init(verifier: "")))
        #expect(!record.isProved(by: .init(verifier: record.start.verifierDigest)))
        #expect(!record.isProved(by: .init(verifier: Base64URL.text([UInt8](repeating: 6, count: 32)))))
    }

    @Test("A code is taken once; after a failure the next one is")
    func codes() throws {
        var record = Self.record()
        try record.takeCode()
        #expect(throws: Pairing.Refusal.self) { try record.takeCode() }
        record.attemptFailed(Pairing.Refusal(.codeRefused, "late"))
        #expect(record.status == Pairing.Status(step: .waiting, refusal: Pairing.Refusal(.codeRefused, "late")))
        try record.takeCode()
        #expect(record.status == Pairing.Status(step: .waiting))
        record.isReady(binding: "b", try Self.handover())
        #expect(record.status.step == .ready)
        #expect(throws: Pairing.Refusal.self) { try record.takeCode() }
        record.acknowledge()
        #expect(record.isOver && record.status.step == .acknowledged)
    }

    @Test("What comes after the end changes nothing, and only what was ready is rolled back")
    func ends() throws {
        var record = Self.record()
        try record.takeCode()
        #expect(record.fail(Pairing.Refusal(.cancelled, "enough")) == nil)
        record.isReady(binding: "b", try Self.handover())
        record.attemptFailed(Pairing.Refusal(.meta, "late"))
        record.waitForSession(.init(token: "t"))
        #expect(record.status == Pairing.Status(step: .failed, refusal: Pairing.Refusal(.cancelled, "enough")))
        #expect(record.fail(Pairing.Refusal(.expired, "late")) == nil)

        var ready = Self.record()
        try ready.takeCode()
        ready.isReady(binding: "b", try Self.handover())
        #expect(ready.fail(Pairing.Refusal(.expired, "late")) == "b")
    }

    @Test("Taking over is confirmed for one attempt only")
    func takeover() throws {
        var record = Self.record()
        try record.takeCode()
        record.askForTakeover(.init(token: "t"))
        #expect(record.status.step == .waiting && !record.mayTakeOver)
        #expect(record.resume()?.token == "t")
        #expect(record.mayTakeOver)
        record.attemptFailed(Pairing.Refusal(.meta, "late"))
        #expect(!record.mayTakeOver && record.resume() == nil)
    }

    @Test("A restart in the middle costs the attempt, not the pairing")
    func restart() throws {
        var record = Self.record()
        try record.takeCode()
        record.serviceRestarted()
        #expect(record.status.step == .waiting && record.status.refusal?.known == .internal)
        try record.takeCode()
        record.isReady(binding: "b", try Self.handover())
        let version = record.version
        record.serviceRestarted()
        #expect(record.version == version && record.status.step == .ready)
    }

    @Test("The browser goes back with the code, whatever the address has already")
    func returnAddress() {
        #expect(Self.record().returnAddress == "https://ap.example.com/example.com/whatsapp/onboarding/abc?x=1&code=back")
    }

    @Test("A token that waits shows itself nowhere")
    func description() {
        let obtained = PairingRecord.Obtained(token: "secret-token")
        #expect(!"\(obtained) \(String(reflecting: obtained)) \(PairingRecord.Stage.confirming(obtained))".contains("secret-token"))
    }

    @Test("Starts are counted for each connector, and open pairings for all")
    func limiter() {
        var limiter = StartLimiter()
        for _ in 0..<StartLimiter.mostStarts { #expect(limiter.start(by: "a", openOfOne: 0, open: 0, at: Self.now) == nil) }
        #expect(limiter.start(by: "a", openOfOne: 0, open: 0, at: Self.now)?.known == .tooMany)
        #expect(limiter.start(by: "b", openOfOne: 0, open: 0, at: Self.now) == nil)
        #expect(limiter.start(by: "a", openOfOne: 0, open: 0, at: Self.now + StartLimiter.window) == nil)
        #expect(limiter.start(by: "c", openOfOne: StartLimiter.mostOpenOfOne, open: 0, at: Self.now)?.known == .tooMany)
        #expect(limiter.start(by: "c", openOfOne: 0, open: StartLimiter.mostOpen, at: Self.now)?.known == .tooMany)
    }
}
