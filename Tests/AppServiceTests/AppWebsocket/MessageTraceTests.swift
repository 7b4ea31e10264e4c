import Logging
import Synchronization
import Testing

@testable import AppService

@Suite("The trace of messages") struct MessageTraceTests {
    @Test("A message appears without what opens doors, at any depth and in any spelling")
    func redaction() {
        let message = #"""
            {"mt":"AppLogin","sip":"anna","digest":"d1","info":{"list":[{"Password":"p1"},{"value":{"deep":"v1"}}]},"salt":"s1","key":1}
            """#
        #expect(
            MessageTrace.text(of: Array(message.utf8))
                == #"{"mt":"AppLogin","sip":"anna","digest":"•••","info":{"list":[{"Password":"•••"},{"value":"•••"}]},"salt":"•••","key":"•••"}"#)
    }

    @Test("What is no JSON is not shown", arguments: ["", "secret", #"{"mt":"#, #"{"digest":"d1"} x"#])
    func noJSON(text: String) {
        #expect(MessageTrace.text(of: Array(text.utf8)) == "no JSON, \(text.utf8.count) bytes")
    }

    @Test("A long message is cut")
    func length() {
        let text = MessageTrace.text(of: Array(#"{"mt":"\#(String(repeating: "x", count: 60_000))"}"#.utf8))
        #expect(text.count == 4_001)
        #expect(text.hasSuffix("x…"))
    }

    @Test("Each line has the platform's label, level debug and its direction; above debug there is none")
    func lines() {
        let lines = LogLines()
        var logger = Logger(label: "test") { _ in lines }
        logger.logLevel = .debug
        let trace = MessageTrace(logger)
        trace.received(Array(#"{"mt":"A"}"#.utf8))
        trace.sent(Array(#"{"mt":"AResult"}"#.utf8))
        logger.logLevel = .info
        MessageTrace(logger).sent(Array(#"{"mt":"B"}"#.utf8))
        #expect(
            lines.all.withLock { $0 } == [
                #"debug App WebSocket Received a message {"mt":"A"}"#, #"debug App WebSocket Sent a message {"mt":"AResult"}"#,
            ])
    }
}

/// Keeps what is logged.
private struct LogLines: LogHandler {
    final class Lines: Sendable {
        let lines = Mutex<[String]>([])
        func withLock<Result: Sendable>(_ body: ([String]) -> Result) -> Result { lines.withLock { body($0) } }
    }

    let all = Lines()
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = self.metadata.merging(event.metadata ?? [:]) { $1 }
        let line = "\(event.level) \(metadata["trace"] ?? "-") \(event.message) \(metadata["json"] ?? "-")"
        all.lines.withLock { $0.append(line) }
    }
}
