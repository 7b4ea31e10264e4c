import Bridge
import BridgeTestSupport
import Logging
import Synchronization
import Testing

@testable import AppService

@Suite("Running the check of private posts", .timeLimit(.minutes(2))) struct PrivatePostVerificationTests {
    private struct Trouble: Error {}

    private final class Bench: Sendable {
        let clock = MovableClock(standingAt: InstanceBench.start)
        let kept = Mutex<[PrivatePostCheck]>([])
        let isBroken = Mutex(false)
        let zones = Mutex([InstanceBench.zone])

        func verification(_ check: PrivatePostCheck = PrivatePostCheck()) -> PrivatePostVerification {
            let codes = Mutex(0)
            return PrivatePostVerification(
                check, zones: { self.zones.withLock { $0 } },
                makeCode: {
                    codes.withLock { codes in
                        codes += 1
                        return "code\(codes)"
                    }
                },
                save: { check in
                    if self.isBroken.withLock({ $0 }) { throw Trouble() }
                    self.kept.withLock { $0.append(check) }
                }, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }

        /// Both posts are said to be written, and the time passes that Connect may need.
        func confirm(_ verification: PrivatePostVerification) async throws {
            async let confirmed: Void = verification.confirm()
            try await eventually { clock.sleepers == 1 }
            clock.move(by: .seconds(2))
            try await confirmed
        }
    }

    private static func post(_ text: String, isPrivate: Bool) -> ConnectPost {
        var post = InstanceBench.post(text, id: 1, by: "anna", in: PostReference(rawValue: "root"))
        post.isPrivate = isPrivate
        return post
    }

    @Test("It begins with two texts, sees what it should, and its result is kept and known after a restart")
    func verified() async throws {
        let bench = Bench()
        let verification = bench.verification()
        #expect(verification.standing == .unverified)
        try await verification.start()
        let until = InstanceBench.start + .seconds(600)
        #expect(
            verification.standing
                == .running(
                    zones: [InstanceBench.zone], until: until, foreignText: "check-code1-a", ownText: "check-code2-b", ownSeen: false))
        #expect(try await verification.takes(Self.post("check-code2-b", isPrivate: true)))
        #expect(try await !verification.takes(Self.post("hello", isPrivate: true)))
        try await bench.confirm(verification)
        #expect(verification.standing == .verified(at: InstanceBench.start + .seconds(2)))
        let restarted = bench.verification(try #require(bench.kept.withLock { $0.last }))
        #expect(restarted.standing == verification.standing)
        #expect(try await restarted.takes(Self.post("check-code1-a", isPrivate: false)))
        #expect(restarted.standing == verification.standing)
    }

    @Test("A check goes on after a restart, until its time is over")
    func restart() async throws {
        let bench = Bench()
        try await bench.verification().start()
        let restarted = bench.verification(try #require(bench.kept.withLock { $0.last }))
        let run = Task { await restarted.run() }
        try await eventually { bench.clock.sleepers == 1 }
        bench.clock.move(by: .seconds(600))
        try await eventually { restarted.standing == .failed(.expired, at: InstanceBench.start + .seconds(600)) }
        run.cancel()
        #expect(bench.kept.withLock { $0.last?.run } == nil)
    }

    @Test("Without a zone there is nothing to check, and without a check nothing to confirm")
    func refusals() async throws {
        let bench = Bench()
        bench.zones.withLock { $0 = [] }
        let verification = bench.verification()
        await #expect(throws: AdministrationFailure.self) { try await verification.start() }
        await #expect(throws: AdministrationFailure.self) { try await verification.confirm() }
        await #expect(throws: AdministrationFailure.self) { try await verification.cancel() }
        #expect(verification.standing == .unverified)
    }

    @Test("What cannot be kept is not so: the post is read again")
    func notKept() async throws {
        let bench = Bench()
        let verification = bench.verification()
        try await verification.start()
        bench.isBroken.withLock { $0 = true }
        await #expect(throws: Trouble.self) { try await verification.takes(Self.post("check-code1-a", isPrivate: true)) }
        bench.isBroken.withLock { $0 = false }
        #expect(try await verification.takes(Self.post("check-code1-a", isPrivate: true)))
        #expect(verification.standing == .failed(.foreignSeen, at: InstanceBench.start))
    }
}
