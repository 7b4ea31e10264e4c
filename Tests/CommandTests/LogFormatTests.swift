import Foundation
import Logging
import Synchronization
import Testing

@testable import whatsapp_connector

@Suite("Log lines")
struct LogFormatTests {
    // 2026-03-04 05:06:07.089 UTC
    private let time = LogTime(milliseconds: 1_772_600_767_089)

    private func record(_ message: String, _ metadata: Logger.Metadata, level: Logger.Level = .info) -> LogRecord {
        LogRecord(level: level, label: "connect", message: message, metadata: metadata)
    }

    @Test("JSON: one object with what varies in details")
    func json() {
        let line = LogFormat.json.line(
            record("subscribed", ["instance": "example.com/whatsapp", "zone": "whatsapp", "attempt": "2"]), at: time
        )
        #expect(
            line
                == #"{"time":"2026-03-04T05:06:07.089Z","level":"info","logger":"connect","instance":"example.com/whatsapp","message":"subscribed","details":{"attempt":"2","zone":"whatsapp"}}"#
        )
    }

    @Test("JSON: no details, no instance")
    func plainJSON() {
        #expect(
            LogFormat.json.line(record("started", [:], level: .error), at: time)
                == #"{"time":"2026-03-04T05:06:07.089Z","level":"error","logger":"connect","message":"started"}"#
        )
    }

    @Test("JSON stays JSON and a line stays a line, whatever is in a text")
    func hostileText() throws {
        let text = "a\"b\\c\n\r\t\u{0}\u{1B}[31m\u{2028}\u{85}ü😀"
        let line = LogFormat.json.line(record(text, ["k\"\n": .string(text)]), at: time)
        #expect(!line.contains { $0.isNewline })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["message"] as? String == text)
        #expect((object["details"] as? [String: String]) == ["k\"\n": text])

        let plain = LogFormat.text.line(record(text, [:]), at: time)
        #expect(plain.hasSuffix(#"whatsapp-connector a"b\c\n\r\t\u0000\u001b[31m\u2028\u0085ü😀"#))
    }

    @Test("Text: the platform's shape, in local time")
    func text() throws {
        let line = LogFormat.text.line(record("subscribed", ["instance": "example.com/whatsapp", "zone": "whatsapp"]), at: time)
        let match = try #require(
            try /([0-9]{2})-([0-9]{2}) ([0-9]{2}):([0-9]{2}):07\.089 whatsapp@example\.com subscribed zone=whatsapp/.wholeMatch(in: line))
        #expect(match.1 == "03")
    }

    @Test("Text: warnings and errors say so")
    func levels() {
        #expect(LogFormat.text.line(record("gone", [:], level: .warning), at: time).hasSuffix(" whatsapp-connector WARNING gone"))
        #expect(LogFormat.text.line(record("gone", [:], level: .error), at: time).hasSuffix(" whatsapp-connector ERROR gone"))
    }

    @Test("A handler writes one line for an event, with the logger's and the event's metadata")
    func handler() {
        let lines = Lines()
        var logger = Logger(label: "graph") { label in
            var handler = LineLogHandler(label: label, format: .json)
            handler.write = { lines.append($0) }
            return handler
        }
        logger[metadataKey: "instance"] = "example.com/whatsapp"
        logger[metadataKey: "attempt"] = "1"
        logger.info("sent", metadata: ["attempt": "2"])
        logger.debug("not shown")
        #expect(lines.all.count == 1)
        #expect(
            lines.all.first?.hasSuffix(
                #""level":"info","logger":"graph","instance":"example.com/whatsapp","message":"sent","details":{"attempt":"2"}}"# + "\n"
            ) == true
        )
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func append(_ line: String) { lines.withLock { $0.append(line) } }
    }
}
