/// A JSON document that was checked as a whole, to be read where it stands: it takes little more memory than its bytes, however many values
/// it has, and reading a value does not walk over what is around it again.
final class ScannedDocument: Sendable {
    /// An array or object, and the index after it.
    private struct Container {
        var start: UInt32
        var end: UInt32
    }

    let bytes: [UInt8]
    /// Those that are long, in the order in which they begin.
    private let containers: [Container]

    /// The shortest container that is noted, in bytes: shorter ones are walked over as fast as they are found.
    private static let noted = 64

    /// Checks a document. Texts may hold what is no UTF-8, and what is nested too deep is not followed.
    ///
    /// - Parameter bytes: at most 2 GiB
    /// - Throws: ``JSONError``
    init(_ bytes: [UInt8]) throws(JSONError) {
        guard bytes.count <= Int32.max else { throw .malformed(offset: Int(Int32.max)) }
        var scanner = JSONScanner(bytes, passingDeepValues: true)
        var containers: [Container] = []
        _ = try scanner.lenientDocument { (scanner) throws(JSONError) in try Self.note(&scanner, depth: 0, in: &containers) }
        self.bytes = bytes
        self.containers = containers
    }

    /// Passes the value that begins here, and notes what is in it.
    private static func note(_ scanner: inout JSONScanner, depth: Int, in containers: inout [Container]) throws(JSONError) {
        let isFollowed = depth < JSONScanner.maximumDepth
        switch scanner.kind {
        case .object where isFollowed, .array where isFollowed:
            let (start, place) = (scanner.index, containers.count)
            containers.append(Container(start: UInt32(start), end: 0))
            if scanner.kind == .object {
                try scanner.object(depth: depth) { (scanner, _) throws(JSONError) in try note(&scanner, depth: depth + 1, in: &containers) }
            } else {
                try scanner.array(depth: depth) { (scanner) throws(JSONError) in try note(&scanner, depth: depth + 1, in: &containers) }
            }
            if scanner.index - start < noted {
                // Nothing in it is longer than it is.
                containers.removeLast(containers.count - place)
            } else {
                containers[place].end = UInt32(scanner.index)
            }
        default: try scanner.skip(depth: depth)
        }
    }

    /// The outermost value.
    var root: ScannedValue {
        var scanner = JSONScanner(bytes)
        scanner.skipWhitespace()
        return ScannedValue(document: self, start: scanner.index, depth: 0)
    }

    /// A scanner at an index.
    func scanner(at index: Int) -> JSONScanner { JSONScanner(bytes, at: index, passingDeepValues: true) }

    /// Passes the value that begins at the scanner's place.
    func skip(_ scanner: inout JSONScanner, depth: Int) throws(JSONError) {
        if let end = end(ofContainerAt: scanner.index) { scanner.jump(to: end) } else { try scanner.skip(depth: depth) }
    }

    private func end(ofContainerAt start: Int) -> Int? {
        var (low, high) = (0, containers.count)
        while low < high {
            let middle = (low + high) / 2
            if containers[middle].start < start { low = middle + 1 } else { high = middle }
        }
        return low < containers.count && containers[low].start == start ? Int(containers[low].end) : nil
    }
}
