import Crypto
import Foundation
import NIOCore
import Testing

@testable import AppService

@Suite struct SpoolFileTests {
    private let folder: TemporarySpool
    private let spool: Spool

    init() {
        folder = TemporarySpool()
        spool = folder.spool
    }

    @Test("What is appended is on the disk after the end, with its length and digest", arguments: [0, 1, 4_095, 65_536, 65_537, 400_001])
    func roundTrip(length: Int) async throws {
        let bytes = TemporarySpool.pattern(length)
        try spool.reserveNow(Int64(length), for: "a")
        let summary = try await spool.withFile("a") { file in
            var rest = ByteBuffer(bytes: bytes)
            var size = 1
            while rest.readableBytes > 0, let part = rest.readSlice(length: min(size, rest.readableBytes)) {
                try await file.append(part)
                size = size * 3 % 90_001
            }
            #expect(await file.length == Int64(length))
            let summary = try await file.finish()
            #expect(try await TemporarySpool.collect(file.chunks()) == bytes)
            return summary
        }
        #expect(summary == SpoolFile.Summary(length: Int64(length), sha256: Array(SHA256.hash(data: bytes))))
        #expect(try Data(contentsOf: folder.url("a")) == Data(bytes))
        #expect(try folder.mode("a") == 0o600)
        #expect(try folder.mode("") == 0o700)
    }

    @Test("A file that is opened again goes on where it ended, with the digest of the whole")
    func resumed() async throws {
        let bytes = TemporarySpool.pattern(300_000)
        try spool.reserveNow(300_000, for: "a")
        try await spool.withFile("a") { try await $0.append(ByteBuffer(bytes: bytes[..<140_001])) }
        let summary = try await spool.withFile("a") { file in
            #expect(await file.length == 140_001)
            try await file.append(ByteBuffer(bytes: bytes[140_001...]))
            return try await file.finish()
        }
        #expect(summary.sha256 == Array(SHA256.hash(data: bytes)))
    }

    @Test("Beginning and end can be looked at, also while the file grows")
    func headAndTail() async throws {
        let bytes = TemporarySpool.pattern(200_000)
        try spool.reserveNow(200_000, for: "a")
        try await spool.withFile("a") { file in
            #expect(try await file.head() == [])
            #expect(try await file.tail() == [])
            try await file.append(ByteBuffer(bytes: bytes[..<100]))
            #expect(try await file.head() == Array(bytes[..<100]))
            #expect(try await file.tail(10) == Array(bytes[90..<100]))
            try await file.append(ByteBuffer(bytes: bytes[100...]))
            #expect(try await file.head() == Array(bytes[..<4096]))
            #expect(try await file.tail() == Array(bytes[(200_000 - 65_536)...]))
            #expect(try await file.head(-1) == [])
            #expect(try await file.tail(.max).count == 65_536)
            #expect(try await file.finish().sha256 == Array(SHA256.hash(data: bytes)))
        }
    }

    @Test("Chunks begin anywhere and are never larger than 64 KiB", arguments: [0, 1, 65_535, 65_536, 199_999, 200_000, 200_001, Int64.max, -1])
    func chunks(offset: Int64) async throws {
        let bytes = TemporarySpool.pattern(200_000)
        try spool.reserveNow(200_000, for: "a")
        try await spool.withFile("a") { file in
            try await file.append(ByteBuffer(bytes: bytes))
            var read: [UInt8] = []
            for try await chunk in file.chunks(from: offset) {
                #expect((1...65_536).contains(chunk.readableBytes))
                read += Array(chunk.readableBytesView)
            }
            #expect(read == Array(bytes.dropFirst(Int(clamping: max(0, offset)))))
        }
    }

    @Test("A file can be begun anew")
    func restarted() async throws {
        try spool.reserveNow(10, for: "a")
        let summary = try await spool.withFile("a") { file in
            try await file.append(ByteBuffer(string: "0123456789"))
            _ = try await file.finish()
            try await file.restart()
            #expect(await file.length == 0)
            try await file.append(ByteBuffer(string: "abc"))
            return try await file.finish()
        }
        #expect(summary.length == 3)
        #expect(summary.sha256 == Array(SHA256.hash(data: Array("abc".utf8))))
        #expect(try Data(contentsOf: folder.url("a")) == Data("abc".utf8))
    }

    @Test("Nothing is written beyond what was reserved, and the file goes on when more is")
    func beyondReservation() async throws {
        try spool.reserveNow(4, for: "a")
        try await spool.withFile("a") { file in
            try await file.append(ByteBuffer(string: "abcd"))
            await #expect(throws: SpoolError.reservationExceeded) { try await file.append(ByteBuffer(string: "e")) }
            try spool.reserveNow(5, for: "a")
            try await file.append(ByteBuffer(string: "e"))
            #expect(try await file.finish().length == 5)
        }
        _ = try await spool.withFile("unreserved") { file in
            await #expect(throws: SpoolError.reservationExceeded) { try await file.append(ByteBuffer(string: "e")) }
        }
    }

    @Test("A file that somebody made shorter is noticed")
    func changed() async throws {
        try spool.reserveNow(100_000, for: "a")
        try await spool.withFile("a") { file in
            try await file.append(ByteBuffer(bytes: TemporarySpool.pattern(100_000)))
            _ = try await file.finish()
            try FileHandle(forWritingTo: folder.url("a")).truncate(atOffset: 70_000)
            await #expect(throws: SpoolError.changed) { try await TemporarySpool.collect(file.chunks()) }
        }
    }

    @Test("A closed file refuses everything, and closing it twice does no harm")
    func closed() async throws {
        try spool.reserveNow(100, for: "a")
        let file = try await spool.open("a")
        try await file.append(ByteBuffer(string: "kept"))
        await file.close()
        await file.close()
        await #expect(throws: SpoolError.closed) { try await file.append(ByteBuffer(string: "x")) }
        await #expect(throws: SpoolError.closed) { try await file.finish() }
        await #expect(throws: SpoolError.closed) { try await TemporarySpool.collect(file.chunks()) }
        #expect(try Data(contentsOf: folder.url("a")) == Data("kept".utf8))
    }

    @Test("A file that nobody closes is closed with its last reference")
    func forgotten() async throws {
        for _ in 0..<20 { _ = try await spool.open("a") }
        let held = try await spool.open("a")
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { descriptor in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")) == folder.url("a").path
        }
        #expect(open.count == 1)
        await held.close()
    }

    @Test("What is thrown while a file is used comes out, and what was appended before stays")
    func thrown() async throws {
        struct Cut: Error {}
        try spool.reserveNow(100, for: "a")
        await #expect(throws: Cut.self) {
            _ = try await spool.withFile("a") { file in
                try await file.append(ByteBuffer(string: "begun"))
                throw Cut()
            }
        }
        #expect(try await spool.withFile("a") { await $0.length } == 5)
    }

    @Test("A full disk is said, not a crash")
    func fullDisk() async throws {
        let file = try await DiskFile(path: "/dev/full")
        await #expect(throws: SpoolError.noSpace) { try await file.write(ByteBuffer(string: "x"), at: 0) }
        await file.close()
        #expect(SpoolError(code: EDQUOT, in: "write") == .noSpace)
        #expect(SpoolError(code: EIO, in: "write") == .failed("write: Input/output error"))
    }
}
