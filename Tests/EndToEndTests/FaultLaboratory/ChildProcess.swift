import Foundation
import Glibc
import Synchronization

/// The built program as a child process. It is killed and reaped at the latest when nobody knows it any more.
final class ChildProcess: Sendable {
    /// How it ended.
    enum Ending: Sendable, Equatable {
        case exited(Int32)
        case killed(by: Int32)
    }

    private struct State {
        var ending: Ending?
        var waiters: [CheckedContinuation<Ending, Never>] = []
        /// The newest lines of its standard error.
        var lines: [String] = []
    }

    /// What it is shared with: the thread that reads and reaps.
    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    private let shared = Shared()
    private let processID: pid_t
    /// Its standard error, line by line, for one reader; ends with the process.
    let lines: AsyncStream<String>

    /// Starts the program, with nothing on its standard input.
    ///
    /// - Parameters:
    ///   - environment: All of it, besides `PATH`.
    ///   - outputFile: Where its standard output goes.
    ///   - errorFile: Where all of its standard error goes, besides; nil for nowhere.
    /// - Throws: `POSIXError` if it cannot be started.
    init(_ arguments: [String], environment: [String: String] = [:], outputFile: String = "/dev/null", errorFile: String? = nil) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        let (reading, writing) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(writing) }
        do {
            processID = try Self.spawn(arguments, environment: environment, outputFile: outputFile, errors: writing)
        } catch {
            close(reading)
            throw error
        }
        let (lines, sink) = AsyncStream.makeStream(of: String.self)
        self.lines = lines
        let (shared, processID) = (shared, processID)
        let copy = try errorFile.map(Self.openForAppending)
        Thread.detachNewThread {
            defer { try? copy?.close() }
            Self.read(reading) { line in
                try? copy?.write(contentsOf: Data("\(line)\n".utf8))
                shared.state.withLock { state in
                    state.lines.append(line)
                    if state.lines.count > 200 { state.lines.removeFirst(100) }
                }
                sink.yield(line)
            }
            Self.reap(processID, shared)
            sink.finish()
        }
    }

    deinit {
        Self.send(SIGKILL, to: processID, shared)
    }

    /// Its newest lines, for somebody who looks for a mistake.
    var log: String { shared.state.withLock { $0.lines.joined(separator: "\n") } }

    /// A figure of its memory in bytes: `VmRSS` is what it has in memory now, `VmHWM` the most that it ever had.
    ///
    /// - Throws: if it has ended.
    func memory(_ figure: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("\(figure):") }
        guard let kibibytes = line?.split(separator: " ").dropLast().last.flatMap({ Int($0.filter(\.isNumber)) }) else {
            throw POSIXError(.ESRCH)
        }
        return kibibytes << 10
    }

    /// How many files and sockets it has open.
    ///
    /// - Throws: if it has ended.
    func descriptors() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/\(processID)/fd").count }

    /// Ends it at once, as a power failure would, and waits until it is gone.
    @discardableResult
    func kill() async -> Ending {
        Self.send(SIGKILL, to: processID, shared)
        return await ended()
    }

    /// Asks it to end, and waits until it is gone.
    func terminate() async -> Ending {
        Self.send(SIGTERM, to: processID, shared)
        return await ended()
    }

    /// Asks it to end.
    func askToEnd() { Self.send(SIGTERM, to: processID, shared) }

    /// Returns when it is gone.
    func ended() async -> Ending {
        await withCheckedContinuation { continuation in
            let ending = shared.state.withLock { state in
                if state.ending == nil { state.waiters.append(continuation) }
                return state.ending
            }
            if let ending { continuation.resume(returning: ending) }
        }
    }

    /// Sends it a signal that it dies of, and waits until it is gone; after `limit` with SIGKILL.
    func die(of signal: Int32, within limit: Duration) async -> Ending {
        Self.send(signal, to: processID, shared)
        return await withTaskGroup(of: Ending.self) { group in
            group.addTask { await self.ended() }
            group.addTask {
                guard (try? await Task.sleep(for: limit)) != nil else { return await self.ended() }
                return await self.kill()
            }
            defer { group.cancelAll() }
            if let ending = await group.next() { return ending }
            return await ended()
        }
    }

    // MARK: The system's side

    private static func openForAppending(_ path: String) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: path) { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seekToEnd()
        return file
    }

    /// What `CONNECTOR_BINARY` names, for tests of the program as it is installed; else it lies beside the test bundle, which is this process.
    private static var path: String {
        if let given = ProcessInfo.processInfo.environment["CONNECTOR_BINARY"] { return given }
        let here = Bundle.main.bundleURL.appendingPathComponent("whatsapp-connector").path
        if FileManager.default.isExecutableFile(atPath: here) { return here }
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: executable).deletingLastPathComponent().appendingPathComponent("whatsapp-connector").path
    }

    private static func spawn(_ arguments: [String], environment: [String: String], outputFile: String, errors: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputFile, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        // The files of other tests in this process are none of its business.
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in open.compactMap({ Int32($0) }) where descriptor > STDERR_FILENO {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        let standard = ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"]
        let variables = environment.merging(standard) { given, _ in given }.map { "\($0)=\($1)" }
        var processID: pid_t = 0
        let result = withArray([path] + arguments) { arguments in
            withArray(variables) { variables in posix_spawn(&processID, path, &actions, nil, arguments, variables) }
        }
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: result) ?? .EIO) }
        return processID
    }

    /// The strings as the system takes them, for the duration of the call.
    private static func withArray<Result>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
        let pointers = strings.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }

    /// Reads until nobody writes any more.
    private static func read(_ descriptor: Int32, _ take: (String) -> Void) {
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            rest += buffer[..<count]
            while let end = rest.firstIndex(of: 0x0A) {
                take(String(decoding: rest[..<end], as: UTF8.self))
                rest.removeSubrange(...end)
            }
        }
        if !rest.isEmpty { take(String(decoding: rest, as: UTF8.self)) }
        close(descriptor)
    }

    private static func reap(_ processID: pid_t, _ shared: Shared) {
        // Waiting without reaping, so that nobody sends a signal to another process that got the same number meanwhile.
        var information = siginfo_t()
        while waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
        let (ending, waiters) = shared.state.withLock { state in
            var status: Int32 = 0
            while waitpid(processID, &status, 0) == -1, errno == EINTR {}
            let signal = status & 0x7F
            let ending = signal == 0 ? Ending.exited((status >> 8) & 0xFF) : Ending.killed(by: signal)
            state.ending = ending
            defer { state.waiters = [] }
            return (ending, state.waiters)
        }
        for waiter in waiters { waiter.resume(returning: ending) }
    }

    private static func send(_ signal: Int32, to processID: pid_t, _ shared: Shared) {
        shared.state.withLock { state in
            guard state.ending == nil else { return }
            _ = Glibc.kill(processID, signal)
        }
    }
}
