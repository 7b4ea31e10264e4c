import AppService
import ArgumentParser

/// `backup`: copies what the instances have stored, beside a running service.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Makes a backup of what the instances have stored, also beside a running service.",
        discussion: """
            Copies the database of each instance, the database of a shared service and the registered domains, if they lie in dataDirectory. \
            The copies are marked: what was under way in them is not done again by itself after "restore". The sealing key and the \
            configuration file are not in the backup.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("A folder that is empty or does not exist yet.", valueName: "folder"))
    var to: String

    func run() async throws {
        let configuration = try options.load().configuration
        let writer = BackupWriter(
            dataDirectory: configuration.dataDirectory, instances: configuration.instances.map(\.address), version: ConnectorVersion.text)
        let items = try writer.write(to: to, at: SystemClock().now())
        for item in items {
            print("\(item.name): \(item.size.map { FileSize.text($0) } ?? "no database yet, nothing to copy")")
        }
        print("The backup is in \(to).")
        if case .file(let file) = configuration.secretKey {
            print("Keep the sealing key \(file.path) too, in another place: without it the secrets in the backup cannot be opened.")
        }
    }
}

/// How long a file is, in words.
enum FileSize {
    /// `812 bytes`, `1.4 MB`.
    static func text(_ bytes: Int64) -> String {
        guard bytes >= 100_000 else { return "\(bytes) bytes" }
        return "\(bytes / 1_000_000).\(bytes / 100_000 % 10) MB"
    }
}
