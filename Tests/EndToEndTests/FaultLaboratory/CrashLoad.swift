import Lab
import Synchronization

/// What customers and colleagues do while the service is killed. Every text has a word of its own; which texts there are, the simulators
/// know.
final class CrashLoad: Sendable {
    /// The word of a text: `in`, `out` or `private`, who wrote it, and a number.
    static func word(_ kind: String, _ writer: Int, _ number: Int) -> String { "\(kind)\(writer)x\(number)" }

    /// The words of that kind in a text, in order.
    static func words(_ kind: String, in text: String) -> [String] {
        // Bytes, because there are ten thousands of texts to look at.
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        let isLetter = { (byte: UInt8) in (0x61...0x7A).contains(byte | 0x20) }
        return text.utf8.split { !isDigit($0) && !isLetter($0) }.compactMap { word in
            guard word.starts(with: kind.utf8) else { return nil }
            let numbers = word.dropFirst(kind.utf8.count).split(separator: UInt8(ascii: "x"), omittingEmptySubsequences: false)
            return numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy(isDigit) } ? String(word) : nil
        }
    }

    /// A customer's texts were not taken within a minute.
    struct NotTaken: Error {
        var customer: String
    }

    private let lab: Lab
    private let seed: UInt64
    private let hasEnded = Atomic(false)

    init(lab: Lab, seed: UInt64) {
        self.lab = lab
        self.seed = seed
    }

    /// Nobody begins anything new.
    func end() { hasEnded.store(true, ordering: .sequentiallyConsistent) }

    /// Returns when everybody has finished after `end`.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, customer) in lab.configuration.customers.enumerated() {
                group.addTask { try await self.write(as: customer, index) }
            }
            for (index, colleague) in lab.configuration.colleagues.enumerated() {
                group.addTask { try await self.answer(as: colleague, index) }
            }
            try await group.waitForAll()
        }
    }

    private var goesOn: Bool { !hasEnded.load(ordering: .sequentiallyConsistent) }

    private func pause(_ milliseconds: ClosedRange<Int>, _ random: inout SeededGenerator) async throws {
        try await Task.sleep(for: .milliseconds(Int.random(in: milliseconds, using: &random)))
    }

    /// A few texts in a row, and the next ones when these are taken.
    private func write(as customer: MetaCustomer, _ index: Int) async throws {
        var random = SeededGenerator(seed: seed &+ UInt64(index) &* 7_919)
        var number = 0
        while goesOn {
            try await pause(100...2_500, &random)
            var wamids: [String] = []
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                number += 1
                wamids.append(try lab.meta.send(.text("Text \(Self.word("in", index, number)), größer & <anders>"), from: customer.key))
            }
            // Looked at now and then: hundreds of customers who were woken by whatever happens to Meta would be most of the load.
            let end = ContinuousClock.now + .seconds(60)
            while !wamids.allSatisfy(lab.meta.hasAcknowledged) {
                guard ContinuousClock.now < end else { throw NotTaken(customer: customer.key) }
                try await Task.sleep(for: .milliseconds(25))
            }
        }
    }

    /// Answers to any post of any discussion that is there, most of them for the customer.
    private func answer(as colleague: ConnectUser, _ index: Int) async throws {
        var random = SeededGenerator(seed: seed &+ 104_729 &+ UInt64(index) &* 15_485_863)
        var number = 0
        while goesOn {
            try await pause(100...900, &random)
            guard let root = lab.connect.roots(for: colleague.sip).randomElement(using: &random) else { continue }
            let discussion = lab.connect.view(of: colleague.sip, in: root.id)
            let target: ConnectStoredPost? =
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<6: root
                case 6..<8: discussion.last { !$0.isPrivate && $0.author == lab.configuration.objectName }
                case 8: discussion.last { !$0.isPrivate }
                default: discussion.last { $0.isPrivate } ?? root
                }
            let others = lab.configuration.colleagues.map(\.sip).filter { $0 != colleague.sip }
            let isPrivate = Int.random(in: 0..<6, using: &random) == 0
            let reader = isPrivate ? (others + [lab.configuration.objectName]).randomElement(using: &random) : nil
            number += 1
            // An answer to a private post is private too.
            let kind = isPrivate || target?.isPrivate == true ? "private" : "out"
            try lab.connect.post(
                ConnectHumanPost(
                    author: colleague.sip, text: "Answer \(Self.word(kind, index, number)), gr&ouml;&szlig;er", topic: root.topic,
                    repliesTo: (target ?? root).id, isPrivate: isPrivate, notify: reader.map { [$0] } ?? []))
        }
    }
}
