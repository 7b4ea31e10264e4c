import ArgumentParser

/// How the ledger is printed.
enum LedgerFormat: String, CaseIterable, ExpressibleByArgument {
    /// Aligned columns and a summary, for people.
    case text
    /// One JSON object a line, for programs.
    case json
}
