import Foundation
import NIOCore
import Synchronization
import Testing
import TransportTestSupport

@testable import Transport

/// Live requests that nobody chose by hand. `CONNECTOR_TEST_SCALE=20` makes it ten thousand; `CONNECTOR_TEST_SEED` repeats a run.
@Suite("Hostile requests", .timeLimit(.minutes(15))) struct HostileRequestTests {
    private static let scale = ProcessInfo.processInfo.environment["CONNECTOR_TEST_SCALE"].flatMap { Int($0) } ?? 1
    private static let seed = ProcessInfo.processInfo.environment["CONNECTOR_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...(.max))

    /// What a handler was called with: targets without scheme and host.
    private final class Calls: Sendable {
        private let targets = Mutex<[String]>([])

        var all: [String] { targets.withLock { $0 } }

        func handle(_ request: HTTPRequest) async -> HTTPAnswer {
            targets.withLock { $0.append(request.path) }
            return await echo(request)
        }
    }

    @Test("The handler sees exactly what a strict reader takes for requests, in order; what is none is refused once and ends the connection")
    func corpus() async throws {
        var corpus = RequestCorpus(seed: Self.seed)
        for number in 0..<(400 * Self.scale) {
            let exchange = corpus.exchange()
            let about: Comment = "\(exchange.kind), number \(number), CONNECTOR_TEST_SEED=\(Self.seed)"
            let calls = Calls()
            try await withServer(handler: calls.handle) { port in
                let text = try await Self.answer(to: exchange.bytes, at: port)
                let statuses = Self.statuses(in: text)
                #expect(statuses.prefix(exchange.allowed.count).allSatisfy { $0 == 200 }, about)
                #expect(statuses.count == exchange.allowed.count + (exchange.isBroken ? 1 : 0), about)
                if exchange.isBroken { #expect(statuses.last.map { (400...599).contains($0) } == true, about) }
                try await Self.expectService(at: port)
            }
            // A body that turns out malformed ends a call that had begun; nothing behind it begins one.
            let seen = calls.all.filter { $0 != "/good" && $0 != "/bad" }
            #expect(seen == exchange.allowed, about)
        }
    }

    @Test("Whatever bytes of good requests are changed, each answer is whole, and others are served on")
    func mutations() async throws {
        var corpus = RequestCorpus(seed: Self.seed)
        let calls = Calls()
        try await withServer(handler: calls.handle) { port in
            for number in 0..<(100 * Self.scale) {
                let exchange = corpus.mutated()
                let before = calls.all.count
                let text = try await Self.answer(to: exchange.bytes, at: port)
                let statuses = Self.statuses(in: text)
                let about: Comment = "number \(number), CONNECTOR_TEST_SEED=\(Self.seed): \(String(decoding: exchange.bytes, as: UTF8.self))"
                #expect(statuses.allSatisfy { $0 == 200 || (400...599).contains($0) }, about)
                #expect(statuses.filter { $0 == 200 }.count <= calls.all.count - before, about)
                // No more of the connection is answered after a refusal.
                #expect(statuses.dropLast().allSatisfy { $0 == 200 }, about)
                try await Self.expectService(at: port)
            }
        }
    }

    /// Sends everything, says that there is no more, and reads to the end.
    private static func answer(to bytes: [UInt8], at port: Int) async throws -> String {
        try await withRawConnection(to: port) { connection in
            // The server may have closed before it took everything.
            try? await connection.send(bytes)
            connection.finish()
            return await connection.readAll()
        }
    }

    /// Another connection gets its answer.
    private static func expectService(at port: Int) async throws {
        try await withRawConnection(to: port) { connection in
            try await connection.send("GET /good HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.readResponse().body == "GET /good 0 ")
        }
    }

    private static func statuses(in text: String) -> [Int] {
        text.split(separator: "HTTP/1.1 ", omittingEmptySubsequences: true).compactMap { Int($0.prefix(3)) }.filter { $0 != 100 }
    }
}
