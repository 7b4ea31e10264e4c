import Foundation
import Glibc

/// The executable while it runs; killed with the last reference to it.
final class RunningBinary {
    struct EndedEarly: Error, CustomStringConvertible {
        var description: String
    }

    private let process = Process()
    private var output = LineReader()
    private var errors = LineReader()

    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        process.executableURL = URL(fileURLWithPath: Binary.path)
        process.arguments = arguments
        process.environment = environment.merging(["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"]) { given, _ in given }
        process.standardOutput = output.pipe
        process.standardError = errors.pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Waits for a line on standard output that contains the text.
    func outputLine(_ text: String) throws -> String {
        try output.line(text) ?? { throw EndedEarly(description: "No \"\(text)\" in: \(output.all)\(errors.rest())") }()
    }

    /// Waits for a line on standard error that contains the text.
    func errorLine(_ text: String) throws -> String {
        try errors.line(text) ?? { throw EndedEarly(description: "No \"\(text)\" in: \(errors.all)") }()
    }

    /// Sends a signal, and waits for the end.
    func end(with signal: Int32) -> Binary.Result {
        kill(process.processIdentifier, signal)
        output.rest()
        errors.rest()
        // Both were closed by its end, or it will not end any more.
        if process.isRunning, output.isOpen || errors.isOpen { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return Binary.Result(exitCode: code, output: output.all, errors: errors.all)
    }
}

/// Reads a pipe line by line, and keeps what it has read.
private struct LineReader {
    let pipe = Pipe()
    private var data = Data()
    private var position = 0
    /// Whether the other end was not seen to be closed.
    private(set) var isOpen = true

    var all: String { String(decoding: data, as: UTF8.self) }

    /// The next line that contains the text (any line, if the text is empty); nil if there is none until the end.
    mutating func line(_ text: String) -> String? {
        while true {
            while let end = data[position...].firstIndex(of: 0x0A) {
                let line = String(decoding: data[position..<end], as: UTF8.self)
                position = end + 1
                if text.isEmpty || line.contains(text) { return line }
            }
            guard more() else { return nil }
        }
    }

    /// Reads to the end, and returns all there was.
    @discardableResult
    mutating func rest() -> String {
        while more() {}
        return all
    }

    private mutating func more() -> Bool {
        // A process that hangs is to fail the test, not to hang it as well.
        var waiting = pollfd(fd: pipe.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, 60_000) > 0 else { return false }
        let piece = pipe.fileHandleForReading.availableData
        data += piece
        if piece.isEmpty { isOpen = false }
        return isOpen
    }
}
