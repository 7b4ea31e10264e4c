/// The value of the header `Content-Range`.
enum ContentRange: Equatable, Sendable {
    /// Which bytes the answer holds, counted from 0 and with the last one, and how many the file has, if that is said.
    case part(first: Int64, last: Int64, length: Int64?)
    /// No such bytes; how many the file has, if that is said.
    case unsatisfied(length: Int64?)

    /// Reads `bytes 5-9/10`, `bytes 5-9/*` or `bytes */10`; `nil` if it is none of them or contradicts itself.
    init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return nil }
        let halves = parts[1].split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        let length = halves[1] == "*" ? nil : Self.number(halves[1])
        guard length != nil || halves[1] == "*" else { return nil }
        if halves[0] == "*" {
            self = .unsatisfied(length: length)
            return
        }
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]), first <= last else { return nil }
        if let length, last >= length { return nil }
        self = .part(first: first, last: last, length: length)
    }

    private static func number(_ digits: Substring) -> Int64? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        return Int64(digits)
    }
}
