/// One line of what `check` found.
enum CheckLine: Equatable, CustomStringConvertible {
    /// Something is in order, or will be made at the start.
    case ok(String)
    /// The service can start, and somebody should look at something.
    case warning(String)

    var description: String {
        switch self {
        case .ok(let text): "ok       \(text)"
        case .warning(let text): "warning  \(text)"
        }
    }

    var isWarning: Bool {
        if case .warning = self { true } else { false }
    }
}
