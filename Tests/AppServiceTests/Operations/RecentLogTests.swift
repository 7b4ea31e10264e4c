import Bridge
import Logging
import Testing

@testable import AppService

@Suite("The recent log") struct RecentLogTests {
    private func pages(of log: RecentLog, limit: Int) -> [String] {
        var pages: [String] = []
        var next: Int64?
        repeat {
            let page = log.page(from: next, limit: limit)
            pages.append(page.text)
            next = page.next
        } while next != nil
        return pages
    }

    @Test("Its pages hold every line once, the oldest first")
    func paging() {
        let log = RecentLog()
        for number in 0..<10 { log.append("line \(number)") }
        let lines = (0..<10).map { "line \($0)\n" }
        #expect(pages(of: log, limit: 1_000) == [lines.joined()])
        #expect(pages(of: log, limit: 15) == stride(from: 0, to: 10, by: 2).map { lines[$0] + lines[$0 + 1] })
        #expect(pages(of: log, limit: 1) == lines)
        #expect(log.size == 70)
    }

    @Test("What does not fit falls out, the oldest first, also between two pages")
    func capacity() {
        let log = RecentLog(capacity: 70)
        for number in 0..<10 { log.append("line \(number)") }
        let first = log.page(from: nil, limit: 14)
        #expect(first.text == "line 0\nline 1\n")
        for number in 10..<15 { log.append("line\(number)") }
        #expect(log.size == 70)
        #expect(log.page(from: first.next, limit: 7).text == "line 5\n")
        #expect(log.page(from: 1_000, limit: 7) == RecentLog.Page(text: "", next: nil))
        #expect(log.page(from: -5, limit: 7).text == "line 5\n")
    }

    @Test("A long line is cut, and a line larger than everything leaves nothing")
    func long() {
        let log = RecentLog()
        log.append(String(repeating: "ä", count: 10_000))
        #expect(log.page(from: nil, limit: 1).text.utf8.count < RecentLog.longestLine + 10)
        let small = RecentLog(capacity: 10)
        small.append("more than ten bytes")
        #expect(small.size == 0)
    }

    @Test("After clearing only what comes later is there")
    func clear() {
        let log = RecentLog()
        log.append("a")
        let next = log.page(from: nil, limit: 0).next
        #expect(next == nil)
        log.append("b")
        log.clear()
        #expect(log.size == 0)
        #expect(log.page(from: nil, limit: 100).text.isEmpty)
        log.append("c")
        #expect(log.page(from: 1, limit: 100).text == "c\n")
    }
}

@Suite("The log of an instance") struct InstanceLogTests {
    private let log: InstanceLog
    private let logger: Logger
    private let base = KeptLog()

    init() throws {
        log = InstanceLog(of: try InstanceAddress(domain: "example.com", name: "whatsapp"), clock: MovableClock(standingAt: Moment(seconds: 0))) {
            [Secret("s3cret-token"), Secret("abc")]
        }
        logger = log.logger(base.logger(level: .warning))
    }

    private var kept: [String] { log.recent.page(from: nil, limit: .max).text.split(separator: "\n").map(String.init) }

    @Test("Level and flags of the administrator count for the recent log, and not for the process's")
    func levels() {
        logger.info("info")
        logger.debug("debug")
        logger.warning("warning")
        #expect(kept.count == 2)
        #expect(kept.first?.hasSuffix(" info") == true)
        #expect(kept.last?.hasSuffix(" WARNING warning") == true)
        #expect(base.messages == ["warning"])
        log.follow(StoredOptions(logLevel: .error))
        log.recent.clear()
        logger.warning("warning")
        logger.error("error")
        #expect(kept.count == 1)
        #expect(base.messages == ["warning", "warning", "error"])
        log.follow(StoredOptions(logLevel: .error, traces: [.app]))
        logger.debug("debug")
        #expect(kept.count == 2)
    }

    @Test("A traced line is kept only while its flag is on")
    func traces() {
        let traced = logger.tracing(.database)
        traced.debug("one")
        traced.critical("always in the process's log")
        log.follow(StoredOptions(traces: [.database]))
        traced.debug("two")
        logger.tracing(.webserver).debug("three")
        log.follow(StoredOptions(traces: [.app]))
        traced.debug("four")
        #expect(kept.filter { $0.contains("Database: two") }.count == 1)
        #expect(kept.filter { $0.hasSuffix("three") || $0.hasSuffix("one") || $0.hasSuffix("four") }.isEmpty)
    }

    @Test("A line is in the platform's shape, is one line, and has no secret in it, wherever it came from")
    func shape() {
        logger.error("failed for s3cret-token\nand abc", metadata: ["error": "x s3cret-token", "instance": "example.com/whatsapp", "a": "1"])
        #expect(kept == [#"01-01 00:00:00.000 whatsapp@example.com ERROR failed for •••\u{a}and abc a=1 error=x •••"#])
    }
}
