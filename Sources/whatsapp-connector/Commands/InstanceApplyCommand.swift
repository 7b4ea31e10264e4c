import AppService
import ArgumentParser

/// `instance apply`: takes over from the configuration file what it otherwise gives only once.
struct InstanceApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Takes over an instance's password, Graph secrets, accounts and numbers from the configuration file.",
        discussion: """
            The file's values replace the stored ones, and a number of the file that was deleted comes back. What the file does not name \
            stays. Other settings, such as the language, are read when the service starts.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("Only this instance.", valueName: "domain/name"))
    var instance: String?

    func run() async throws {
        let configuration = try options.load().configuration
        let editor = InstanceEditor(configuration: configuration)
        for instance in try configuration.instances(named: instance) {
            let changes = try await editor.apply(instance)
            print("\(instance.address): \(changes.isEmpty ? "nothing to change" : "took over \(changes.joined(separator: ", "))")")
        }
    }
}
