import AppService
import ArgumentParser
import Bridge

/// `replay`: has held, quarantined and failed messages decided on again.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Has held, quarantined and failed messages decided on again.",
        discussion: """
            Without --yes it only says what would be replayed. All selections that are given have to fit; at least one is needed. A running \
            service takes the replay over within two seconds; without one it is done at the next start. What WhatsApp has, or may have, is \
            never sent again. To be run as the user of the service, to whom the data directory belongs.

              whatsapp-connector replay --config c.yaml --state quarantined --since 2026-03-01T00:00:00Z --yes
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("Only this instance.", valueName: "domain/name"))
    var instance: String?

    @OptionGroup(title: "Selections") var selection: ReplayOptions

    @Flag(help: "Do it.")
    var yes = false

    func run() async throws {
        let selection = try selection.selection()
        let configuration = try options.load().configuration
        var parts: [(InstanceAddress, ReplayBook, ReplayPlan)] = []
        var missing: [StoreError] = []
        for address in try configuration.instances(named: instance).map(\.address) {
            do {
                let book = try ReplayBook(at: StoreLocation(dataDirectory: configuration.dataDirectory, instance: address))
                parts.append((address, book, try book.plan(for: selection)))
            } catch let error as StoreError where error.code == .missing {
                // An instance that was never served is only in the way if no other one was either.
                missing.append(error)
            }
        }
        if parts.isEmpty, let first = missing.first { throw first }
        for line in ReplayReport.lines(of: parts.map { ($0.0, $0.2) }) { print(line) }
        let count = parts.map(\.2.count).reduce(0, +)
        guard count > 0 else { throw ReplayFailure.nothingFits(hasObstacles: parts.contains { !$0.2.groups.isEmpty }) }
        guard yes else {
            print("nothing is done yet; add --yes to replay \(ReplayReport.rows(count))")
            return
        }
        for (_, book, plan) in parts where plan.count > 0 { try await book.request(plan) }
        print("asked for \(ReplayReport.rows(count)); a running service decides on it within two seconds, or else its next start")
    }
}

/// Why nothing was replayed.
enum ReplayFailure: Error, Equatable, CustomStringConvertible {
    /// No row fits the selection, or those that do are left alone.
    case nothingFits(hasObstacles: Bool)

    var description: String {
        switch self {
        case .nothingFits(hasObstacles: false): "nothing in the ledger fits this selection; see what there is with ledger --summary"
        case .nothingFits(hasObstacles: true): "nothing of what fits can be replayed, for the reasons above; select something else"
        }
    }
}
