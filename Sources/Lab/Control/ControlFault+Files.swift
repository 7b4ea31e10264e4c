extension ControlFault {
    /// Plans a fault with files: `way` is `upload`, `pull`, `push` or `download`.
    func planConnectFile(_ way: String, _ kind: String, _ arguments: LabJSON) throws {
        guard let way = ConnectFileFault.Way(rawValue: way) else { throw LabError("way must be upload, pull, push or download.") }
        let fault: ConnectFileFault.Kind? =
            switch kind {
            case "status": .status(httpStatus(arguments))
            case "storageFull": .storageFull
            case "cut": .cut(after: Double(count("percent", arguments, 50)) / 100)
            case "slow": .slow(bytesPerSecond: Int64(count("bytesPerSecond", arguments, 10_000)))
            case "missing": .missing
            case "expired": .expired
            default: nil
            }
        guard let fault else { throw LabError("Files know no fault \(kind).") }
        lab.connect.plan(
            ConnectFileFault(fault, on: way, skipping: count("skipping", arguments, 0), times: count("times", arguments, 1)))
    }
}
