public import Bridge
import Synchronization

/// A complete store in memory, for tests of everything that works on a `Store`.
///
/// A transaction works on a copy of the contents (copy on write, so it costs what it touches); the copy replaces the contents only if
/// the transaction does not throw.
public final class MemoryStore: Store {
    private let contentsLock: Mutex<MemoryContents>

    /// Creates an empty store, or one that goes on where another stood.
    public init(contents: MemoryContents = MemoryContents()) {
        contentsLock = Mutex(contents)
    }

    /// Everything that is committed, for looking at it from outside.
    public var contents: MemoryContents {
        contentsLock.withLock { $0 }
    }

    /// Runs `body` alone; if it throws, nothing is changed.
    public func write<Result: Sendable>(_ body: @escaping @Sendable (any StoreTransaction) throws -> Result) async throws -> Result {
        try withTransaction(body)
    }

    /// Runs `body` on a consistent view; a change throws.
    public func read<Result: Sendable>(_ body: @escaping @Sendable (any StoreTransaction) throws -> Result) async throws -> Result {
        try withReadTransaction(body)
    }

    /// Keeps a webhook's raw body.
    public func append(webhook body: [UInt8], receivedAt: Moment) async throws {
        append(webhookNow: body, receivedAt: receivedAt)
    }

    /// Keeps a webhook's raw body, synchronously.
    public func append(webhookNow body: [UInt8], receivedAt: Moment) {
        contentsLock.withLock { contents in
            let id = contents.webhooks.append { StoredWebhook(id: $0, receivedAt: receivedAt, body: body) }
            contents.pendingWebhooks.insert(id)
        }
    }

    /// Runs `body` alone and synchronously; if it throws, nothing is changed. Transactions must not be nested.
    public func withTransaction<R>(_ body: (any StoreTransaction) throws -> R) throws -> R {
        var outcome: Swift.Result<R, any Error>?
        contentsLock.withLock { contents in
            let transaction = MemoryTransaction(contents: contents, isReadOnly: false)
            outcome = Swift.Result { try body(transaction) }
            if case .success = outcome { contents = transaction.contents }
        }
        guard let outcome else { preconditionFailure("the lock always runs its body") }
        return try outcome.get()
    }

    /// Runs `body` on a consistent view and synchronously; a change throws.
    public func withReadTransaction<R>(_ body: (any StoreTransaction) throws -> R) throws -> R {
        try body(MemoryTransaction(contents: contents, isReadOnly: true))
    }
}

/// Why a store in memory refuses a call. The SQLite store refuses the same calls.
public enum MemoryStoreError: Error, Equatable {
    /// There is no row with this number.
    case noRow(Int64)
    /// A text that must be unique is there already.
    case notUnique(String)
    /// A change within `read`.
    case readOnly
}
