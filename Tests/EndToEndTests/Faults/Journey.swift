import Foundation
import Lab

/// What one customer and one colleague do from the first text to the day after, through every path of the service; one step after the other,
/// each of which waits until the other side has it or until its author is told. Whatever becomes of the service meanwhile, it is the same
/// in the end, except that an answer that was on its way may be in doubt.
struct Journey {
    /// Somebody waited for too long.
    struct Stuck: Error, CustomStringConvertible {
        var description: String
    }

    let bench: CrashBench
    private static let pdf = Array("%PDF-1.7\n".utf8)

    private var lab: Lab { bench.lab }
    private var root: ConnectStoredPost? { lab.connect.posts.first(where: \.isRoot) }

    func run() async throws {
        try await customer(.text("in-first"), shows: "in-first")
        guard let root else { throw Stuck(description: "There is no discussion.") }
        try await colleague("out-first", in: root)
        try await customer(.file(.document(.generated(head: Self.pdf, size: 200_000, seed: 1), name: "in.pdf")), file: 1)
        let file = ConnectHumanFile(name: "out.pdf", source: .generated(head: Self.pdf, size: 200_000, seed: 2))
        try await colleague("out-file", in: root, files: [file])
        let text = try await customer(.text("in-second"), shows: "in-second")
        try await customer(.reaction("👍", to: text), shows: "👍")
        try await customer(.reaction(nil, to: text), shows: "took back the reaction")
        try lab.connect.post(
            ConnectHumanPost(author: "ben", text: "private-note", topic: "whatsapp", repliesTo: root.id, isPrivate: true, notify: ["anna"]))
        try await colleague("out-second", in: root)
        // The window closes; who answers after that is told.
        try bench.advance(by: .seconds(25 * 3_600))
        try await wait("the closing text") { lab.connect.posts.contains { $0.text.contains("The answer timeframe of this discussion is over.") } }
        try await refused("out-late", in: root)
        try await customer(.text("in-third"), shows: "in-third")
        guard let second = lab.connect.posts.last(where: \.isRoot), second.id != root.id else {
            throw Stuck(description: "There is no new discussion.")
        }
        try await colleague("out-third", in: second)
        try await wait("Meta has nothing left") { lab.meta.isIdle }
    }

    // MARK: Steps

    @discardableResult
    private func customer(_ content: MetaContent, shows text: String) async throws -> String {
        try await customer(content) { $0.contains { $0.author == "whatsapp" && $0.text.contains(text) } }
    }

    private func customer(_ content: MetaContent, file count: Int) async throws {
        try await customer(content) { $0.reduce(0) { $0 + ($1.author == "whatsapp" ? $1.files.count : 0) } >= count }
    }

    @discardableResult
    private func customer(_ content: MetaContent, isShown: @Sendable ([ConnectStoredPost]) -> Bool) async throws -> String {
        let wamid = try lab.meta.send(content, from: "ada")
        try await wait("\(content) is shown") { isShown(lab.connect.posts) && lab.meta.hasAcknowledged(wamid) }
        return wamid
    }

    private func colleague(_ text: String, in root: ConnectStoredPost, files: [ConnectHumanFile] = []) async throws {
        let id = try lab.connect.post(ConnectHumanPost(author: "anna", text: text, topic: "whatsapp", repliesTo: root.id, files: files))
        try await wait("\(text) is there, or anna is told") {
            isTold(id) || lab.meta.accepted.contains { $0.text == text && ($0.attachment == nil) == files.isEmpty }
        }
    }

    private func refused(_ text: String, in root: ConnectStoredPost) async throws {
        let id = try lab.connect.post(ConnectHumanPost(author: "anna", text: text, topic: "whatsapp", repliesTo: root.id))
        try await wait("anna is told of \(text)") { isTold(id) }
    }

    private func isTold(_ id: UInt64) -> Bool { lab.connect.posts.contains { $0.isPrivate && $0.author == "whatsapp" && $0.repliesTo == id } }

    /// Waits in real time first, and then lets the clock run.
    private func wait(_ what: String, _ isThere: () -> Bool) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        while !isThere() {
            try await Task.sleep(for: .milliseconds(20))
            let waited = start.duration(to: clock.now)
            // As long as a file is offered that is lost on its way again and again.
            if waited > .seconds(120) { throw Stuck(description: "Waited in vain until \(what).") }
            if waited > .seconds(2) {
                try bench.advance(by: .seconds(2))
                try await Task.sleep(for: .milliseconds(80))
            }
        }
    }
}
