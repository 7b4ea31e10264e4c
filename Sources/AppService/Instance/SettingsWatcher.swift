import Bridge
import Logging

/// Notices within a second what a command beside the service has changed in an instance's settings, and at once what an administrator has,
/// and has the running instance take it over.
struct SettingsWatcher: Sendable {
    /// How often the settings' revision is asked for.
    static let interval: Duration = .seconds(1)

    let instance: InstanceAddress
    let storage: InstanceStorage
    let clock: any WallClock
    let logger: Logger
    /// Rung to have it look at once.
    var bell = Bell()
    /// Told of what is in effect after each look at a new revision.
    var note: @Sendable (_ revision: Int64, SettingsChange.State) -> Void = { _, _ in }
    /// Takes a change over; the instance's secrets are the new ones already. If it throws, it is called again with the same change, and
    /// with what came to it meanwhile.
    let take: @Sendable (SettingsChange) async throws -> Void

    /// Runs until the task is cancelled. What cannot be read or taken over is logged once and tried again.
    func run() async {
        var taken = SettingsChange.State(settings: storage.settings, secrets: storage.secrets.current)
        // Whatever was changed since the settings were read is found at the first look.
        var revision: Int64?
        var complaint: String?
        while !Task.isCancelled {
            do {
                let newest = try await storage.settingsStore.revision()
                if newest != revision {
                    try await look(&taken)
                    revision = newest
                    note(newest, taken)
                }
                complaint = nil
            } catch {
                if !Task.isCancelled, complaint != "\(error)" {
                    complaint = "\(error)"
                    logger.error("Changed settings cannot be taken over yet", metadata: ["error": "\(error)"])
                }
            }
            await bell.wait(until: clock.now() + Self.interval, clock: clock)
        }
    }

    private func look(_ taken: inout SettingsChange.State) async throws {
        let settings = try await storage.settingsStore.settings()
        guard settings != taken.settings else { return }
        let secrets = try InstanceSecrets.open(settings, of: instance, with: storage.sealer)
        storage.secrets.current = secrets
        let change = SettingsChange(old: taken, new: SettingsChange.State(settings: settings, secrets: secrets))
        try await take(change)
        taken = change.new
        guard !change.words.isEmpty else { return }
        logger.notice("Changed settings are taken over", metadata: ["changed": "\(change.words.joined(separator: ", "))"])
    }
}
