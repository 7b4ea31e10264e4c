import AppService
import ArgumentParser

/// `restore`: puts a backup back, while the service is stopped.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Puts a backup back, while the service is stopped.",
        discussion: """
            Checks every file of the backup before it touches anything. What the backup holds as unfinished may have been done since it was \
            made: messages to customers are held until "replay", posts are looked for in Connect before they are made.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("The folder that \"backup\" made.", valueName: "folder"))
    var from: String

    @Flag(help: "Move databases that are there aside instead of refusing; nothing is deleted.")
    var replace = false

    func run() async throws {
        let configuration = try options.load().configuration
        let restorer = BackupRestorer(
            dataDirectory: configuration.dataDirectory, instances: configuration.instances.map(\.address), replaces: replace)
        let outcome = try restorer.restore(from: from, at: SystemClock().now())
        print("The backup was made at \(outcome.manifest.madeAt) by version \(outcome.manifest.version).")
        for item in outcome.items {
            print("\(item.name): put back" + (item.movedTo.map { "; what was there is now \($0)" } ?? ""))
        }
        for name in outcome.strangers { print("\(name): not in the configuration, left in the backup") }
        for name in outcome.missing { print("\(name): not in the backup, left as it is") }
        print("Start the service, then run check: it says how many messages are held.")
    }
}
