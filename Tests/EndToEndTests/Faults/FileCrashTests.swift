import Foundation
import Lab
import Testing

/// SIGKILL in the middle of each step that a file goes through: it arrives once, or whoever waits for it is told why not.
@Suite("Kill -9 while a file is on its way", .serialized, .timeLimit(.minutes(10))) struct FileCrashTests {
    private static let size: Int64 = 400_000

    private static var configuration: LabConfiguration {
        var configuration = LabConfiguration()
        configuration.pbxOptions.reconnectDelay = 50
        configuration.pbxOptions.longestReconnectDelay = 100
        configuration.metaOptions.retryDelays = [0, 50, 100, 200]
        return configuration
    }

    /// A conversation with a text, before anything goes wrong.
    private func withDiscussion(_ body: @escaping @Sendable (CrashBench, ServeProcess, ConnectStoredPost) async throws -> Void) async throws {
        try await CrashBench.open(Self.configuration) { bench in
            let service = try bench.start()
            _ = try await service.ready()
            try bench.lab.meta.send(.text("Good morning"), from: "ada")
            try await bench.lab.connect.wait(until: "the text is posted") { $0.posts.count == 1 }
            try await body(bench, service, try #require(bench.lab.connect.posts.first))
        }
    }

    /// A step of a customer's file on its way to Connect.
    enum InboundStep: String, CaseIterable, CustomTestStringConvertible {
        case described, downloading, makingBuffer, uploading, posting, posted, lookedAt

        var testDescription: String { rawValue }
    }

    @Test("A customer's file arrives once", arguments: InboundStep.allCases)
    func inbound(step: InboundStep) async throws {
        try await withDiscussion { bench, service, _ in
            let lab = bench.lab
            let isReached: @Sendable () -> Bool
            switch step {
            case .described:
                lab.meta.plan(MetaMediaFault(.hang, on: .resolve))
                isReached = { lab.meta.mediaCounts.resolves == 1 }
            case .downloading:
                lab.meta.plan(MetaMediaFault(.slow(bytesPerSecond: 200_000), on: .download))
                isReached = { lab.meta.mediaCounts.bytesServed > 100_000 }
            case .makingBuffer:
                lab.connect.plan(ConnectFault(.loseAnswer, on: "CreateFileBuffer"))
                isReached = { lab.connect.bufferCount == 1 }
            case .uploading:
                lab.connect.plan(ConnectFileFault(.slow(bytesPerSecond: 200_000), on: .upload))
                isReached = { lab.wire.entries().contains { $0.summary == "CreateFileBufferResult" } && lab.connect.fileCounts.uploads == 0 }
            case .posting:
                lab.connect.plan(ConnectFault(.ignore, on: "Post"))
                isReached = { lab.wire.entries().filter { $0.system == .connect && $0.summary == "Post" }.count == 2 }
            case .posted:
                lab.connect.plan(ConnectFault(.loseAnswer, on: "Post"))
                isReached = { lab.connect.posts.count == 2 }
            case .lookedAt:
                lab.connect.plan(ConnectFault(.loseAnswer, on: "Attachments"))
                isReached = { lab.connect.posts.count == 2 && lab.wire.entries().contains { $0.summary == "Attachments" } }
            }
            let file = MetaFile.document(.generated(head: Array("%PDF-1.7\n".utf8), size: Self.size, seed: 8), name: "a.pdf")
            let wamid = try lab.meta.send(.file(file), from: "ada")
            try await eventually(within: .seconds(30)) { isReached() }
            await service.kill()
            lab.meta.clearFaults()
            let next = try bench.start()
            _ = try await next.ready()
            try lab.meta.send(.text("Did you get it?"), from: "ada")
            let digest = try #require(lab.meta.attachment(of: wamid)).file.sha256
            try await lab.connect.wait(until: "the file and the text are there", timeout: .seconds(60)) { connect in
                connect.posts.contains { $0.files.contains { $0.sha256 == digest } } && connect.posts.contains { $0.text.contains("Did you get it?") }
            }
            let posts = lab.connect.posts
            #expect(posts.count == 3, "\(posts.map(\.text))")
            #expect(posts.filter { !$0.files.isEmpty }.map(\.files.count) == [1])
            #expect(posts.last?.text.contains("Did you get it?") == true)
            await next.terminate()
        }
    }

    /// A step of a colleague's file on its way to the customer.
    enum OutgoingStep: String, CaseIterable, CustomTestStringConvertible {
        case listing, downloading, uploading, uploaded, sending, sent

        var testDescription: String { rawValue }

        /// What is in doubt takes a minute to be settled, which only `script/soak` waits for.
        static let tried = ProcessInfo.processInfo.environment["CONNECTOR_LONG_TESTS"] == nil ? allCases.filter { $0 != .sending } : allCases
    }

    @Test("A colleague's file reaches the customer once, or its author is told", arguments: OutgoingStep.tried)
    func outgoing(step: OutgoingStep) async throws {
        try await withDiscussion { bench, service, root in
            let lab = bench.lab
            let isReached: @Sendable () -> Bool
            switch step {
            case .listing:
                lab.connect.plan(ConnectFault(.loseAnswer, on: "Attachments"))
                isReached = { lab.wire.entries().contains { $0.summary == "Attachments" } }
            case .downloading:
                lab.connect.plan(ConnectFileFault(.slow(bytesPerSecond: 200_000), on: .download))
                isReached = { lab.connect.fileCounts.bytesHandedOut > 100_000 }
            case .uploading:
                lab.meta.plan(MetaMediaFault(.slow(bytesPerSecond: 200_000), on: .upload))
                isReached = { lab.meta.transfers.contains { $0.mediaID == nil && $0.done > 50_000 } }
            case .uploaded:
                lab.meta.plan(MetaMediaFault(.acceptThenDrop, on: .upload))
                isReached = { lab.meta.uploads.count == 1 }
            case .sending:
                lab.meta.plan(MetaFault(.hang))
                isReached = { lab.wire.entries().contains { $0.system == .meta && $0.summary.hasSuffix("/messages") } }
            case .sent:
                lab.meta.plan(MetaFault(.acceptThenHang))
                isReached = { lab.meta.accepted.count == 1 }
            }
            let file = ConnectHumanFile(name: "a.pdf", source: .generated(head: Array("%PDF-1.7\n".utf8), size: Self.size, seed: 8))
            try lab.connect.post(ConnectHumanPost(author: "anna", text: "Here", topic: "whatsapp", repliesTo: root.id, files: [file]))
            let digest = try #require(lab.connect.posts.last?.files.first).sha256
            try await eventually(within: .seconds(30)) { isReached() }
            await service.kill()
            lab.meta.clearFaults()
            let next = try bench.start()
            _ = try await next.ready()
            let isTold: @Sendable () -> Bool = { lab.connect.posts.contains { $0.isPrivate && $0.notify == ["anna"] } }
            // A message whose fate is not known holds its conversation for a minute.
            try await eventually(within: .seconds(120)) {
                isTold() || lab.meta.accepted.contains { $0.status == "read" }
            }
            try lab.connect.post(ConnectHumanPost(author: "anna", text: "And a text", topic: "whatsapp", repliesTo: root.id))
            try await lab.meta.wait(until: "the text is there", timeout: .seconds(60)) { $0.accepted.contains { $0.text == "And a text" } }
            let files = lab.meta.accepted.compactMap(\.attachment).map(\.file.sha256)
            #expect(files == (step == .sending ? [] : [digest]))
            #expect(isTold() == (step == .sending), "\(lab.connect.posts.map(\.text))")
            #expect(lab.meta.accepted.last?.text == "And a text")
            await next.terminate()
        }
    }
}
