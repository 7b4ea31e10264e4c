import Bridge
import Synchronization
import Testing

@testable import AppService

@Suite(.timeLimit(.minutes(5))) struct BellTests {
    @Test("A ring that nobody waited for is kept for the next who waits, once")
    func kept() async {
        let bell = Bell()
        let clock = MovableClock(standingAt: Moment(seconds: 0))
        bell.ring()
        bell.ring()
        await bell.wait()
        #expect(clock.sleepers == 0)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await bell.wait(until: Moment(seconds: 1), clock: clock) }
            while clock.sleepers == 0 { await Task.yield() }
            clock.move(by: .seconds(1))
        }
    }

    @Test("Rings wake everybody who waits")
    func wakesAll() async {
        let bell = Bell()
        let counter = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    await bell.wait()
                    counter.count()
                }
            }
            while counter.value < 3 {
                bell.ring()
                await Task.yield()
            }
        }
    }

    private final class Counter: Sendable {
        private let number = Mutex(0)
        var value: Int { number.withLock { $0 } }
        func count() { number.withLock { $0 += 1 } }
    }

    @Test("No ring is lost between looking and waiting, however the two are interleaved")
    func noneLost() async {
        let bell = Bell()
        for _ in 0..<2_000 {
            async let waiting: Void = bell.wait()
            bell.ring()
            await waiting
        }
    }

    @Test("Who is cancelled returns, before and while waiting")
    func cancelled() async {
        let bell = Bell()
        for yields in 0..<20 {
            let task = Task { await bell.wait() }
            for _ in 0..<yields { await Task.yield() }
            task.cancel()
            await task.value
        }
    }

    @Test("Everyone is called once per call")
    func everyone() {
        let bell = Bell()
        #expect(!bell.takeEveryone())
        bell.ring(everyone: true)
        bell.ring()
        #expect(bell.takeEveryone())
        #expect(!bell.takeEveryone())
    }
}
