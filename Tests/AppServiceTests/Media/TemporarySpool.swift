import AppService
import Foundation
import NIOCore

/// A spool in a folder of its own for one test, removed with the last reference to it.
final class TemporarySpool: Sendable {
    let directory: String
    let spool: Spool

    init(limit: Int64 = Spool.defaultLimit) {
        directory = NSTemporaryDirectory() + "spool-" + UUID().uuidString + "/example.com/whatsapp.spool"
        spool = Spool(directory: directory, limit: limit)
    }

    deinit {
        let top = URL(fileURLWithPath: directory).deletingLastPathComponent().deletingLastPathComponent()
        try? FileManager.default.removeItem(at: top)
    }

    func url(_ name: String) -> URL { URL(fileURLWithPath: directory).appendingPathComponent(name) }

    func put(_ text: String, as name: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url(name))
    }

    func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: name.isEmpty ? directory : url(name).path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }

    /// Bytes that differ from place to place.
    static func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) } }

    static func collect(_ chunks: some AsyncSequence<ByteBuffer, any Error>) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in chunks { bytes += Array(chunk.readableBytesView) }
        return bytes
    }
}
