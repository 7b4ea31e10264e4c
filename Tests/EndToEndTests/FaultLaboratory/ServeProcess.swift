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
    init(configuration path: String, environment: [String: String] = [:]) throws {
        process = try ChildProcess(["serve", "--config", path, "--log-format", "json"], environment: environment)
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

    /// Ends it with SIGTERM. Fails if that is no success.
    func terminate(sourceLocation: SourceLocation = #_sourceLocation) async {
        let ending = await process.terminate()
        #expect(ending == .exited(0), "It did not end well:\n\(process.log)", sourceLocation: sourceLocation)
    }
}
