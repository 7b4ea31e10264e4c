import Bridge
import Logging
import Synchronization

/// Logs what anybody outside can cause as often as they like: each line at once, but then for a minute only counted, so that nobody fills a
/// disk with what is refused.
final class RepeatedLines: Sendable {
    private struct Line {
        var saidAt: Moment
        /// How often it was not said since then.
        var unsaid = 0
    }

    /// How long a line is quiet after it was said.
    static let interval: Duration = .seconds(60)

    private let logger: Logger
    private let lines = Mutex<[String: Line]>([:])

    /// - Parameter logger: gets the lines
    init(logger: Logger) { self.logger = logger }

    /// Logs a line, or counts it. The next one of these words says how many were not logged.
    ///
    /// - Parameter words: one of a few sentences; nothing from outside, which belongs into `metadata`
    func log(_ level: Logger.Level, _ words: String, metadata: Logger.Metadata = [:], at now: Moment) {
        let unsaid = lines.withLock { lines -> Int? in
            if let line = lines[words], line.saidAt <= now, now < line.saidAt + Self.interval {
                lines[words]?.unsaid += 1
                return nil
            }
            defer { lines[words] = Line(saidAt: now) }
            return lines[words]?.unsaid ?? 0
        }
        guard let unsaid else { return }
        let count: Logger.Metadata = unsaid > 0 ? ["more since the last line": "\(unsaid)"] : [:]
        logger.log(level: level, "\(words)", metadata: metadata.merging(count) { given, _ in given })
    }
}
