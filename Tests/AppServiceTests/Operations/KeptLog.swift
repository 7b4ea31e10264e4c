import Logging
import Synchronization

/// A log that keeps what is logged.
final class KeptLog: Sendable {
    /// One line.
    struct Line: Sendable {
        var level: Logger.Level
        var message: String
        /// The line's own and its logger's.
        var metadata: Logger.Metadata
    }

    private let kept = Mutex<[Line]>([])

    var lines: [Line] { kept.withLock { $0 } }
    var messages: [String] { lines.map(\.message) }

    /// A logger that logs here.
    func logger(level: Logger.Level = .trace) -> Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = level
        return logger
    }

    private struct Handler: LogHandler {
        let log: KeptLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = Line(
                level: event.level, message: event.message.description, metadata: metadata.merging(event.metadata ?? [:]) { $1 })
            log.kept.withLock { $0.append(line) }
        }
    }
}
