import ArgumentParser

/// Loads a server on this machine for `script/bench`, the product and its peers alike, and prints what it saw as one line of JSON.
@main
struct LoadGenerator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load-generator",
        abstract: "Loads a server on this machine and prints what it saw as one line of JSON.",
        subcommands: [WebhooksCommand.self, SessionsCommand.self]
    )
}
