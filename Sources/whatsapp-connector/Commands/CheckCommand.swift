import AppService
import ArgumentParser

/// `check`: looks at everything that the service needs, changes nothing, and says what is wrong.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a configuration and everything that it needs, and says what is wrong.",
        discussion: "Changes nothing. Exits 0 if the service can start, 78 if it cannot. Lines that begin with \"warning\" do not hinder it."
    )

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let loaded = try options.load()
        print("ok       configuration: \(Self.count(loaded.configuration.instances.count, "instance"))")
        for instance in loaded.configuration.instances {
            let numbers = instance.accounts.reduce(0) { $0 + $1.numbers.count }
            print("ok       \(instance.address): \(Self.count(instance.accounts.count, "account")), \(Self.count(numbers, "number"))")
        }
        for line in try EnvironmentCheck(configuration: loaded.configuration).lines() { print(line) }
        for warning in loaded.warnings { print("warning  \(warning)") }
    }

    private static func count(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
