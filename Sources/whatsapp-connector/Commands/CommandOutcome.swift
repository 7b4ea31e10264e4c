import AppService
import ArgumentParser

/// How a command ended: its exit code and what is still to be said.
struct CommandOutcome: Equatable {
    static let success = CommandOutcome(exitCode: 0)

    /// 0 success, 64 bad usage, 78 bad configuration, 1 failure.
    var exitCode: Int32
    /// For standard output: help, version.
    var output = ""
    /// For standard error: one sentence that says what to do.
    var complaint = ""

    init(exitCode: Int32, output: String = "", complaint: String = "") {
        self.exitCode = exitCode
        self.output = output
        self.complaint = complaint
    }

    /// What an error means for the process.
    init(_ error: any Error, arguments: [String]) {
        switch error {
        case let error as ConfigurationError:
            self.init(exitCode: 78, complaint: error.description)
        case let code as ExitCode:
            self.init(exitCode: code.rawValue)
        case is CancellationError:
            self.init(exitCode: 1, complaint: "stopped before it was done; run the command again")
        default:
            let parserCode = WhatsAppConnector.exitCode(for: error)
            if parserCode == .success {
                self.init(exitCode: 0, output: WhatsAppConnector.fullMessage(for: error))
            } else if parserCode == .validationFailure {
                self.init(exitCode: 64, complaint: Self.usageComplaint(WhatsAppConnector.message(for: error), arguments: arguments))
            } else {
                self.init(exitCode: 1, complaint: Self.oneLine(String(describing: error)))
            }
        }
    }

    private static func usageComplaint(_ message: String, arguments: [String]) -> String {
        let commands = WhatsAppConnector.configuration.subcommands.compactMap { $0.configuration.commandName }
        let command = arguments.first.flatMap { commands.contains($0) ? " \($0)" : nil } ?? ""
        return "\(oneLine(message).trimming { $0 == "." }); see: whatsapp-connector\(command) --help"
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { $0.trimming { $0 == " " } }.joined(separator: " ")
    }
}
