import AppService
import ArgumentParser

/// `ledger`: prints every message that came or went, and what became of it.
struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Lists the messages that came and went, and what became of each.",
        discussion: """
            Works beside a running service and changes nothing. With --format json it prints one object a line with the keys instance, \
            number, direction, type, wamid, state, reason and at; what is not known is null. With --summary it counts instead, \
            for each number, what came and what went; in JSON an object for each number with the keys instance, number, in, out, \
            oldestHeldAt and oldestQueuedAt.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("Only this instance.", valueName: "domain/name"))
    var instance: String?

    @Option(help: "The shape of the list.")
    var format: LedgerFormat = .text

    @Flag(help: "Only count, for each number.")
    var summary = false

    func run() async throws {
        let configuration = try options.load().configuration
        let readers = try Self.readers(for: try configuration.instances(named: instance).map(\.address), in: configuration.dataDirectory)
        var output = StandardOutput()
        do {
            switch (format, summary) {
            case (.json, true): for reader in readers { for summary in try reader.summaries() { try output.writeLine(summary.json) } }
            case (.text, true):
                for line in LedgerSummaryTable.lines(of: try readers.flatMap { try $0.summaries() }) { try output.writeLine(line) }
            case (.json, false): for reader in readers { try reader.forEach { try output.writeLine($0.json) } }
            case (.text, false): try Self.writeTable(readers, to: &output)
            }
            try output.flush()
        } catch StandardOutput.Failure.closed {
            // As with `head`: the reader has what it wanted. The code tells scripts that the list is not whole.
            throw ExitCode(1)
        }
    }

    /// Opens the ledgers. An instance that was never served has none, which is only in the way if no other one has one either.
    private static func readers(for instances: [InstanceAddress], in dataDirectory: String) throws -> [LedgerReader] {
        var readers: [LedgerReader] = []
        var missing: [StoreError] = []
        for instance in instances {
            do {
                readers.append(try LedgerReader(at: StoreLocation(dataDirectory: dataDirectory, instance: instance)))
            } catch let error as StoreError where error.code == .missing {
                missing.append(error)
            }
        }
        if readers.isEmpty, let first = missing.first { throw first }
        for error in missing { StandardError.write("whatsapp-connector: \(error)\n") }
        return readers
    }

    private static func writeTable(_ readers: [LedgerReader], to output: inout StandardOutput) throws {
        var table = LedgerTable()
        for reader in readers { try reader.forEach { table.measure($0) } }
        try output.writeLine(table.header)
        for reader in readers { try reader.forEach { try output.writeLine(table.line(for: $0)) } }
        try output.writeLine("")
        for line in table.summary { try output.writeLine(line) }
    }
}
