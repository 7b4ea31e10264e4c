import AppService
import Foundation
import Lab
import Testing
import Transport

/// What goes wrong with files on their way: each arrives once, or whoever waits for it is told why not.
@Suite("Files that meet trouble", .timeLimit(.minutes(5))) struct FileFaultTests {
    private static let size: Int64 = 300_000

    private static func document(seed: UInt64) -> MetaFile {
        .document(.generated(head: Array("%PDF-1.7\n".utf8), size: size, seed: seed), name: "offer.pdf")
    }

    // MARK: From WhatsApp

    /// The customer sends a document, something goes wrong with it, and it arrives all the same: once, with its post or below it.
    private func arrives(
        _ faults: [MetaMediaFault] = [],
        inConnect connectFaults: [ConnectFileFault] = [],
        movingClock step: Duration? = .milliseconds(200),
        _ check: @escaping @Sendable (Exchange, ConnectStoredPost) async throws -> Void = { _, _ in }
    ) async throws {
        try await Exchange.open { exchange in
            let lab = exchange.lab
            for fault in faults { lab.meta.plan(fault) }
            for fault in connectFaults { lab.connect.plan(fault) }
            let wamid = try lab.meta.send(.file(Self.document(seed: 7)), from: "ada")
            let digest = try #require(lab.meta.attachment(of: wamid)).file.sha256
            try await eventually(within: .seconds(60)) {
                if let step {
                    // Where the sockets' event loops are busy, the clock goes slower: nobody is to be late because of them.
                    for _ in 0..<4 { try await Alarm.sleep(for: .milliseconds(5)) }
                    lab.clock.advance(by: .milliseconds(step.components.attoseconds / 1_000_000_000_000_000))
                }
                return lab.connect.posts.contains { $0.files.contains { $0.sha256 == digest } }
            }
            try await eventually { try exchange.workplace.ledger().allSatisfy { $0.state != "held" } }
            // A word too many would come by now.
            lab.clock.advance(by: .seconds(30))
            try await exchange.customer(sends: .text("Did you get it?"), whenPost: { $0.text.contains("Did you get it?") })
            let withFile = lab.connect.posts.filter { $0.files.contains { $0.sha256 == digest } }
            #expect(withFile.count == 1)
            #expect(withFile.first?.files.count == 1)
            try await check(exchange, try #require(withFile.first))
        }
    }

    @Test("503 three times, and then success", arguments: [MetaMediaFault.Step.resolve, .download])
    func unavailable(step: MetaMediaFault.Step) async throws {
        try await arrives([MetaMediaFault(.page(503), on: step, times: 3)])
    }

    @Test("The address expires between being told and being used")
    func expired() async throws {
        try await arrives([MetaMediaFault(.expiredURL, on: .download)]) { exchange, _ in
            #expect(exchange.lab.meta.mediaCounts.resolves == 2)
        }
    }

    @Test("The connection is cut after a part of the bytes, and the rest follows from there", arguments: [10, 50, 99])
    func cut(percent: Int) async throws {
        try await arrives([MetaMediaFault(.cut(percent: percent), on: .download)]) { exchange, _ in
            // Nothing of what was there came twice.
            #expect(exchange.lab.meta.mediaCounts.bytesServed < Self.size + 70_000)
        }
    }

    @Test("A wrong byte is noticed, and the file loaded anew")
    func wrongBytes() async throws {
        try await arrives([MetaMediaFault(.wrongBytes, on: .download)]) { exchange, post in
            #expect(exchange.lab.meta.mediaCounts.downloads == 2)
            #expect(!post.text.contains("damaged"))
        }
    }

    @Test("A file that never fits its checksum is shown with a warning")
    func alwaysWrong() async throws {
        try await Exchange.open { exchange in
            exchange.lab.meta.plan(MetaMediaFault(.wrongBytes, on: .download, times: 2))
            let post = try await exchange.customer(sends: .file(Self.document(seed: 3))).post
            #expect(post.files.count == 1)
            #expect(post.text.contains("may be damaged"))
        }
    }

    @Test("Connect refuses the upload for a while")
    func uploadUnavailable() async throws {
        try await arrives(inConnect: [ConnectFileFault(.status(503), on: .upload, times: 2)])
    }

    @Test("The upload to Connect is cut", arguments: [0.1, 0.5, 0.99])
    func uploadCut(part: Double) async throws {
        try await arrives(inConnect: [ConnectFileFault(.cut(after: part), on: .upload)])
    }

    @Test("Connect's storage is full for a while")
    func storageFull() async throws {
        try await arrives(inConnect: [ConnectFileFault(.storageFull, on: .upload, times: 2)])
    }

    @Test("Connect has the post, but not its file: it follows below")
    func missing() async throws {
        try await arrives(inConnect: [ConnectFileFault(.missing, on: .upload)], movingClock: .milliseconds(900)) { exchange, post in
            let placeholder = try #require(exchange.lab.connect.posts.first { $0.id == post.repliesTo })
            try await exchange.lab.connect.wait(until: "the placeholder says so") { connect in
                connect.posts.contains { $0.id == placeholder.id && $0.text.contains("arrived later and stands in an answer below") }
            }
        }
    }

    @Test("What takes long is announced after 20 seconds, does not hold up the text after it, and follows below")
    func late() async throws {
        try await Exchange.open { exchange in
            let lab = exchange.lab
            lab.meta.plan(MetaMediaFault(.page(503), on: .resolve, times: 12))
            let wamid = try lab.meta.send(.file(Self.document(seed: 9)), from: "ada")
            try lab.meta.send(.text("And a text"), from: "ada")
            try lab.meta.send(.text("From somebody else"), from: "grace")
            try await lab.connect.wait(until: "others do not wait") { $0.posts.contains { $0.text.contains("From somebody else") } }
            #expect(lab.connect.posts.count == 2)
            lab.clock.advance(by: .seconds(21))
            try await lab.connect.wait(until: "the text does not wait any longer") { $0.posts.contains { $0.text.contains("And a text") } }
            let placeholder = try #require(lab.connect.posts.first { $0.text.contains("it is still being loaded and will follow") })
            #expect(placeholder.files.isEmpty)
            try await eventually(within: .seconds(120)) {
                lab.clock.advance(by: .seconds(30))
                // Between two steps it gets the time for a try, or hours would pass without one, and it would give the file up.
                try await Task.sleep(for: .milliseconds(80))
                return lab.connect.posts.contains { !$0.files.isEmpty }
            }
            let post = try #require(lab.connect.posts.first { !$0.files.isEmpty })
            #expect(post.repliesTo == placeholder.id)
            #expect(post.files.first?.sha256 == lab.meta.attachment(of: wamid)?.file.sha256)
            try await lab.connect.wait(until: "the placeholder says so") { connect in
                connect.posts.contains { $0.id == placeholder.id && $0.text.contains("stands in an answer below") }
            }
        }
    }

    @Test("What WhatsApp has lost is said")
    func gone() async throws {
        try await Exchange.open { exchange in
            exchange.lab.meta.plan(MetaMediaFault(.error(MetaError(code: 100, subcode: 33)), on: .resolve))
            let post = try await exchange.customer(sends: .file(Self.document(seed: 1))).post
            #expect(post.text.contains("it could not be loaded from WhatsApp"))
            #expect(post.files.isEmpty)
        }
    }

    @Test("What is larger than Connect takes is said")
    func tooLargeForConnect() async throws {
        try await Exchange.open { configuration in
            configuration.connectOptions.maximumFileSize = 100_000
        } _: { exchange in
            let post = try await exchange.customer(sends: .file(Self.document(seed: 1))).post
            #expect(post.text.contains("it is too large to be passed on"))
            #expect(post.files.isEmpty)
        }
    }

    @Test("A file that cannot be had in seven days is given up, and said")
    func givenUp() async throws {
        try await Exchange.open { exchange in
            let lab = exchange.lab
            lab.meta.plan(MetaMediaFault(.page(500), on: .resolve, times: 10_000))
            try lab.meta.send(.file(Self.document(seed: 1)), from: "ada")
            try await eventually(within: .seconds(90)) {
                lab.clock.advance(by: .seconds(1_800))
                return lab.connect.posts.contains { $0.text.contains("it could not be loaded from WhatsApp") }
            }
            let attempts = lab.meta.mediaCounts.resolves
            #expect(attempts < 10_000)
        }
    }

    // MARK: The ways into Connect

    @Test("Where Connect makes no buffers it fetches the file from us; where it does neither, the file is pushed", arguments: [false, true])
    func otherWays(isPushed: Bool) async throws {
        let port = try FreePort()
        try await Exchange.open { configuration in
            configuration.connectOptions.fileBuffers = .refused
            configuration.connectOptions.pullsFiles = !isPushed
        } service: { configuration in
            configuration.listen = ListenAddress(host: "127.0.0.1", port: port.port)
            configuration.publicURL = try #require(PublicURL("http://127.0.0.1:\(port.port)"))
        } _: { exchange in
            let lab = exchange.lab
            let wamid = try lab.meta.send(.file(Self.document(seed: 5)), from: "ada")
            try await eventually(within: .seconds(30)) {
                lab.clock.advance(by: .milliseconds(200))
                return lab.connect.posts.contains { $0.files.count == 1 }
            }
            #expect(lab.connect.posts.last { !$0.files.isEmpty }?.files.first?.sha256 == lab.meta.attachment(of: wamid)?.file.sha256)
            #expect(isPushed ? lab.connect.fileCounts.pushes == 1 : lab.connect.fileCounts.pulls == 1)
        }
        withExtendedLifetime(port) {}
    }

    @Test("Connect that does not know buffers at all, and says nothing, is asked in another way after five seconds")
    func silentConnect() async throws {
        let port = try FreePort()
        try await Exchange.open { configuration in
            configuration.connectOptions.fileBuffers = .unknown
        } service: { configuration in
            configuration.listen = ListenAddress(host: "127.0.0.1", port: port.port)
            configuration.publicURL = try #require(PublicURL("http://127.0.0.1:\(port.port)"))
        } _: { exchange in
            let lab = exchange.lab
            try lab.meta.send(.file(Self.document(seed: 5)), from: "ada")
            try await eventually(within: .seconds(30)) {
                lab.clock.advance(by: .milliseconds(200))
                return lab.connect.posts.contains { $0.files.count == 1 }
            }
            #expect(lab.connect.fileCounts.pulls == 1)
        }
        withExtendedLifetime(port) {}
    }

    // MARK: From Connect

    /// A colleague posts a document, something goes wrong with it, and the customer gets it all the same, once.
    private func reaches(
        _ faults: [MetaMediaFault] = [],
        inConnect connectFaults: [ConnectFileFault] = [],
        _ check: @escaping @Sendable (Exchange) -> Void = { _ in }
    ) async throws {
        try await Exchange.open { exchange in
            let lab = exchange.lab
            for fault in faults { lab.meta.plan(fault) }
            for fault in connectFaults { lab.connect.plan(fault) }
            let file = ConnectHumanFile(name: "offer.pdf", source: .generated(head: Array("%PDF-1.7\n".utf8), size: Self.size, seed: 4))
            try lab.connect.post(ConnectHumanPost(author: "anna", text: "Here", topic: "whatsapp", repliesTo: exchange.root.id, files: [file]))
            try await eventually(within: .seconds(60)) {
                lab.clock.advance(by: .milliseconds(200))
                return !lab.meta.accepted.isEmpty
            }
            try await exchange.colleague(posts: "And a text")
            #expect(lab.meta.accepted.map(\.type) == ["document", "text"])
            #expect(lab.meta.accepted.first?.attachment?.file.sha256 == lab.connect.posts.last { !$0.files.isEmpty }?.files.first?.sha256)
            #expect(!lab.connect.posts.contains { $0.isPrivate })
            check(exchange)
        }
    }

    @Test("Connect hands the file out in parts", arguments: [0.1, 0.5, 0.99])
    func downloadCut(part: Double) async throws {
        try await reaches(inConnect: [ConnectFileFault(.cut(after: part), on: .download)])
    }

    @Test("Connect is busy for a while, or its address has expired")
    func downloadUnavailable() async throws {
        try await reaches(inConnect: [ConnectFileFault(.status(503), on: .download, times: 3)])
        try await reaches(inConnect: [ConnectFileFault(.expired, on: .download)])
    }

    @Test("The upload to WhatsApp is cut, or answered 503 three times, and the file is sent once", arguments: [10, 50, 99])
    func graphUploadCut(percent: Int) async throws {
        try await reaches([MetaMediaFault(.cut(percent: percent), on: .upload), MetaMediaFault(.page(503), on: .upload, times: 3)])
    }

    @Test("WhatsApp has taken the upload, but its answer is lost")
    func graphUploadAnswerLost() async throws {
        try await reaches([MetaMediaFault(.acceptThenDrop, on: .upload)])
    }

    @Test("A file that Connect does not hand out is refused to its author; nothing of the post is sent")
    func notHandedOut() async throws {
        try await Exchange.open { exchange in
            exchange.lab.connect.plan(ConnectFileFault(.status(403), on: .download, times: 10))
            let file = ConnectHumanFile(name: "offer.pdf", source: .bytes(LabSample.pdf))
            try exchange.lab.connect.post(
                ConnectHumanPost(author: "anna", text: "Here", topic: "whatsapp", repliesTo: exchange.root.id, files: [file]))
            let notice = try await exchange.notice()
            #expect(notice.contains("offer.pdf") && notice.contains("attach it again"))
            #expect(exchange.lab.meta.accepted.isEmpty)
        }
    }

    @Test("A file that WhatsApp refuses is refused to its author in plain words")
    func refusedByWhatsApp() async throws {
        try await Exchange.open { exchange in
            exchange.lab.meta.plan(MetaMediaFault(.error(MetaError(code: 131_053)), on: .upload))
            let file = ConnectHumanFile(name: "offer.pdf", source: .bytes(LabSample.pdf))
            try exchange.lab.connect.post(
                ConnectHumanPost(author: "anna", text: "Here", topic: "whatsapp", repliesTo: exchange.root.id, files: [file]))
            let notice = try await exchange.notice()
            #expect(notice.contains("offer.pdf") && notice.contains("131053"))
            #expect(exchange.lab.meta.accepted.isEmpty)
        }
    }

    @Test("The same file is uploaded once for a number, and again after 29 days")
    func uploadCache() async throws {
        try await Exchange.open { exchange in
            let lab = exchange.lab
            let file = ConnectHumanFile(name: "offer.pdf", source: .bytes(LabSample.pdf))
            try await exchange.colleague(posts: "One", files: [file])
            try await exchange.colleague(posts: "Two", files: [file])
            #expect(lab.meta.mediaCounts.uploads == 1)
            lab.clock.advance(by: .seconds(30 * 86_400))
            let (_, post) = try await exchange.customer(sends: .text("Again, please"), whenPost: \.isRoot)
            try await exchange.colleague(posts: "Three", files: [file], answering: post.id)
            #expect(lab.meta.mediaCounts.uploads == 2)
        }
    }
}
