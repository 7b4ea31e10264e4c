/// How the spool's room is shared out. Whoever comes first is served first; whoever holds room never waits for more.
///
/// If holders could wait, two of them could wait for each other for ever.
struct SpoolBudget: Equatable, Sendable {
    /// What became of a wish for room.
    enum Answer: Equatable, Sendable {
        /// There is room, and it is taken.
        case granted
        /// It has to wait its turn; the number names it.
        case waits(Int)
        /// There is none, or there can never be so much.
        case full
    }

    private struct Wish: Equatable {
        var id: Int
        var name: String
        var bytes: Int64
    }

    /// All there is, in bytes.
    let limit: Int64
    /// Who holds how many bytes.
    private(set) var claims: [String: Int64] = [:]
    /// The sum of the claims; more than ``limit`` only by what was there at the start.
    private(set) var used: Int64 = 0
    private var wishes: [Wish] = []
    private var lastID = 0

    init(limit: Int64) {
        self.limit = limit
    }

    /// Asks for room for a file in place of what it holds; less is always granted.
    mutating func ask(_ bytes: Int64, for name: String, mayWait: Bool) -> (answer: Answer, granted: [Int]) {
        let bytes = max(0, bytes)
        if let held = claims[name] {
            guard bytes <= held || fits(bytes - held) else { return (.full, []) }
            set(bytes, for: name)
            return (.granted, bytes < held ? grant() : [])
        }
        guard bytes <= limit else { return (.full, []) }
        if wishes.isEmpty, fits(bytes) {
            set(bytes, for: name)
            return (.granted, [])
        }
        guard mayWait else { return (.full, []) }
        lastID += 1
        wishes.append(Wish(id: lastID, name: name, bytes: bytes))
        return (.waits(lastID), [])
    }

    /// Takes room for what is on the disk already, whether it fits or not.
    mutating func take(_ bytes: Int64, for name: String) {
        set(max(bytes, claims[name] ?? 0), for: name)
    }

    /// Gives a file's room back.
    ///
    /// - Returns: whose turn it is now
    mutating func release(_ name: String) -> [Int] {
        guard let held = claims.removeValue(forKey: name) else { return [] }
        used -= held
        return grant()
    }

    /// Forgets a wish that waits.
    ///
    /// - Returns: whose turn it is now, because it stood before them
    mutating func cancel(_ id: Int) -> [Int] {
        wishes.removeAll { $0.id == id }
        return grant()
    }

    private func fits(_ bytes: Int64) -> Bool {
        let (sum, overflow) = used.addingReportingOverflow(bytes)
        return !overflow && sum <= limit
    }

    private mutating func set(_ bytes: Int64, for name: String) {
        used += bytes - (claims[name] ?? 0)
        claims[name] = bytes
    }

    private mutating func grant() -> [Int] {
        var granted: [Int] = []
        while let first = wishes.first, fits(first.bytes - (claims[first.name] ?? 0)) {
            wishes.removeFirst()
            set(max(first.bytes, claims[first.name] ?? 0), for: first.name)
            granted.append(first.id)
        }
        return granted
    }
}
