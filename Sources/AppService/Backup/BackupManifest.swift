import Bridge
import FoundationEssentials

/// What a backup says about itself. It is written last: a folder without it is not a whole backup.
public struct BackupManifest: Codable, Equatable, Sendable {
    /// The manifest's file in the backup.
    static let file = "manifest.json"
    /// The newest layout that this version reads.
    static let newestFormat = 1

    /// The layout of the backup.
    public var format = Self.newestFormat
    /// The version of the program that made it.
    public var version: String
    /// When it was made, in ISO 8601, UTC.
    public var madeAt: String
    /// The instances in it, as `domain/name`.
    public var instances: [String]
    /// The other files in it, below the data directory.
    public var files: [String]

    /// A moment as manifests and names of files have it: `2026-01-31T12:00:00Z`.
    static func time(_ moment: Moment) -> String {
        Date(timeIntervalSince1970: Double(moment.milliseconds / 1_000)).formatted(Date.ISO8601FormatStyle())
    }

    /// Reads the manifest of a backup.
    /// - Throws: ``BackupError``
    static func read(in folder: String) throws(BackupError) -> BackupManifest {
        let content: [UInt8]
        do {
            content = try SmallFile("\(folder)/\(file)").read(limit: 1 << 20)
        } catch .missing {
            throw BackupError("\(folder) has no \(file), so it is no whole backup; name the folder of a backup that was finished.")
        } catch {
            throw BackupError("The backup cannot be read: \(error).")
        }
        guard let manifest = try? JSONDecoder().decode(BackupManifest.self, from: Data(content)) else {
            throw BackupError("\(folder)/\(file) cannot be read; name the folder of another backup.")
        }
        guard manifest.format <= newestFormat else {
            throw BackupError("The backup in \(folder) was made by version \(manifest.version), which is newer; install that version.")
        }
        return manifest
    }

    /// Writes the manifest durably.
    func write(in folder: String) throws(BackupError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let content = try? encoder.encode(self) else { throw BackupError("The manifest cannot be written; make the backup again.") }
        do {
            try SmallFile("\(folder)/\(Self.file)").replace(with: Array(content) + [0x0A])
        } catch {
            throw BackupError("The manifest cannot be written to \(folder): \(error); make the backup again, into another folder.")
        }
    }
}

/// Why a backup cannot be made or put back, as one sentence that says what to do. Free of content and secrets.
public struct BackupError: Error, Equatable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// What lies beside the instances' databases in a data directory and belongs into its backup.
enum BackupExtra {
    /// The database of a shared service.
    static let sharedService = "shared-service.sqlite"
    /// The domains that are registered at the mini App Platform.
    static let domains = "manager/domains"

    static let all = [sharedService, domains]
}
