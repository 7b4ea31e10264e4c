import Foundation
import Glibc
import Lab
import Testing

/// A disk without room: a small one of memory in the place of the spool. Only who may mount can try that.
@Suite("A full disk", .enabled(if: SmallDisk.isPossible), .timeLimit(.minutes(5))) struct FullDiskTests {
    @Test("A customer's file waits until there is room, and is announced meanwhile; a colleague's is sent then, too")
    func fullDisk() async throws {
        try await Exchange.open { exchange in
            let lab = exchange.lab
            let spool = "\(exchange.workplace.dataDirectory)/example.com/whatsapp.spool"
            try FileManager.default.createDirectory(atPath: spool, withIntermediateDirectories: true)
            let disk = try SmallDisk(at: spool, kibibytes: 128)
            defer { disk.remove() }
            let file = MetaFile.document(.generated(head: Array("%PDF-1.7\n".utf8), size: 300_000, seed: 2), name: "a.pdf")
            let wamid = try lab.meta.send(.file(file), from: "ada")
            try await eventually(within: .seconds(60)) {
                lab.clock.advance(by: .seconds(1))
                return lab.connect.posts.contains { $0.text.contains("it is still being loaded and will follow") }
            }
            let hasFiles = lab.connect.posts.contains { !$0.files.isEmpty }
            #expect(!hasFiles)
            // Texts need no room there.
            try await exchange.customer(sends: .text("And a text"))
            let outgoing = ConnectHumanFile(name: "b.pdf", source: .generated(head: Array("%PDF-1.7\n".utf8), size: 300_000, seed: 3))
            try lab.connect.post(
                ConnectHumanPost(author: "anna", text: "Here", topic: "whatsapp", repliesTo: exchange.root.id, files: [outgoing]))
            try await eventually(within: .seconds(30)) { lab.connect.fileCounts.downloads > 1 || lab.connect.fileCounts.bytesHandedOut > 100_000 }
            #expect(lab.meta.accepted.isEmpty)
            try disk.resize(kibibytes: 4_096)
            try await eventually(within: .seconds(60)) {
                // Not faster than files move on a busy machine: the clock also says when a transfer has taken too long.
                try await Task.sleep(for: .milliseconds(100))
                lab.clock.advance(by: .seconds(2))
                return lab.meta.accepted.count == 1 && lab.connect.posts.contains { $0.author == "whatsapp" && !$0.files.isEmpty }
            }
            #expect(
                lab.connect.posts.last { $0.author == "whatsapp" && !$0.files.isEmpty }?.files.first?.sha256
                    == lab.meta.attachment(of: wamid)?.file.sha256)
            #expect(lab.meta.accepted.first?.type == "document")
        }
    }
}

/// A file system in memory with little room.
struct SmallDisk {
    private let path: String

    /// Whether this process may mount: not outside of a container that allows it, nor without the rights of root.
    static var isPossible: Bool {
        guard geteuid() == 0 else { return false }
        let folder = FileManager.default.temporaryDirectory.appending(path: "disk-\(UUID().uuidString)").path
        guard (try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)) != nil else { return false }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        guard let disk = try? SmallDisk(at: folder, kibibytes: 64) else { return false }
        disk.remove()
        return true
    }

    init(at path: String, kibibytes: Int) throws {
        self.path = path
        try Self.mount(path, kibibytes, 0)
    }

    func resize(kibibytes: Int) throws { try Self.mount(path, kibibytes, UInt(MS_REMOUNT)) }

    func remove() { umount2(path, Int32(MNT_DETACH)) }

    private static func mount(_ path: String, _ kibibytes: Int, _ flags: UInt) throws {
        guard Glibc.mount("tmpfs", path, "tmpfs", flags, "size=\(kibibytes)k") == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EPERM)
        }
    }
}
