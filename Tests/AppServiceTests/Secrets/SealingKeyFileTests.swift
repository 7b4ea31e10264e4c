import Foundation
import Testing

@testable import AppService

@Suite("The file of the sealing key")
struct SealingKeyFileTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("connector-key-\(UUID().uuidString)").path
    private var path: String { folder + "/secret.key" }

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func withFolder(_ body: () throws -> Void) rethrows {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body()
    }

    private func write(_ bytes: [UInt8], mode: Int = 0o600) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test("A key is made when there is none and nothing was sealed, readable by its owner only")
    func creation() throws {
        try withFolder {
            let file = SealingKeyFile(path: path)
            #expect(try file.read() == nil)
            let key = try file.open(keyIDsInUse: [])
            #expect(SmallFile(path).permissions == 0o600)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 32)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["secret.key"])
            #expect(try file.open(keyIDsInUse: [key.id]).id == key.id)
            #expect(try file.open(keyIDsInUse: []).id == key.id)
        }
    }

    @Test("Two keys are never the same")
    func randomness() {
        #expect(Set((0..<100).map { _ in SealingKey.randomBytes() }).count == 100)
    }

    @Test("A lost key is named, and not replaced")
    func lostKey() {
        withFolder {
            let error = #expect(throws: ConfigurationError.self) { try SealingKeyFile(path: path).open(keyIDsInUse: ["00112233aabbccdd"]) }
            #expect(
                error?.description
                    == "secretKeyFile: \(path) does not exist, but stored secrets were sealed under the key 00112233aabbccdd; restore that key file"
            )
            #expect(SmallFile(path).permissions == nil)
        }
    }

    @Test("A key that is not the one in use is refused, naming both")
    func wrongKey() throws {
        try withFolder {
            try write(Array(repeating: 1, count: 32))
            let present = try #require(try SealingKeyFile(path: path).read()).id
            let error = #expect(throws: ConfigurationError.self) {
                try SealingKeyFile(path: path).open(keyIDsInUse: [present, "ffff2233aabbccdd"])
            }
            #expect(error?.description.contains("holds the key \(present), but stored secrets were sealed under the key ffff2233aabbccdd") == true)
        }
    }

    @Test("The id of a key never changes")
    func goldenID() throws {
        let key = try #require(SealingKey(bytes: Array(repeating: 7, count: 32)))
        #expect(key.id == "64e382afba05f490")
        #expect("\(key)" == "sealing key 64e382afba05f490")
        #expect(!String(reflecting: key).contains("SymmetricKey"))
    }

    @Test("A key may be text of 64 hexadecimal digits", arguments: ["", "\n", "\r\n", "  \n"])
    func hexadecimal(end: String) throws {
        try withFolder {
            try write(Array((String(repeating: "0A", count: 32) + end).utf8))
            #expect(try SealingKeyFile(path: path).read()?.id == SealingKey(bytes: Array(repeating: 10, count: 32))?.id)
        }
    }

    @Test("Anything else is no key", arguments: [0, 1, 31, 33, 63, 65, 1_025])
    func wrongLength(count: Int) throws {
        try withFolder {
            try write(Array(repeating: 0x61, count: count))
            #expect(throws: ConfigurationError.self) { try SealingKeyFile(path: path).read() }
            #expect(throws: ConfigurationError.self) { try SealingKeyFile(path: path).open(keyIDsInUse: []) }
        }
    }

    @Test("A key that others may use is refused", arguments: [0o604, 0o644, 0o602, 0o620, 0o660, 0o601])
    func permissions(mode: Int) throws {
        try withFolder {
            try write(Array(repeating: 1, count: 32), mode: mode)
            let error = #expect(throws: ConfigurationError.self) { try SealingKeyFile(path: path).read() }
            #expect(
                error?.description
                    == "secretKeyFile: others may use the key in \(path) (mode 0\(String(mode, radix: 8))); run: chmod 600 \(path)"
            )
        }
    }

    @Test("A key that only the owner and a group read is accepted", arguments: [0o600, 0o400, 0o440, 0o640])
    func acceptedPermissions(mode: Int) throws {
        try withFolder {
            try write(Array(repeating: 1, count: 32), mode: mode)
            #expect(try SealingKeyFile(path: path).read() != nil)
        }
    }

    @Test("A key cannot be made in a folder that does not exist, and the sentence says so")
    func missingFolder() {
        withFolder {
            let error = #expect(throws: ConfigurationError.self) { try SealingKeyFile(path: "\(folder)/a/secret.key").open(keyIDsInUse: []) }
            #expect(
                error?.description
                    == "secretKeyFile: a new key cannot be written, because the folder \(folder)/a/ does not exist; correct that or the path"
            )
        }
    }

    @Test("Of many that make a key at once, one wins, and all have its key")
    func race() async throws {
        let path = path
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<16 { group.addTask { try SealingKeyFile(path: path).open(keyIDsInUse: []).id } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["secret.key"])
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test("A key in the configuration itself is held against what is in use as well")
    func keyInConfiguration() throws {
        let key = try #require(SealingKey(hexadecimal: String(repeating: "ab", count: 32)))
        #expect(try SealingKeySource.key(key).open(keyIDsInUse: [key.id]).id == key.id)
        #expect(throws: ConfigurationError.self) { try SealingKeySource.key(key).open(keyIDsInUse: ["00112233aabbccdd"]) }
        #expect(SealingKey(hexadecimal: String(repeating: "ag", count: 32)) == nil)
        #expect(SealingKey(hexadecimal: "ab") == nil)
    }
}
