import Foundation
import Testing

/// `whatsapp-connector serve` as a process of its own.
struct ServeProcess: Sendable {
    /// Where it listens; base URLs without a slash at the end.
    struct Addresses: Sendable, Decodable {
        var application: String
        var operations: String
    }

    private struct LogLine: Decodable {
        var message: String
        var details: Addresses
    }

    private let process: ChildProcess

    /// Starts it with a configuration file.
    ///
    /// - Parameters:
    ///   - logLevel: The least important level that it logs; nil for its own choice.
    ///   - logFile: Where all of its log goes, besides; nil for nowhere.
    init(configuration path: String, environment: [String: String] = [:], logLevel: String? = nil, logFile: String? = nil) throws {
        let level = logLevel.map { ["--log-level", $0] } ?? []
        process = try ChildProcess(["serve", "--config", path, "--log-format", "json"] + level, environment: environment, errorFile: logFile)
    }

    /// Waits until it takes webhooks and answers sockets. To be called once.
    ///
    /// - Throws: `NotReady` if it ends first, or if it takes longer than 30 seconds.
    func ready() async throws -> Addresses {
        let process = process
        return try await withThrowingTaskGroup(of: Addresses?.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for await line in process.lines {
                    let line = try? JSONDecoder().decode(LogLine.self, from: Data(line.utf8))
                    if let line, line.message == "ready" { return line.details }
                }
                return nil
            }
            group.addTask {
                try await Task.sleep(for: .seconds(30))
                return nil
            }
            guard let addresses = try await group.next() ?? nil else { throw NotReady(log: process.log) }
            return addresses
        }
    }

    /// It did not say that it is ready.
    struct NotReady: Error {
        /// What it said instead.
        var log: String
    }

    /// Its newest log lines.
    var log: String { process.log }

    /// How many bytes it has in memory now.
    func memory() throws -> Int { try process.memory("VmRSS") }

    /// The most bytes that it ever had in memory.
    func peakMemory() throws -> Int { try process.memory("VmHWM") }

    /// How many files and sockets it has open.
    func descriptors() throws -> Int { try process.descriptors() }

    /// Returns when it has ended by itself.
    func ended() async -> ChildProcess.Ending { await process.ended() }

    /// Asks it to end, and does not wait for that.
    func askToEnd() { process.askToEnd() }

    /// Ends it with SIGKILL. Fails if it had ended by itself.
    func kill(sourceLocation: SourceLocation = #_sourceLocation) async {
        let ending = await process.kill()
        #expect(ending == .killed(by: 9), "It ended by itself:\n\(process.log)", sourceLocation: sourceLocation)
    }

    /// Sends it a signal that it dies of, and waits until it is gone; after `limit` with SIGKILL.
    func die(of signal: Int32, within limit: Duration) async -> ChildProcess.Ending { await process.die(of: signal, within: limit) }

    /// Ends it with SIGTERM. Fails if that is no success.
    func terminate(sourceLocation: SourceLocation = #_sourceLocation) async {
        let ending = await process.terminate()
        #expect(ending == .exited(0), "It did not end well:\n\(process.log)", sourceLocation: sourceLocation)
    }
}
