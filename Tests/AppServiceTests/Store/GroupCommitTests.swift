import Bridge
import Foundation
import GRDB
import NIOConcurrencyHelpers
import Testing

@testable import AppService

/// Holds the database's writing queue until it is let go, so that a test decides what waits together.
private final class Gate: Sendable {
    private let lock = DispatchSemaphore(value: 0)

    init(_ database: InstanceDatabase) {
        database.pool.asyncWriteWithoutTransaction { [lock] _ in lock.wait() }
    }

    func open() { lock.signal() }
}

@Suite struct GroupCommitTests {
    private let instance: TemporaryInstance
    private let database: InstanceDatabase

    init() throws {
        instance = try TemporaryInstance()
        database = try InstanceDatabase(at: instance.location)
    }

    private func webhooks() async throws -> [[UInt8]] {
        try await SQLiteStore(database).read { try $0.pendingWebhooks(limit: 10_000) }.map(\.body)
    }

    /// Waits until `count` members wait in a store. They get there on their own; the loop only waits for their tasks to run.
    private func waitUntil(_ count: Int, waitIn store: SQLiteStore) async {
        while store.waitingCount < count { await Task.yield() }
    }

    @Test func `What waits at the same time shares one commit`() async throws {
        let store = SQLiteStore(database)
        let gate = Gate(database)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for byte in 0..<64 { group.addTask { try await store.append(webhook: [UInt8(byte)], receivedAt: Moment(seconds: 1)) } }
            group.addTask { try await store.write { try $0.setCursor(ConnectCursor(rawValue: "1"), of: Zone(rawValue: "z")) } }
            await waitUntil(65, waitIn: store)
            gate.open()
            try await group.waitForAll()
        }
        #expect(store.commits == (1, 65))
        #expect(Set(try await webhooks()).count == 64)
    }

    @Test func `A group is bounded in members and bytes, and everything is committed`() async throws {
        let store = SQLiteStore(database, limits: .init(groupCount: 10, groupBytes: 1_000))
        let gate = Gate(database)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for byte in 0..<20 { group.addTask { try await store.append(webhook: [UInt8(byte)], receivedAt: Moment(seconds: 1)) } }
            await waitUntil(20, waitIn: store)
            // Each of these is more than half of a group, and the last one more than a whole.
            for size in [600, 600, 5_000] {
                let waiting = store.waitingCount
                group.addTask {
                    try await store.append(webhook: [UInt8](repeating: 255, count: size), receivedAt: Moment(seconds: 1))
                }
                await waitUntil(waiting + 1, waitIn: store)
            }
            gate.open()
            try await group.waitForAll()
        }
        #expect(store.commits == (5, 23))
        #expect(try await webhooks().count == 23)
    }

    @Test func `A commit that fails fails all of its members, and the next one works`() async throws {
        let store = SQLiteStore(database)
        // A deferred constraint is only looked at when the transaction commits.
        try await database.pool.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE parent (id INTEGER PRIMARY KEY);
                    CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);
                    CREATE TRIGGER spoil AFTER INSERT ON webhooks WHEN NEW.body = x'07' BEGIN INSERT INTO child VALUES (1); END;
                    """
            )
        }
        let gate = Gate(database)
        let failures = try await withThrowingTaskGroup(of: Bool.self) { group in
            for byte in 0..<10 {
                group.addTask {
                    do {
                        try await store.append(webhook: [UInt8(byte)], receivedAt: Moment(seconds: 1))
                        return false
                    } catch is StoreError {
                        return true
                    }
                }
            }
            await waitUntil(10, waitIn: store)
            gate.open()
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failures == 10)
        #expect(try await webhooks().isEmpty)
        try await store.append(webhook: [1], receivedAt: Moment(seconds: 1))
        #expect(try await webhooks() == [[1]])
    }

    @Test func `An error that takes the whole transaction with it fails every member`() async throws {
        let store = SQLiteStore(database)
        try await database.pool.write { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER spoil AFTER INSERT ON webhooks WHEN NEW.body = x'07' BEGIN SELECT RAISE(ROLLBACK, 'gone'); END;
                    """
            )
        }
        let gate = Gate(database)
        let failures = try await withThrowingTaskGroup(of: Bool.self) { group in
            for byte in 0..<10 {
                let waiting = store.waitingCount
                group.addTask {
                    do {
                        try await store.append(webhook: [UInt8(byte)], receivedAt: Moment(seconds: 1))
                        return false
                    } catch is StoreError {
                        return true
                    }
                }
                await waitUntil(waiting + 1, waitIn: store)
            }
            gate.open()
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failures == 10)
        #expect(try await webhooks().isEmpty)
    }

    @Test func `Too much that waits is refused, and room is made again`() async throws {
        let store = SQLiteStore(database, limits: .init(waitingCount: 3, waitingBytes: 100))
        let gate = Gate(database)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await store.append(webhook: [UInt8](repeating: 1, count: 60), receivedAt: Moment(seconds: 1)) }
            await waitUntil(1, waitIn: store)
            let tooLarge = await #expect(throws: StoreError.self) {
                try await store.append(webhook: [UInt8](repeating: 2, count: 41), receivedAt: Moment(seconds: 1))
            }
            #expect(tooLarge?.code == .overloaded)
            for _ in 0..<2 { group.addTask { try await store.append(webhook: [3], receivedAt: Moment(seconds: 1)) } }
            await waitUntil(3, waitIn: store)
            let tooMany = await #expect(throws: StoreError.self) { try await store.append(webhook: [4], receivedAt: Moment(seconds: 1)) }
            #expect(tooMany?.code == .overloaded)
            // What the bridge has to write is never refused.
            group.addTask { try await store.write { try $0.setCursor(ConnectCursor(rawValue: "1"), of: Zone(rawValue: "z")) } }
            await waitUntil(4, waitIn: store)
            gate.open()
            try await group.waitForAll()
        }
        for byte in 5..<10 { try await store.append(webhook: [UInt8](repeating: UInt8(byte), count: 90), receivedAt: Moment(seconds: 1)) }
        #expect(try await webhooks().count == 8)
    }

    @Test func `A webhook whose task is cancelled while it waits is not kept, a write is done all the same`() async throws {
        let store = SQLiteStore(database)
        let gate = Gate(database)
        let append = Task { try await store.append(webhook: [1], receivedAt: Moment(seconds: 1)) }
        let write = Task { try await store.write { try $0.setCursor(ConnectCursor(rawValue: "1"), of: Zone(rawValue: "z")) } }
        await waitUntil(2, waitIn: store)
        append.cancel()
        write.cancel()
        await #expect(throws: CancellationError.self) { try await append.value }
        gate.open()
        try await write.value
        #expect(try await webhooks().isEmpty)
        #expect(try await store.read { try $0.cursor(of: Zone(rawValue: "z")) } == ConnectCursor(rawValue: "1"))
    }

    @Test func `A webhook of a cancelled task is refused`() async throws {
        let store = SQLiteStore(database)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await store.append(webhook: [1], receivedAt: Moment(seconds: 1))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await webhooks().isEmpty)
    }

    @Test(
        "How many webhooks a second become durable",
        .enabled(if: ProcessInfo.processInfo.environment["STORE_FIGURES"] != nil, "set STORE_FIGURES to measure")
    )
    func figures() async throws {
        let store = SQLiteStore(database)
        let body = [UInt8](repeating: 0x61, count: 1_500)
        for concurrency in [1, 64] {
            let each = concurrency == 1 ? 2_000 : 1_000
            let before = store.commits
            let elapsed = try await ContinuousClock().measure {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<concurrency {
                        group.addTask { for _ in 0..<each { try await store.append(webhook: body, receivedAt: Moment(seconds: 1)) } }
                    }
                    try await group.waitForAll()
                }
            }
            let after = store.commits
            let perSecond = Double(concurrency * each) / (elapsed / .seconds(1))
            print("\(concurrency) at once: \(Int(perSecond)) webhooks/s in \(after.count - before.count) commits")
        }
    }
}
