import Foundation
import Testing

@testable import whatsapp_connector

@Suite("The program's pages", .serialized) struct ProgramPagesTests {
    @Test("Only code that is as it is in its file is let go")
    func findsCode() {
        let maps = """
            00400000-00500000 r--p 00000000 fe:00 1234                               /usr/bin/whatsapp-connector
            00500000-00700000 r-xp 00100000 fe:00 1234                               /usr/bin/whatsapp-connector
            00700000-00710000 rw-p 00300000 fe:00 1234                               /usr/bin/whatsapp-connector
            01000000-01010000 rw-p 00000000 00:00 0                                  [heap]
            7f0000000000-7f0000001000 r-xp 00000000 fe:00 99                         /usr/lib/a folder/libc.so.6
            7f0000002000-7f0000003000 rwxp 00000000 00:00 0
            7f0000004000-7f0000005000 r-xp 00000000 00:00 0
            7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]
            nonsense r-xp 0 0 0 /usr/bin/x
            """
        #expect(ProgramPages.codeRanges(in: maps) == [0x50_0000..<0x70_0000, 0x7F00_0000_0000..<0x7F00_0000_1000])
    }

    @Test("The code of the program and of its libraries is found to the end")
    func findsLibraries() throws {
        let maps = try #require(ProgramPages.maps())
        #expect(maps.hasSuffix("\n"))
        #expect(maps.contains("[stack]"))
        #expect(ProgramPages.codeRanges(in: maps).count > 3)
    }

    @Test("What is let go is no longer in memory, and comes back when it is used")
    func releases() throws {
        let before = try residentBytesOfFiles()
        ProgramPages.release()
        let after = try residentBytesOfFiles()
        #expect(after < before * 3 / 4, "\(before) bytes before, \(after) after")
    }

    private func residentBytesOfFiles() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
        return try #require(Int(line.split(separator: " ")[1])) << 10
    }
}
