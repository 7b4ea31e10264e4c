import Foundation
import Testing

@testable import AppService

@Suite("Paths and files of the configuration")
struct FilePathTests {
    @Test(
        "Relative paths are seen from a folder",
        arguments: [("a", "", "a"), ("a", "b", "b/a"), ("a", "/b/", "/b/a"), ("/a", "/b", "/a"), ("../a", "b", "b/../a")]
    )
    func resolving(path: String, folder: String, result: String) {
        #expect(FilePath.resolve(path, from: folder) == result)
    }

    @Test(
        "Whether a path lies in a folder, before either exists",
        arguments: [
            ("/nowhere/data/key", "/nowhere/data", true), ("/nowhere/data", "/nowhere/data", true), ("/nowhere/data2/key", "/nowhere/data", false),
            ("/nowhere/key", "/nowhere/data", false), ("/nowhere/x/../data/key", "/nowhere/data/", true),
            ("/nowhere/data/../key", "/nowhere/data", false),
            ("/nowhere/./data//key", "/nowhere/data", true), ("/nowhere/key", "/", true), ("key", ".", true), ("../key", ".", false),
        ]
    )
    func containment(path: String, folder: String, isInside: Bool) {
        #expect(FilePath.isInside(path, folder: folder) == isInside)
    }

    @Test(
        "Why a file cannot be read",
        arguments: [
            (ENOENT, "the file /a does not exist; create it or correct the path"),
            (ENOTDIR, "the file /a does not exist; create it or correct the path"),
            (EACCES, "the file /a may not be read by this user; change its owner or its mode"), (EISDIR, "/a is a folder; name a file in it"),
            (EIO, "the file /a cannot be read (Input/output error); correct that or the path"),
        ]
    )
    func problems(code: Int32, sentence: String) {
        #expect(SmallFile.Problem("/a", code: code).description == sentence)
    }

    @Test("A file over the limit is not read")
    func limit() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("connector-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(repeating: 1, count: 20_000).write(to: URL(fileURLWithPath: path))
        #expect(try SmallFile(path).read(limit: 20_000).count == 20_000)
        #expect(throws: SmallFile.Problem.tooLarge(path, limit: 19_999)) { try SmallFile(path).read(limit: 19_999) }
        #expect(throws: SmallFile.Problem.tooLarge("/dev/zero", limit: 100)) { try SmallFile("/dev/zero").read(limit: 100) }
    }

    @Test("A file that is there is not replaced")
    func creation() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("connector-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try SmallFile(path).create([1]))
        #expect(try !SmallFile(path).create([2]))
        #expect(try SmallFile(path).read(limit: 10) == [1])
    }
}
