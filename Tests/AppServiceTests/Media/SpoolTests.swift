import AppService
import Foundation
import NIOCore
import Testing

@Suite struct SpoolTests {
    @Test("Its folder stands beside the instance's database")
    func folder() throws {
        let address = try #require(InstanceAddress("example.com/whatsapp"))
        #expect(StoreLocation(dataDirectory: "/data/", instance: address).spoolDirectory == "/data/example.com/whatsapp.spool")
        #expect(Spool.defaultLimit == 1_073_741_824)
    }

    @Test("Whoever finds no room waits until a file is removed", .timeLimit(.minutes(1)))
    func waits() async throws {
        let folder = TemporarySpool(limit: 100)
        let spool = folder.spool
        try await spool.reserve(80, for: "a")
        try await spool.withFile("a") { try await $0.append(ByteBuffer(string: "x")) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await spool.reserve(50, for: "b") }
            try await spool.remove("a")
            try await group.waitForAll()
        }
        #expect(spool.reserved == 50)
        #expect(!FileManager.default.fileExists(atPath: folder.url("a").path))
        try await spool.remove("a")
        #expect(spool.reserved == 50)
    }

    @Test("Whoever does not wait any longer leaves nothing behind", .timeLimit(.minutes(1)))
    func cancelled() async throws {
        let spool = TemporarySpool(limit: 100).spool
        try await spool.reserve(80, for: "a")
        for _ in 0..<50 {
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await spool.reserve(50, for: "b") }
                if Bool.random() { await Task.yield() }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
        }
        try spool.reserveNow(20, for: "c")
        try await spool.remove("a")
        #expect(spool.reserved == 20)
    }

    @Test("Many tasks share little room without ever having more than there is", .timeLimit(.minutes(1)))
    func crowd() async throws {
        let spool = TemporarySpool(limit: 100).spool
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<60 {
                group.addTask {
                    try await spool.reserve(Int64(index % 9) * 12, for: "f\(index)")
                    #expect(spool.reserved <= 100)
                    try await spool.remove("f\(index)")
                }
            }
            try await group.waitForAll()
        }
        #expect(spool.reserved == 0)
    }

    @Test("What can never be had is said at once")
    func never() async {
        let spool = TemporarySpool(limit: 100).spool
        await #expect(throws: SpoolError.full) { try await spool.reserve(101, for: "a") }
        #expect(throws: SpoolError.full) { try spool.reserveNow(.max, for: "a") }
    }

    @Test("At the start what nobody claims is removed, and what is kept has its room")
    func start() async throws {
        let folder = TemporarySpool(limit: 100)
        for name in ["kept", "longer", "stray", ".hidden"] { try folder.put("twelve bytes", as: name) }
        try FileManager.default.createDirectory(at: folder.url("folder"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(at: folder.url("link"), withDestinationURL: folder.url("kept"))
        #expect(try await folder.spool.removeUnclaimed(keeping: ["kept": 40, "longer": 5, "gone": 7]) == 3)
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: folder.directory)) == ["kept", "longer", "folder"])
        #expect(folder.spool.reserved == 40 + 12 + 7)
        #expect(try await folder.spool.withFile("kept") { await $0.length } == 12)
        #expect(try folder.mode("") == 0o700)
    }

    @Test("What is being written meanwhile is not removed")
    func claimedMeanwhile() async throws {
        let folder = TemporarySpool()
        try await folder.spool.reserve(10, for: "new")
        try await folder.spool.withFile("new") { try await $0.append(ByteBuffer(string: "x")) }
        #expect(try await folder.spool.removeUnclaimed(keeping: [:]) == 0)
        #expect(folder.spool.reserved == 10)
    }

    @Test("A removed file can be read to its end by whoever has it open")
    func removedWhileOpen() async throws {
        let spool = TemporarySpool().spool
        try await spool.reserve(200_000, for: "a")
        let bytes = TemporarySpool.pattern(200_000)
        try await spool.withFile("a") { file in
            try await file.append(ByteBuffer(bytes: bytes))
            _ = try await file.finish()
            try await spool.remove("a")
            #expect(try await TemporarySpool.collect(file.chunks()) == bytes)
        }
    }

    @Test(
        "Names that could leave the folder, or hide, are refused",
        arguments: ["", ".", "..", "../a", "a/b", ".hidden", "a b", "ä", "a\u{0}", String(repeating: "a", count: 101)]
    )
    func badNames(name: String) async {
        let spool = TemporarySpool().spool
        await #expect(throws: SpoolError.badName) { try await spool.open(name) }
        await #expect(throws: SpoolError.badName) { try await spool.reserve(1, for: name) }
        await #expect(throws: SpoolError.badName) { try await spool.remove(name) }
    }

    @Test("Links and folders are not opened as files")
    func noFiles() async throws {
        let folder = TemporarySpool()
        try folder.put("secret", as: "target")
        try FileManager.default.createSymbolicLink(at: folder.url("link"), withDestinationURL: folder.url("target"))
        try FileManager.default.createDirectory(at: folder.url("folder"), withIntermediateDirectories: false)
        await #expect(throws: SpoolError.badName) { try await folder.spool.open("link") }
        await #expect(throws: SpoolError.badName) { try await folder.spool.open("folder") }
    }

    @Test("A folder that cannot be made is said")
    func noFolder() async {
        let spool = Spool(directory: "/proc/no-such-folder/spool")
        await #expect(throws: SpoolError.self) { try await spool.open("a") }
        await #expect(throws: SpoolError.self) { try await spool.removeUnclaimed(keeping: [:]) }
    }
}
