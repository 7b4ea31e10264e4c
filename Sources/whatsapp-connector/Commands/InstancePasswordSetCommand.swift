import AppService
import ArgumentParser

/// `instance password set`: sets an instance's password to a line of standard input.
struct InstancePasswordSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Sets an instance's password to a line of standard input.",
        discussion: """
            The PBX's app object needs the same password; sessions that were opened with another one are closed.

              whatsapp-connector instance password set --config c.yaml --instance example.com/whatsapp < password.txt
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("The instance.", valueName: "domain/name"))
    var instance: String

    func run() async throws {
        let configuration = try options.load().configuration
        let instances = try configuration.instances(named: instance)
        let editor = InstanceEditor(configuration: configuration)
        let password = try StandardInput.secret(prompt: "New password of \(instance): ")
        for address in instances.map(\.address) {
            let isNew = try await editor.setPassword(password, of: address)
            print("\(address): \(isNew ? "the password is set" : "nothing to change, the password was this one")")
        }
    }
}
