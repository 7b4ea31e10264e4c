import Bridge
import Logging
import Testing

@testable import AppService

@Suite("Lines that anybody can cause") struct RepeatedLinesTests {
    @Test("Each is said at once, then counted for a minute, and then said with their number")
    func counted() {
        let log = KeptLog()
        let lines = RepeatedLines(logger: log.logger())
        let start = Moment(seconds: 1_790_000_000)
        for second in 0..<60 { lines.log(.notice, "refused", metadata: ["peer": "\(second)"], at: start + .seconds(second)) }
        lines.log(.error, "not stored", at: start + .seconds(30))
        lines.log(.notice, "refused", metadata: ["peer": "60"], at: start + .seconds(60))
        // A clock that is set back silences nothing.
        lines.log(.notice, "refused", at: start)
        #expect(
            log.lines.map { line in
                "\(line.level) \(line.message)" + line.metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            } == [
                "notice refused peer=0", "error not stored", "notice refused more since the last line=59 peer=60", "notice refused",
            ])
    }
}
