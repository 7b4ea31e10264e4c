import AppService
import ArgumentParser
import Glibc

/// The command line of the connector.
@main
struct WhatsAppConnector: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whatsapp-connector",
        abstract: "Joins WhatsApp and Connect, the feed inside innovaphone myApps.",
        version: "whatsapp-connector \(ConnectorVersion.text)",
        subcommands: [
            DemoCommand.self, ServeCommand.self, LabCommand.self, CheckCommand.self, LedgerCommand.self, ReplayCommand.self,
            InstanceCommand.self, SharedServiceCommand.self, BackupCommand.self, RestoreCommand.self,
        ]
    )

    static func main() async {
        await run(Array(CommandLine.arguments.dropFirst()))
    }

    /// Runs the command that the arguments name, and ends the process with its exit code.
    private nonisolated static func run(_ arguments: [String]) async -> Never {
        // A closed pipe or socket is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            Glibc.exit(CommandOutcome.success.exitCode)
        } catch {
            let outcome = CommandOutcome(error, arguments: arguments)
            if !outcome.output.isEmpty { print(outcome.output) }
            if !outcome.complaint.isEmpty { StandardError.write("whatsapp-connector: \(outcome.complaint)\n") }
            Glibc.exit(outcome.exitCode)
        }
    }
}
