import Bridge
import Synchronization
import Testing

@testable import AppService

@Suite(.timeLimit(.minutes(5))) struct LaneRunnerTests {
    /// Keys with work, and a record of who worked when.
    private final class Workshop: Sendable {
        struct State {
            var waiting: [String: Int] = [:]
            var running: [String] = []
            var begun: [String] = []
            var ended: [String] = []
            var most = 0
            var overlaps = false
            var isDraining = false
            var rest: [String: LaneRunner<String>.Rest] = [:]
        }

        let state = Mutex(State())
        let bell = Bell()
        let clock = MovableClock(standingAt: Moment(seconds: 0))

        func add(_ key: String, count: Int = 1, rest: LaneRunner<String>.Rest = .untilRung) {
            state.withLock { state in
                state.waiting[key, default: 0] += count
                state.rest[key] = rest
            }
            bell.ring()
        }

        var begun: [String] { state.withLock { $0.begun } }
        var ended: [String] { state.withLock { $0.ended } }

        func runner(width: Int = 4, _ work: @escaping @Sendable (String) async -> Void = { _ in }) -> LaneRunner<String> {
            LaneRunner(
                bell: bell,
                clock: clock,
                width: width,
                source: { excluded in self.state.withLock { $0.waiting.keys.filter { !excluded.contains($0) }.sorted() } },
                isDraining: { self.state.withLock { $0.isDraining } },
                job: { key in
                    self.state.withLock { state in
                        if state.running.contains(key) { state.overlaps = true }
                        state.running.append(key)
                        state.begun.append(key)
                        state.most = max(state.most, state.running.count)
                    }
                    await work(key)
                    return self.state.withLock { state in
                        state.running.removeAll { $0 == key }
                        state.ended.append(key)
                        state.waiting[key]? -= 1
                        if state.waiting[key] == 0 { state.waiting[key] = nil }
                        return state.rest[key] ?? .untilRung
                    }
                }
            )
        }
    }

    private func running(_ runner: LaneRunner<String>, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await runner.run() }
            try await body()
            group.cancelAll()
        }
    }

    @Test("One job per key at a time, keys side by side, never more than the width, and all of it")
    func sideBySide() async throws {
        let shop = Workshop()
        for number in 0..<20 { shop.add("key\(number)", count: 5) }
        try await running(shop.runner(width: 4) { _ in await Task.yield() }) {
            try await eventually { shop.ended.count == 100 }
        }
        let state = shop.state.withLock { $0 }
        #expect(!state.overlaps)
        #expect(state.most <= 4)
        #expect(state.waiting.isEmpty)
    }

    @Test("A key that takes long does not hold up the others")
    func independent() async throws {
        let shop = Workshop()
        let gate = TestGate()
        shop.add("slow")
        try await running(shop.runner(width: 2) { if $0 == "slow" { await gate.pass() } }) {
            try await eventually { shop.begun == ["slow"] }
            for number in 0..<5 { shop.add("quick\(number)") }
            try await eventually { shop.ended.count == 5 }
            gate.open()
            try await eventually { shop.ended.count == 6 }
        }
    }

    @Test("A resting key is looked at when its moment comes, not at every ring")
    func resting() async throws {
        let shop = Workshop()
        shop.add("a", count: 2, rest: .until(Moment(seconds: 10)))
        try await running(shop.runner()) {
            try await eventually { shop.ended == ["a"] }
            shop.add("b")
            try await eventually { shop.ended == ["a", "b"] }
            shop.clock.move(by: .seconds(10))
            try await eventually { shop.ended == ["a", "b", "a"] }
        }
    }

    @Test("A ring for everyone wakes resting keys")
    func everyone() async throws {
        let shop = Workshop()
        shop.add("a", count: 2, rest: .until(Moment(seconds: 10)))
        try await running(shop.runner()) {
            try await eventually { shop.ended == ["a"] }
            shop.bell.ring(everyone: true)
            try await eventually { shop.ended == ["a", "a"] }
        }
    }

    @Test("A ring for everyone is not lost on a key that is being worked on and then wants to rest")
    func everyoneWhileRunning() async throws {
        let shop = Workshop()
        let gate = TestGate()
        shop.add("a", count: 2, rest: .until(Moment(seconds: 10)))
        try await running(shop.runner { if $0 == "a" { await gate.pass() } }) {
            try await eventually { shop.begun == ["a"] }
            shop.bell.ring(everyone: true)
            // The runner has seen that ring once it has begun this.
            shop.add("b")
            try await eventually { shop.ended == ["b"] }
            gate.open()
            try await eventually { shop.ended == ["b", "a", "a"] }
        }
    }

    @Test("Drained, it ends what is under way, begins nothing more and returns")
    func drain() async throws {
        let shop = Workshop()
        let gate = TestGate()
        shop.add("a", count: 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let runner = shop.runner { _ in await gate.pass() }
            group.addTask { await runner.run() }
            try await eventually { shop.begun == ["a"] }
            shop.state.withLock { $0.isDraining = true }
            shop.add("b")
            gate.open()
            try await group.waitForAll()
        }
        #expect(shop.begun == ["a"])
        #expect(shop.ended == ["a"])
    }

    @Test("Cancelled, it returns, and its jobs see the cancellation")
    func cancellation() async throws {
        let shop = Workshop()
        let gate = TestGate()
        shop.add("a")
        try await running(shop.runner { _ in await gate.pass() }) {
            try await eventually { shop.begun == ["a"] }
        }
        #expect(shop.ended == ["a"])
    }
}
