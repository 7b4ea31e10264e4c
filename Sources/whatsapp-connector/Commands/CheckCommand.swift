import AppService
import ArgumentParser

/// `check`: looks at everything that the service needs, changes nothing, and says what is wrong.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a configuration and everything that it needs, and says what is wrong.",
        discussion: """
            Changes nothing. Exits 0 if the service can start, 78 if the configuration has to be corrected first, 1 if a database has to \
            be. Lines that begin with "warning" do not hinder it.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let loaded = try options.load()
        print(CheckLine.ok("configuration: \(InstanceCheck.count(loaded.configuration.instances.count, "instance"))"))
        let lines = try EnvironmentCheck(configuration: loaded.configuration).lines() + loaded.warnings.map(CheckLine.warning)
        for line in lines.filter({ !$0.isWarning }) + lines.filter(\.isWarning) { print(line) }
    }
}
