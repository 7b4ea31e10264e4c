import Synchronization

/// The newest lines of an instance's log, in memory: what an administrator reads in the plugin. What is older than 256 KiB falls out.
public final class RecentLog: Sendable {
    /// A page of the log.
    public struct Page: Equatable, Sendable {
        /// The lines, each with its end.
        public var text: String
        /// Where the next page begins; nil if this is the last one.
        public var next: Int64?
    }

    private struct State {
        var lines: [String] = []
        /// The number of the first line.
        var first: Int64 = 0
        var size = 0
    }

    /// How much is kept, in bytes.
    static let capacity = 256 * 1_024
    /// The longest line, in bytes; what is longer is cut.
    static let longestLine = 8 * 1_024

    private let capacity: Int
    private let state = Mutex(State())

    /// An empty log.
    public convenience init() { self.init(capacity: Self.capacity) }

    init(capacity: Int) { self.capacity = capacity }

    /// How many bytes are kept.
    public var size: Int { state.withLock { $0.size } }

    /// Keeps a line; it has no end of its own.
    func append(_ line: String) {
        var line = line
        if line.utf8.count > Self.longestLine { line = String(decoding: line.utf8.prefix(Self.longestLine), as: UTF8.self) + "…" }
        line += "\n"
        state.withLock { state in
            state.lines.append(line)
            state.size += line.utf8.count
            var gone = 0
            while state.size > capacity, gone < state.lines.count {
                state.size -= state.lines[gone].utf8.count
                gone += 1
            }
            state.first += Int64(gone)
            state.lines.removeFirst(gone)
        }
    }

    /// Forgets all lines.
    public func clear() {
        state.withLock { state in
            state.first += Int64(state.lines.count)
            state.lines = []
            state.size = 0
        }
    }

    /// The lines from a place on, the oldest first; lines that have fallen out meanwhile are skipped.
    ///
    /// - Parameters:
    ///   - start: ``Page/next`` of the page before; nil for the oldest line
    ///   - limit: the page's size in bytes; a page has one line at least, if there is one
    public func page(from start: Int64?, limit: Int) -> Page {
        state.withLock { state in
            let skipped = start.map { $0 > state.first ? Int(min($0 - state.first, Int64(state.lines.count))) : 0 } ?? 0
            var end = skipped
            var size = 0
            while end < state.lines.count, end == skipped || size + state.lines[end].utf8.count <= limit {
                size += state.lines[end].utf8.count
                end += 1
            }
            let next = end < state.lines.count ? state.first + Int64(end) : nil
            return Page(text: state.lines[skipped..<end].joined(), next: next)
        }
    }
}
