import ArgumentParser
import Foundation
import Logging
import NIOCore
import Protocol
import Synchronization
import Transport

/// `sessions`: opens manager sessions that are told of every change of a number, and changes one.
struct SessionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "Opens manager sessions that are told of every change of a number, and changes one.",
        discussion: "Prints {\"sessions\":N} once all are open, and begins to change the number with the next line of standard input."
    )

    @Option(help: "Where to: ws://host:port/path.")
    var url: String
    @Option(help: "The PBX's domain.")
    var domain: String
    @Option(help: "The instance's password.")
    var password: String
    @Option(help: "The phone number ID to change.")
    var number: String
    @Option(help: "How many sessions.")
    var count = 1_000
    @Option(help: "How many changes.")
    var changes = 20

    func run() async throws {
        let arrivals = Arrivals(sessions: count)
        let client = WebSocketClient(connectTimeout: .seconds(60), logger: Logger(label: "load") { _ in SwiftLogNoOpLogHandler() })
        let durations = try await withThrowingTaskGroup(of: [Int64].self) { group in
            defer { group.cancelAll() }
            for index in 0..<count {
                group.addTask {
                    try await client.withConnection(to: url) { connection in
                        try await logIn(connection)
                        try await follow(connection, index, arrivals)
                    }
                    return []
                }
            }
            group.addTask {
                try await arrivals.all(of: 0)
                // Not by print, which keeps a line until more comes.
                FileHandle.standardOutput.write(Data("{\"sessions\":\(count)}\n".utf8))
                _ = readLine()
                return try await client.withConnection(to: url) { connection in
                    try await logIn(connection)
                    return try await change(connection, arrivals)
                }
            }
            while let durations = try await group.next() {
                if !durations.isEmpty { return durations }
            }
            return []
        }
        print("{\"sessions\":\(count),\"milliseconds\":\(Latencies(nanoseconds: durations).json)}")
    }

    private func logIn(_ connection: WebSocketConnection) async throws {
        try await connection.send(text: #"{"mt":"AppChallenge"}"#)
        let challenge = try AppChallengeResult(Envelope(String(buffer: try await message(of: connection)))).challenge
        var login = AppLogin(app: "-", domain: domain, sip: "-", dn: "Admin")
        login.digest = LoginDigest.digest(of: login, challenge: challenge, password: password)
        try await connection.send(text: String(decoding: login.encoded(src: nil), as: UTF8.self))
        guard try await message(of: connection).holds(#""ok":true"#) else { throw ValidationError("the login was refused") }
    }

    /// Subscribes, and notes each push.
    private func follow(_ connection: WebSocketConnection, _ index: Int, _ arrivals: Arrivals) async throws {
        try await connection.send(text: #"{"api":"WhatsAppAdmin","mt":"SubscribeNumbers","src":"s"}"#)
        while try await !message(of: connection).holds("SubscribeNumbersResult") {}
        arrivals.note(0)
        var change = 1
        while true {
            let marker = Array(Self.marker(change).utf8)
            while try await !message(of: connection).holds(marker) {}
            arrivals.note(change)
            change += 1
        }
    }

    /// Changes the number again and again; returns how long each took to be everywhere, in nanoseconds.
    private func change(_ connection: WebSocketConnection, _ arrivals: Arrivals) async throws -> [Int64] {
        var durations: [Int64] = []
        var revision = try await self.revision(connection)
        for change in 1...changes {
            let start = ContinuousClock.now
            try await connection.send(
                text: """
                    {"api":"WhatsAppAdmin","mt":"UpdateNumber","src":"u","id":"\(number)","rev":\(revision),"closedMessage":"\(Self.marker(change))"}
                    """)
            try await arrivals.all(of: change)
            durations.append(Int64(start.duration(to: .now) / .nanoseconds(1)))
            revision = try await self.revision(connection)
        }
        return durations
    }

    /// The number's revision, which a change has to name.
    private func revision(_ connection: WebSocketConnection) async throws -> Int64 {
        try await connection.send(text: #"{"api":"WhatsAppAdmin","mt":"GetNumbers","src":"g"}"#)
        while true {
            let answer = try JSON(Array(try await message(of: connection).readableBytesView))
            guard answer["mt"]?.text == "GetNumbersResult" else { continue }
            let found = answer["numbers"]?.elements?.first { $0["id"]?.text == number }
            guard let revision = found?["rev"]?.int64 else { throw ValidationError("there is no number \(number)") }
            return revision
        }
    }

    /// A text that tells one change from the others.
    private static func marker(_ change: Int) -> String { "change \(change) of this number" }

    private func message(of connection: WebSocketConnection) async throws -> ByteBuffer {
        guard case .text(let text)? = try await connection.receive() else { throw ValidationError("the server has closed a session") }
        return text
    }
}

extension ByteBuffer {
    /// Whether it has these words. A thousand sessions look at each message, so that this must not be what is measured.
    fileprivate func holds(_ words: StaticString) -> Bool {
        holds(Array(UnsafeBufferPointer(start: words.utf8Start, count: words.utf8CodeUnitCount)))
    }

    fileprivate func holds(_ words: [UInt8]) -> Bool {
        withUnsafeReadableBytes { bytes in
            var rest = bytes[...]
            while rest.count >= words.count, let first = rest.firstIndex(of: words[0]), rest.endIndex - first >= words.count {
                if rest[first..<(first + words.count)].elementsEqual(words) { return true }
                rest = rest[(first + 1)...]
            }
            return false
        }
    }
}

/// Counts what has arrived at how many sessions.
private final class Arrivals: Sendable {
    private struct State {
        var counts: [Int: Int] = [:]
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let sessions: Int
    private let state = Mutex(State())

    init(sessions: Int) { self.sessions = sessions }

    /// A change arrived at a session.
    func note(_ change: Int) {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.counts[change, default: 0] += 1
            return state.counts[change] == sessions ? state.waiting.removeValue(forKey: change) : nil
        }
        waiting?.resume()
    }

    /// Returns when a change has arrived everywhere.
    func all(of change: Int) async throws {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.counts[change] == sessions { return true }
                state.waiting[change] = continuation
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
