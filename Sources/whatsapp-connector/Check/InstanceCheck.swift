import AppService
import Bridge

/// What is to be said about an instance: its configuration together with what its database holds already, which wins.
struct InstanceCheck {
    var configuration: InstanceConfiguration
    /// What the database holds; nil if it cannot tell yet, because the instance was never served by this version.
    var stored: StoredSettings?
    /// How the check of private posts stands; nil if the database cannot tell yet.
    var privatePosts: PrivatePostCheck?
    /// Whether a PBX can set the instance password.
    var hasManager: Bool
    /// How many messages to customers are held since the database was put back from a backup.
    var heldMessages = 0

    /// One line for every thing that somebody should look at.
    func warnings() -> [CheckLine] {
        let address = configuration.address
        var lines: [CheckLine] = []
        if !has(.password, configured: configuration.password), !hasManager {
            lines.append(.warning("\(address) has no password: nobody can log in to it until one is set; add passwordFile"))
        }
        let isJoined = stored?.bindings.values.contains { $0.state == .active } ?? false
        if !has(.appSecret, configured: configuration.graph.appSecret), !isJoined {
            lines.append(
                .warning(
                    "\(address) has no app secret: POST to its webhook answers 403, because nothing proves that Meta sent it; "
                        + "add appSecretFile in its graph section"
                )
            )
        }
        if let stored, !stored.directPaths.isEmpty {
            lines.append(
                .warning(
                    "\(address): Meta delivers \(Self.count(stored.directPaths.count, "number")) directly, and nothing proves that Meta is the "
                        + "sender; sharedServiceMode relay does"))
        }
        for number in zones.filter({ $0.value == nil }).keys.map(\.rawValue).sorted() {
            lines.append(.warning("\(address): number \(number) has no zone: its messages wait until one is chosen"))
        }
        if heldMessages > 0 {
            lines.append(
                .warning(
                    "\(address): \(Self.count(heldMessages, "message")) to customers held since the backup was put back, because they may have been "
                        + "sent after it was made; look at them in Connect, then send what is missing with replay"))
        }
        if let privatePosts, zones.contains(where: { $0.value != nil }) {
            switch privatePosts.result {
            case .verified: break
            case .none: lines.append(.warning("\(address): private posts are not verified; run the check of private posts in the settings"))
            case .failed(let reason, _):
                lines.append(.warning("\(address): private posts are not verified: the check failed (\(reason.rawValue)); run it again"))
            }
        }
        return lines
    }

    /// How many accounts and numbers the instance has.
    var size: String {
        let accounts = Set(configuration.accounts.map(\.waba)).union(stored.map { Array($0.accounts.keys) } ?? [])
        return "\(Self.count(accounts.count, "account")), \(Self.count(zones.count, "number"))"
    }

    /// The zones of the numbers as they will be: those of the database, and those of the file that were never taken over.
    private var zones: [PhoneNumberID: Zone?] {
        var zones: [PhoneNumberID: Zone?] = [:]
        for number in configuration.accounts.flatMap(\.numbers) where stored?.seeds["number/\(number.id)"] == nil {
            zones.updateValue(number.zone, forKey: number.id)
        }
        for (id, number) in stored?.numbers ?? [:] {
            if number.deletedAt == nil { zones.updateValue(number.zone, forKey: id) } else { zones.removeValue(forKey: id) }
        }
        return zones
    }

    private func has(_ name: StoredSettings.SecretName, configured: Secret?) -> Bool {
        if stored?.secrets[name] != nil { return true }
        return configured != nil && stored?.seeds[name.rawValue] == nil
    }

    static func count(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
