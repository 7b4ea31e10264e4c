import ArgumentParser
import Foundation
import Glibc
import Protocol

/// `sessions`: opens manager sessions that are told of every change of a number, and changes one.
struct SessionsCommand: ParsableCommand {
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

    func run() throws {
        let sessions = try (0..<count).map { _ in
            let session = try logIn()
            try session.send(#"{"api":"WhatsAppAdmin","mt":"SubscribeNumbers","src":"s"}"#)
            while try !String(decoding: session.text(), as: UTF8.self).contains("SubscribeNumbersResult") {}
            return session
        }
        let arrivals = Arrivals(sessions: sessions)
        // Not by print, which keeps a line until more comes.
        FileHandle.standardOutput.write(Data("{\"sessions\":\(count)}\n".utf8))
        _ = readLine()
        let durations = try change(logIn(), arrivals)
        print("{\"sessions\":\(count),\"milliseconds\":\(Latencies(nanoseconds: durations).json)}")
    }

    private func logIn() throws -> BareSocket {
        let session = try BareSocket(url)
        try session.send(#"{"mt":"AppChallenge"}"#)
        let challenge = try AppChallengeResult(Envelope(session.text())).challenge
        var login = AppLogin(app: "-", domain: domain, sip: "-", dn: "Admin")
        login.digest = LoginDigest.digest(of: login, challenge: challenge, password: password)
        try session.send(String(decoding: login.encoded(src: nil), as: UTF8.self))
        guard try String(decoding: session.text(), as: UTF8.self).contains(#""ok":true"#) else { throw ValidationError("the login was refused") }
        return session
    }

    /// Changes the number again and again; returns how long each took to be everywhere, in nanoseconds.
    private func change(_ session: BareSocket, _ arrivals: Arrivals) throws -> [Int64] {
        var durations: [Int64] = []
        var revision = try self.revision(session)
        for change in 1...changes {
            let start = ContinuousClock.now
            let marker = "change \(change) told to \(count) sessions"
            try session.send(
                """
                {"api":"WhatsAppAdmin","mt":"UpdateNumber","src":"u","id":"\(number)","rev":\(revision),"closedMessage":"\(marker)"}
                """)
            try arrivals.wait(for: marker)
            durations.append(Int64(start.duration(to: .now) / .nanoseconds(1)))
            revision = try self.revision(session)
        }
        return durations
    }

    /// The number's revision, which a change has to name.
    private func revision(_ session: BareSocket) throws -> Int64 {
        try session.send(#"{"api":"WhatsAppAdmin","mt":"GetNumbers","src":"g"}"#)
        while true {
            let answer = try JSON(session.text())
            guard answer["mt"]?.text == "GetNumbersResult" else { continue }
            let found = answer["numbers"]?.elements?.first { $0["id"]?.text == number }
            guard let revision = found?["rev"]?.int64 else { throw ValidationError("there is no number \(number)") }
            return revision
        }
    }
}

/// Waits for what is told to many sessions.
private struct Arrivals {
    let sessions: [BareSocket]

    /// Returns when a text with these words has arrived at every session.
    func wait(for words: String) throws {
        let words = Array(words.utf8)
        var left = sessions
        while !left.isEmpty {
            var files = left.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            guard poll(&files, nfds_t(files.count), 10_000) > 0 else { throw ValidationError("\(left.count) sessions were not told within 10 s") }
            left = try zip(left, files).filter { session, file in try file.revents == 0 || !session.holds(words) }.map(\.0)
        }
    }
}
