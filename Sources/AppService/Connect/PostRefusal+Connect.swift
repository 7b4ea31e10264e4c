import Bridge
import Protocol

extension PostRefusal {
    /// What a failure means by its code, which may also stand in `error` itself (Connect, Errors); nil if it has none that is known.
    init?(_ failure: Connect.Failure) {
        let words = failure.words
        switch (failure.code ?? failure.detail)?.uppercased() {
        case "NOT_AUTHORIZED", "UNKNOWN_TOPIC": self = .zone(words)
        case "UNKNOWN_ID": self = .targetGone(words)
        case "INVALID", "TOO_LARGE": self = .permanent(words)
        case "RATE_LIMIT", "BUSY", "READ_ONLY": self = .temporary(words)
        default: return nil
        }
    }
}

extension Connect.Failure {
    /// What Connect said, at most 200 characters; its code where it said no more.
    var words: String {
        let words = [code, text, detail].compactMap { $0 }.filter { !$0.isEmpty }
        return words.isEmpty ? "Connect refused it" : String(words.joined(separator: ": ").prefix(200))
    }
}
