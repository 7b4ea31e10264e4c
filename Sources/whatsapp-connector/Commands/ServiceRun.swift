import Logging
import ServiceLifecycle
import UnixSignals

/// Runs services as a process does: until it is told to end, or until one of them fails.
enum ServiceRun {
    /// How long the services may take to end; the process is to be gone after 30 seconds.
    static let longestShutdown = Duration.seconds(28)

    /// Runs until SIGTERM or Ctrl-C, then ends the services, the last one first.
    ///
    /// - Throws: What the first service that failed threw.
    static func run(_ services: [any Service], logger: Logger, alsoEndsWithTerminal: Bool = false) async throws {
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0, serviceName: "\(type(of: $0))") },
            gracefulShutdownSignals: [.sigterm, .sigint] + (alsoEndsWithTerminal ? [.sighup] : []),
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = longestShutdown
        try await ServiceGroup(configuration: configuration).run()
    }
}
