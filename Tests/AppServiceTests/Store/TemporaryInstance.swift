import AppService
import Foundation

/// A data directory of its own for one test, removed with the last reference to it.
final class TemporaryInstance: Sendable {
    let dataDirectory: String
    let location: StoreLocation

    init(_ instance: String = "example.com/whatsapp") throws {
        dataDirectory = NSTemporaryDirectory() + "store-" + UUID().uuidString
        guard let address = InstanceAddress(instance) else { throw CocoaError(.featureUnsupported) }
        location = StoreLocation(dataDirectory: dataDirectory, instance: address)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: dataDirectory)
    }

    /// Another instance in the same data directory.
    func location(of instance: String) -> StoreLocation? {
        InstanceAddress(instance).map { StoreLocation(dataDirectory: dataDirectory, instance: $0) }
    }

    /// Writes bytes where the database is to be.
    func put(_ data: Data) throws {
        let folder = (location.path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try data.write(to: URL(fileURLWithPath: location.path))
    }

    func mode(of path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }
}
