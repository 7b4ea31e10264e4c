import AppService
import Bridge
import BridgeTestSupport
import Synchronization

/// A store in memory that fails when a test wants it to.
final class TroubledStore: Store {
    enum Trouble: Error {
        case broken
        case poison
    }

    let memory = MemoryStore()
    private let fullWrites = Mutex(0)
    private let broken = Mutex(false)
    private let poison: String?

    /// - Parameter poison: a message with this ID cannot be placed, as if something that it meets were damaged.
    init(poison: String? = nil) {
        self.poison = poison
    }

    /// Whether everything fails.
    func setBroken(_ isBroken: Bool) { broken.withLock { $0 = isBroken } }
    var isBroken: Bool { broken.withLock { $0 } }

    /// The disk has no room for the next writes, but is found to have some again after so many.
    func setFull(for writes: Int) { fullWrites.withLock { $0 = writes } }

    func write<Result: Sendable>(_ body: @escaping @Sendable (any StoreTransaction) throws -> Result) async throws -> Result {
        try check()
        let isFull = fullWrites.withLock { writes in
            defer { writes = max(0, writes - 1) }
            return writes > 0
        }
        if isFull { throw StoreError(.full, "The disk is full.") }
        let poison = poison
        return try await memory.write { transaction in
            let result = try body(transaction)
            let placed = try transaction.heldInbound(reasons: [.connect], after: nil, limit: 1_000)
            for record in placed {
                if case .message(let message) = record.event, message.wamid.rawValue == poison { throw Trouble.poison }
            }
            return result
        }
    }

    func read<Result: Sendable>(_ body: @escaping @Sendable (any StoreTransaction) throws -> Result) async throws -> Result {
        try check()
        return try await memory.read(body)
    }

    func append(webhook body: [UInt8], receivedAt: Moment) async throws {
        try check()
        try await memory.append(webhook: body, receivedAt: receivedAt)
    }

    private func check() throws {
        if isBroken { throw Trouble.broken }
    }
}
