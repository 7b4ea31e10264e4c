public import Bridge
import GRDB
import Glibc

/// Puts a backup back into a data directory, while no service runs.
///
/// Everything is copied beside its place, checked and marked there first; only then anything that is there is touched, and it is moved aside.
public struct BackupRestorer: Sendable {
    private let dataDirectory: String
    private let instances: [InstanceAddress]
    private let replaces: Bool

    /// What was put back.
    public struct Outcome: Equatable, Sendable {
        /// The backup's manifest.
        public var manifest: BackupManifest
        /// What was put back, in order.
        public var items: [Item] = []
        /// Instances of the backup that the configuration does not have.
        public var strangers: [String] = []
        /// Instances of the configuration that the backup does not have.
        public var missing: [String] = []
    }

    /// A file that was put back.
    public struct Item: Equatable, Sendable {
        /// The instance as `domain/name`, or the file below the data directory.
        public var name: String
        /// Where the file is now that was in its place; nil if there was none.
        public var movedTo: String?
    }

    /// - Parameters:
    ///   - instances: those of the configuration; others in the backup are left there.
    ///   - replaces: whether what is there may be moved aside.
    public init(dataDirectory: String, instances: [InstanceAddress], replaces: Bool) {
        self.dataDirectory = StoreLocation.folder(dataDirectory)
        self.instances = instances
        self.replaces = replaces
    }

    /// Puts the backup back.
    ///
    /// - Parameter now: when, for the names of files that are moved aside.
    /// - Throws: ``BackupError``, ``StoreError``. Whatever was thrown, each file in the data directory is the old one or the new one.
    public func restore(from folder: String, at now: Moment) throws -> Outcome {
        let folder = StoreLocation.folder(folder)
        var outcome = Outcome(manifest: try BackupManifest.read(in: folder))
        let names = Set(outcome.manifest.instances)
        let chosen = instances.filter { names.contains($0.description) }
        outcome.strangers = outcome.manifest.instances.filter { name in !chosen.contains { $0.description == name } }
        outcome.missing = instances.map(\.description).filter { !names.contains($0) }
        guard !chosen.isEmpty else {
            throw BackupError("The backup in \(folder) has no instance of the configuration; name the right folder or the right file.")
        }
        try InstanceDatabase.makeDirectory(dataDirectory)
        var places: [RestoredPlace] = []
        defer { withExtendedLifetime(places) {} }
        for instance in chosen {
            places.append(try RestoredPlace(instance, backup: folder, dataDirectory: dataDirectory))
        }
        for file in outcome.manifest.files where BackupExtra.all.contains(file) {
            places.append(try RestoredPlace(file: file, backup: folder, dataDirectory: dataDirectory))
        }
        if !replaces, let place = places.first(where: \.isTaken) {
            throw BackupError("\(place.target) exists; with --replace it is moved aside, not deleted.")
        }
        do {
            for place in places { try place.prepare(madeAt: now) }
        } catch {
            for place in places { place.discard() }
            throw error
        }
        let suffix = ".replaced-\(BackupManifest.time(now).filter { $0 != "-" && $0 != ":" })"
        for place in places { outcome.items.append(Item(name: place.name, movedTo: try place.takePlace(movingAsideWith: suffix))) }
        return outcome
    }
}
