import Foundation

/// The executable that was built with the tests.
enum Binary {
    struct Result {
        var exitCode: Int32
        var output: String
        var errors: String
    }

    static var path: String { path(of: "whatsapp-connector") }

    /// Executables lie beside the test bundle, which is this process.
    static func path(of name: String) -> String {
        let folder = Bundle.main.bundleURL
        let here = folder.appendingPathComponent(name).path
        if FileManager.default.isExecutableFile(atPath: here) { return here }
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: executable).deletingLastPathComponent().appendingPathComponent(name).path
    }

    /// Runs it with nothing but the given environment and input, and waits for its end.
    /// - Parameter input: for standard input; at most as much as a pipe holds.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: String = "", executable: String = "whatsapp-connector"
    ) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path(of: executable))
        process.arguments = arguments
        process.environment = environment.merging(["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"]) { given, _ in given }
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        let inputs = Pipe()
        process.standardInput = inputs
        try inputs.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try inputs.fileHandleForWriting.close()
        try process.run()
        let outputText = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let errorText = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Result(exitCode: process.terminationStatus, output: outputText, errors: errorText)
    }
}
