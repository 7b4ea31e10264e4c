import Bridge
import Logging
import Synchronization
import Testing

@testable import AppService

@Suite("Lines that anybody can cause") struct RepeatedLinesTests {
    private final class Kept: Sendable {
        let lines = Mutex<[String]>([])
    }

    private struct Handler: LogHandler {
        let kept: Kept
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let more = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            kept.lines.withLock { $0.append("\(event.level) \(event.message)\(more)") }
        }
    }

    @Test("Each is said at once, then counted for a minute, and then said with their number")
    func counted() {
        let kept = Kept()
        let lines = RepeatedLines(logger: Logger(label: "test") { _ in Handler(kept: kept) })
        let start = Moment(seconds: 1_790_000_000)
        for second in 0..<60 { lines.log(.notice, "refused", metadata: ["peer": "\(second)"], at: start + .seconds(second)) }
        lines.log(.error, "not stored", at: start + .seconds(30))
        lines.log(.notice, "refused", metadata: ["peer": "60"], at: start + .seconds(60))
        // A clock that is set back silences nothing.
        lines.log(.notice, "refused", at: start)
        #expect(
            kept.lines.withLock { $0 } == [
                "notice refused peer=0", "error not stored", "notice refused more since the last line=59 peer=60", "notice refused",
            ])
    }
}
