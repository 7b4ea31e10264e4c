import ArgumentParser

/// `instance`: changes what instances have stored.
struct InstanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "instance",
        abstract: "Changes what instances have stored, beside a running service or without one.",
        discussion: """
            A running service takes a change over within two seconds. To be run as the user of the service, to whom the data directory \
            belongs.
            """,
        subcommands: [InstanceApplyCommand.self, InstancePasswordCommand.self]
    )
}

/// `instance password`.
struct InstancePasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password",
        abstract: "Changes an instance's password.",
        subcommands: [InstancePasswordSetCommand.self]
    )
}
