public import AppService
public import ArgumentParser
import Bridge
import Foundation

/// Which rows of the ledger are to be replayed, as options.
struct ReplayOptions: ParsableArguments {
    @Option(help: "What came (in) or what was to go (out).")
    var direction: LedgerRow.Direction?

    @Option(help: "Only this state.")
    var state: ReplaySelection.State?

    @Option(help: ArgumentHelp("Only what has this in its reason.", valueName: "text"))
    var reason: String?

    @Option(help: ArgumentHelp("Only this number.", valueName: "phone number ID"))
    var number: String?

    @Option(help: ArgumentHelp("Only this message; can be given several times.", valueName: "wamid"))
    var wamid: [String] = []

    @Option(help: ArgumentHelp("Only this type, as the ledger shows it.", valueName: "type"))
    var type: String?

    @Option(help: ArgumentHelp("Only what was recorded then or later (2026-03-01T00:00:00Z).", valueName: "time"))
    var since: Time?

    @Option(help: ArgumentHelp("Only what was recorded before.", valueName: "time"))
    var until: Time?

    @Flag(help: "Everything that is held.")
    var allHeld = false

    /// A point in time as ISO 8601 writes it, with its offset and without or with fractions of a second.
    struct Time: ExpressibleByArgument {
        var moment: Moment

        init?(argument: String) {
            let styles = [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
            guard let date = styles.lazy.compactMap({ try? $0.parse(argument) }).first else { return nil }
            moment = Moment(milliseconds: Int64((date.timeIntervalSince1970 * 1_000).rounded()))
        }
    }

    func validate() throws {
        _ = try selection()
    }

    /// The selection.
    ///
    /// - Throws: `ValidationError` if there is none, or nothing could ever fit it.
    func selection() throws -> ReplaySelection {
        if allHeld, let state, state != .held { throw ValidationError("--all-held and --state \(state.rawValue) exclude each other") }
        if direction == .inbound, state == .failed { throw ValidationError("Only what was to go out can have failed; use --direction out") }
        if direction == .outbound, state == .quarantined {
            throw ValidationError("Only what came in can be quarantined; use --direction in")
        }
        let selection = ReplaySelection(
            direction: direction, state: allHeld ? .held : state, reason: reason, number: number.map(PhoneNumberID.init(rawValue:)),
            wamids: wamid.map(Wamid.init(rawValue:)), type: type, since: since?.moment, until: until?.moment)
        guard selection != ReplaySelection() else {
            throw ValidationError("Nothing is selected; add a selection such as --state quarantined or --all-held")
        }
        if let since, let until, since.moment >= until.moment { throw ValidationError("--since must be before --until") }
        return selection
    }
}

extension LedgerRow.Direction: ExpressibleByArgument {}
extension ReplaySelection.State: ExpressibleByArgument {}
