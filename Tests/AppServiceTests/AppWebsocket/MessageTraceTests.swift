import Logging
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

    @Test("Each line has the platform's label, level debug, its direction and its connection; above debug there is none")
    func lines() {
        let log = KeptLog()
        var logger = log.logger(level: .debug).tracing(.appWebSocket)
        MessageTrace(logger, of: .address("192.0.2.1")).received(Array(#"{"mt":"A"}"#.utf8))
        MessageTrace(logger, of: .session(7)).sent(Array(#"{"mt":"AResult"}"#.utf8))
        logger.logLevel = .info
        MessageTrace(logger, of: .session(7)).sent(Array(#"{"mt":"B"}"#.utf8))
        let lines = log.lines.map { line in
            "\(line.level) \(["trace", "address", "session"].map { "\(line.metadata[$0] ?? "-")" }) \(line.message) \(line.metadata["json"] ?? "-")"
        }
        #expect(
            lines == [
                #"debug ["App WebSocket", "192.0.2.1", "-"] Received a message {"mt":"A"}"#,
                #"debug ["App WebSocket", "-", "7"] Sent a message {"mt":"AResult"}"#,
            ])
    }
}
