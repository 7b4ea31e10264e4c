/// Makes a fault of a media request out of a call of the control API: `step` (`resolve`, `download`, `upload`), `kind`, `times`,
/// `skipping`, and what the kind needs.
///
/// | `kind` | further arguments |
/// |---|---|
/// | `error` | `code`, `transient` |
/// | `page` | `status` |
/// | `cut` | `percent` |
/// | `slow` | `bytesPerSecond` |
/// | `drop`, `acceptThenDrop`, `wrongBytes`, `expiredURL`, `hang` | none |
struct ControlMediaFault {
    let lab: Lab

    /// - Throws: `LabError` for what does not exist.
    func plan(_ kind: String, _ arguments: LabJSON) throws {
        guard let step = arguments["step"]?.string.flatMap(MetaMediaFault.Step.init) else {
            throw LabError("step must be resolve, download, upload, token, account, numbers, subscribe or register.")
        }
        let fault: MetaMediaFault.Kind? =
            switch kind {
            case "error":
                .error(MetaError(code: number("code", arguments, 131_000, 0...10_000_000), isTransient: arguments["transient"]?.isTruthy ?? false))
            case "page": .page(number("status", arguments, 503, 400...599))
            case "drop": .drop
            case "cut": .cut(percent: number("percent", arguments, 50, 0...100))
            case "acceptThenDrop": .acceptThenDrop
            case "wrongBytes": .wrongBytes
            case "expiredURL": .expiredURL
            case "hang": .hang
            case "slow": .slow(bytesPerSecond: Int64(number("bytesPerSecond", arguments, 100_000, 1...1_000_000_000)))
            default: nil
            }
        guard let fault else { throw LabError("Media know no fault \(kind).") }
        lab.meta.plan(
            MetaMediaFault(
                fault, on: step, skipping: number("skipping", arguments, 0, 0...10_000_000), times: number("times", arguments, 1, 0...10_000_000)))
    }

    private func number(_ name: String, _ arguments: LabJSON, _ fallback: Int, _ range: ClosedRange<Int>) -> Int {
        guard let value = arguments[name]?.integer.flatMap({ Int(exactly: $0) }) else { return fallback }
        return min(max(value, range.lowerBound), range.upperBound)
    }
}
