import ArgumentParser
import Logging

/// The options of every command that writes a log.
struct LogOptions: ParsableArguments {
    @Option(name: .long, help: "The shape of the log on standard error.")
    var logFormat: LogFormat = .text

    @Option(name: .long, help: "The least important level that is logged.")
    var logLevel: LogLevel?

    /// Makes this the log of the whole process, for libraries too. To be called once, before the first logger is made.
    ///
    /// - Parameter standard: The level if none is given.
    func bootstrap(standard: LogLevel = .info) {
        let format = logFormat
        let level = (logLevel ?? standard).level
        LoggingSystem.bootstrap { label in
            var handler = LineLogHandler(label: label, format: format)
            handler.logLevel = level
            return handler
        }
    }
}

extension LogFormat: ExpressibleByArgument {}

/// The levels of the log, as the command line names them.
enum LogLevel: String, CaseIterable, ExpressibleByArgument {
    case trace, debug, info, notice, warning, error, critical

    /// The library's value.
    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}
