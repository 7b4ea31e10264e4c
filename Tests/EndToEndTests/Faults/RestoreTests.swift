import AppService
import Bridge
import Foundation
import Lab
import Synchronization
import Testing

/// A backup under load, more load, SIGKILL, the backup put back, and a start: nothing is sent or posted again, and nothing is forgotten.
@Suite("Backup and restore under load") struct RestoreTests {
    private static let seed =
        ProcessInfo.processInfo.environment["CONNECTOR_CRASH_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...9_999_999)

    @Test("After a restoration nothing is doubled, and what was not done is done or held", .timeLimit(.minutes(5)))
    func restored() async throws {
        try await CrashBench.open(.crashLoad()) { bench in
            let load = CrashLoad(lab: bench.lab, seed: Self.seed)
            let before = CrashTaken()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await load.run() }
                let first = try bench.start()
                _ = try await first.ready()
                try await bench.lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
                try await Task.sleep(for: .seconds(4))
                // Whatever was acknowledged by now is in the copy.
                before.take(bench.lab)
                try await bench.run("backup", "--to", bench.path("backup"))
                try await Task.sleep(for: .seconds(3))
                await first.kill()
                load.end()
                try await bench.run("restore", "--from", bench.path("backup"), "--replace")
                let second = try bench.start()
                _ = try await second.ready()
                try await group.waitForAll()
                var problems = try await bench.restoreProblems(before)
                let clock = ContinuousClock()
                let end = clock.now + .seconds(150)
                while !problems.isEmpty || !bench.lab.meta.isIdle, clock.now < end {
                    try await Task.sleep(for: .milliseconds(500))
                    problems = try await bench.restoreProblems(before)
                }
                await second.terminate()
                problems = try await bench.restoreProblems(before)
                let held = try bench.ledger().count { $0.direction == .outbound && $0.state == "held" }
                #expect(problems.isEmpty, "CONNECTOR_CRASH_SEED=\(Self.seed):\n\(problems.prefix(20).joined(separator: "\n"))\n\n\(second.log)")
                #expect(before.words.count > 10, "There was hardly any load")
                #expect(held > 0, "Nothing was held")
                print("\(before.words.count) texts before the backup, \(bench.lab.meta.accepted.count) messages out, \(held) held, seed \(Self.seed)")
            }
        }
    }
}

/// The texts that Meta had an acknowledgement for at a moment.
private final class CrashTaken: Sendable {
    private let taken = Mutex<Set<String>>([])

    var words: Set<String> { taken.withLock { $0 } }

    func take(_ lab: Lab) {
        for customer in lab.configuration.customers {
            for message in lab.meta.chat(of: customer.key) where message.direction == .fromCustomer && lab.meta.hasAcknowledged(message.wamid) {
                taken.withLock { $0.formUnion(CrashLoad.words("in", in: message.text)) }
            }
        }
    }
}

extension CrashBench {
    /// Runs a command on the service's configuration; fails if it does.
    fileprivate func run(_ command: String, _ options: String...) async throws {
        let process = try ChildProcess([command, "--config", configurationPath] + options)
        let ending = await process.ended()
        #expect(ending == .exited(0), "\(command): \(process.log)")
    }

    fileprivate func ledger() throws -> [LedgerRow] {
        let address = try InstanceAddress(domain: lab.configuration.domain, name: lab.configuration.instance)
        let reader = try LedgerReader(at: StoreLocation(dataDirectory: dataDirectory, instance: address))
        var rows: [LedgerRow] = []
        try reader.forEach { rows.append($0) }
        return rows
    }

    /// Which of the posts are roots of discussions that the database knows, and which of them are held.
    private func memory(of posts: [ConnectStoredPost]) async throws -> (known: Set<UInt64>, held: Set<UInt64>) {
        let address = try InstanceAddress(domain: lab.configuration.domain, name: lab.configuration.instance)
        let database = try InstanceDatabase(at: StoreLocation(dataDirectory: dataDirectory, instance: address), for: .settings)
        let store = SQLiteStore(database)
        let ids = posts.map(\.id)
        let result = try await store.read { transaction in
            func reference(_ id: UInt64) -> PostReference { PostReference(rawValue: "connect:\(id)") }
            return (
                Set(try ids.filter { try transaction.discussion(root: reference($0)) != nil }),
                Set(try ids.filter { try transaction.outgoing(of: reference($0)).contains { $0.state == .held(.restored) } })
            )
        }
        store.close()
        try database.close()
        return result
    }

    /// What is wrong, in words.
    fileprivate func restoreProblems(_ before: CrashTaken) async throws -> [String] {
        var problems: [String] = []
        let rows = try ledger()
        let posts = lab.connect.posts
        let (known, held) = try await memory(of: posts)
        let own = posts.filter { $0.author == lab.configuration.objectName }
        let shown = Dictionary(own.flatMap { CrashLoad.words("in", in: $0.text) }.map { ($0, 1) }, uniquingKeysWith: +)
        for (word, count) in shown where count > 1 { problems.append("\(word) was posted \(count) times") }
        for word in before.words where shown[word] == nil { problems.append("\(word) was taken before the backup and is not posted") }
        let accepted = lab.meta.accepted
        let sent = Dictionary(accepted.flatMap { CrashLoad.words("out", in: $0.text) }.map { ($0, 1) }, uniquingKeysWith: +)
        for (word, count) in sent where count > 1 { problems.append("\(word) was sent \(count) times") }
        for word in accepted.flatMap({ CrashLoad.words("private", in: $0.text) }) { problems.append("\(word) left the house") }
        let titles = Dictionary(own.filter(\.isRoot).map { ($0.id, $0.discussionTitle) }) { first, _ in first }
        let told = Set(own.filter(\.isPrivate).compactMap(\.repliesTo))
        for post in posts where post.author != lab.configuration.objectName {
            guard let word = CrashLoad.words("out", in: post.text).first else { continue }
            let customer = accepted.first { CrashLoad.words("out", in: $0.text).contains(word) }.flatMap(\.customer)
            if let customer, lab.configuration.customers.first(where: { $0.key == customer })?.name != titles[post.discussion] {
                problems.append("\(word) went to \(customer)")
            }
            // What is in a discussion that was opened after the backup is foreign: only noted.
            guard known.contains(post.discussion) else { continue }
            if sent[word] == nil, !told.contains(post.id), !held.contains(post.id) {
                problems.append("\(word) was not sent, is not held, and \(post.author) was not told")
            }
        }
        let open = rows.count { row in
            row.direction == .outbound && ["queued", "sending"].contains(row.state)
                || row.direction == .inbound && row.type == "text" && row.state != "posted"
        }
        if open > 0 { problems.append("\(open) rows are not finished") }
        return problems
    }
}
