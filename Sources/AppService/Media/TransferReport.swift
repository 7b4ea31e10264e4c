import Bridge
import Synchronization

/// Notes for the ledger how far a large transfer is: at most once a second, and not at all for what is over in a moment.
final class TransferReport: Sendable {
    private let subject: TransferSubject
    private let store: any Store
    private let clock: any WallClock
    private let next: Mutex<Moment>

    init(_ subject: TransferSubject, store: any Store, clock: any WallClock) {
        self.subject = subject
        self.store = store
        self.clock = clock
        next = Mutex(clock.now() + .seconds(1))
    }

    /// Notes how far it is. What cannot be noted is not worth a word.
    func note(done: Int64, total: Int64?) async {
        let now = clock.now()
        let isDue = next.withLock { next in
            guard next <= now else { return false }
            next = now + .seconds(1)
            return true
        }
        guard isDue else { return }
        let subject = subject
        try? await store.write { try $0.setProgress(TransferProgress(done: done, total: total), of: subject) }
    }
}
