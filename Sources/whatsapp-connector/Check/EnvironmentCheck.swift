import AppService
import Glibc

/// Looks at what the configuration names outside itself: the data directory, the databases in it, and the sealing key. Changes nothing.
struct EnvironmentCheck {
    var configuration: ServiceConfiguration

    /// A line for everything that is in order, will be made at the start, or should be looked at.
    ///
    /// - Throws: ``ConfigurationError`` or ``StoreError`` for the first thing that keeps the service from starting.
    func lines() throws -> [CheckLine] {
        var lines = [try dataDirectory()]
        var warnings: [CheckLine] = []
        var keyIDs: Set<String> = []
        for instance in configuration.instances {
            let (state, stored) = try database(of: instance.address)
            let location = StoreLocation(dataDirectory: configuration.dataDirectory, instance: instance.address)
            let privatePosts = try stored.map { _ in try SettingsReader.privatePosts(at: location) }
            let check = InstanceCheck(
                configuration: instance, stored: stored, privatePosts: privatePosts, hasManager: configuration.manager != nil,
                heldMessages: try stored.map { _ in try RestorationReader.heldMessages(at: location) } ?? 0)
            lines.append(.ok("\(instance.address): \(check.size); \(state)"))
            warnings += check.warnings()
            keyIDs.formUnion(stored?.sealingKeys ?? [])
        }
        lines.append(try sealingKey(inUse: keyIDs))
        return lines + warnings
    }

    private func dataDirectory() throws(ConfigurationError) -> CheckLine {
        let path = configuration.dataDirectory
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else { throw ConfigurationError("dataDirectory: \(path) is not a folder; correct the path") }
            guard access(path, R_OK | W_OK | X_OK) == 0 else {
                throw ConfigurationError("dataDirectory: this user may not write to \(path); change its owner or its mode")
            }
            return .ok("data directory: \(path)")
        }
        guard errno == ENOENT else {
            throw ConfigurationError("dataDirectory: \(path) cannot be reached (\(SmallFile.Problem.text(of: errno))); correct the path")
        }
        // The service makes missing parents too.
        var parent = FilePath.canonical(path + "/..")
        while parent != "/", access(parent, F_OK) != 0, errno == ENOENT { parent = FilePath.canonical(parent + "/..") }
        guard access(parent, W_OK | X_OK) == 0 else {
            throw ConfigurationError("dataDirectory: \(path) does not exist and this user may not make it; create it for the user of the service")
        }
        return .ok("data directory: \(path) will be made at the start")
    }

    /// What can be said of an instance's database, and the settings in it if it is of this version.
    private func database(of instance: InstanceAddress) throws -> (state: String, settings: StoredSettings?) {
        let location = StoreLocation(dataDirectory: configuration.dataDirectory, instance: instance)
        do {
            let settings = try SettingsReader.settings(at: location)
            guard access(location.path, W_OK) == 0 else {
                throw ConfigurationError("dataDirectory: this user may not write to \(location.path); change its owner or its mode")
            }
            return ("database fits", settings)
        } catch let error as StoreError where error.code == .missing {
            return ("database will be made at the start", nil)
        } catch let error as StoreError where error.code == .olderVersion {
            return ("database of an older version will be brought up to date at the start", nil)
        }
    }

    private func sealingKey(inUse keyIDs: Set<String>) throws(ConfigurationError) -> CheckLine {
        guard case .file(let file) = configuration.secretKey else { return .ok("\(try configuration.secretKey.open(keyIDsInUse: keyIDs))") }
        // A key that is there, or that something is sealed under, is never made anew.
        guard try file.read() != nil || !keyIDs.isEmpty else { return .ok("sealing key: \(file.path) will be made at the start") }
        return .ok("\(try file.open(keyIDsInUse: keyIDs)): \(file.path)")
    }
}
