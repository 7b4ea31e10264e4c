import Bridge

/// An instance's settings before and after a change, and what of it somebody has to act on.
struct SettingsChange: Sendable {
    /// Settings and their secrets at one time.
    struct State: Equatable, Sendable {
        var settings: StoredSettings
        var secrets: InstanceSecrets.Contents
    }

    let old: State
    let new: State

    /// Sessions of the old password are to be closed.
    var passwordChanged: Bool { old.secrets.password != new.secrets.password }

    /// Connect is to be read in other zones.
    var zonesChanged: Bool { old.zones != new.zones }

    /// What has changed, in words for the log.
    var words: [String] {
        var words: [String] = []
        if passwordChanged { words.append("the password") }
        if old.secrets.appSecrets != new.secrets.appSecrets { words.append("app secrets") }
        if old.secrets.verifyToken != new.secrets.verifyToken { words.append("the verify token") }
        if old.secrets.tokens != new.secrets.tokens { words.append("access tokens") }
        if old.settings.activeNumbers != new.settings.activeNumbers { words.append("numbers") }
        if old.settings.bindings != new.settings.bindings { words.append("what is agreed with the shared service") }
        if old.settings.options != new.settings.options { words.append("options") }
        return words
    }
}

extension SettingsChange.State {
    fileprivate var zones: Set<String> { Set(settings.activeNumbers.values.compactMap { $0.isJoined ? $0.zone?.rawValue : nil }) }
}
