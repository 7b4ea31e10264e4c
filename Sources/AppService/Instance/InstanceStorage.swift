import Bridge

/// What an instance that can run has stored, open and ready to be used.
struct InstanceStorage: Sendable {
    /// Its messages.
    let store: SQLiteStore
    /// Its settings, which commands beside the service change too.
    let settingsStore: SettingsStore
    /// What opens the settings' secrets.
    let sealer: Sealer
    /// The settings as they were when it was opened, with all seeds taken over.
    let settings: StoredSettings
    /// The opened secrets, kept as they are now.
    let secrets: InstanceSecrets
    /// What was remembered of the PBX's last login.
    var licences = LicencePool()
    /// The check of private posts as it was.
    var privatePosts = PrivatePostCheck()
    /// What Meta said last about each account.
    var accountCare: [String: AccountStanding] = [:]
}
