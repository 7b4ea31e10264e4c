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
    /// The numbers that have a licence now; it may change with the PBX and with time.
    let licensed: @Sendable (StoredSettings) -> Set<PhoneNumberID>
    /// Takes a change over; the instance's secrets are the new ones already. If it throws, it is called again with the same change, and
    /// with what came to it meanwhile.
    let take: @Sendable (SettingsChange) async throws -> Void

    /// Runs until the task is cancelled. What cannot be read or taken over is logged once and tried again.
    func run() async {
        var taken = SettingsChange.State(settings: storage.settings, secrets: storage.secrets.current, licensed: licensed(storage.settings))
        // Whatever was changed since the settings were read is found at the first look.
        var revision: Int64?
        var complaint: String?
        while !Task.isCancelled {
            do {
                let newest = try await storage.settingsStore.revision()
                if newest != revision || licensed(taken.settings) != taken.licensed {
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
        let licensed = licensed(settings)
        guard settings != taken.settings || licensed != taken.licensed else { return }
        let secrets = try InstanceSecrets.open(settings, of: instance, with: storage.sealer)
        storage.secrets.current = secrets
        let change = SettingsChange(old: taken, new: SettingsChange.State(settings: settings, secrets: secrets, licensed: licensed))
        try await take(change)
        taken = change.new
        guard !change.words.isEmpty else { return }
        logger.notice("Changed settings are taken over", metadata: ["changed": "\(change.words.joined(separator: ", "))"])
    }
}
