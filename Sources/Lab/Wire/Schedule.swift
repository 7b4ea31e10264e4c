/// Things to be done at given moments, in the order of their moments, equal ones in the order of their arrival.
struct Schedule<Element: Sendable>: Sendable {
    private struct Entry: Sendable {
        var due: Int64
        var element: Element
    }

    private var entries: [Entry] = []

    /// When the next element is due, in milliseconds since 1970 UTC.
    var nextDue: Int64? { entries.first?.due }

    var isEmpty: Bool { entries.isEmpty }

    mutating func add(_ element: Element, at due: Int64) {
        let index = entries.lastIndex { $0.due <= due }.map { $0 + 1 } ?? 0
        entries.insert(Entry(due: due, element: element), at: index)
    }

    /// Takes everything that is due.
    mutating func take(at now: Int64) -> [Element] {
        let count = entries.prefix { $0.due <= now }.count
        defer { entries.removeFirst(count) }
        return entries.prefix(count).map(\.element)
    }

    mutating func removeAll(where condition: (Element) -> Bool) { entries.removeAll { condition($0.element) } }
}
