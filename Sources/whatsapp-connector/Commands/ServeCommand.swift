import AppService
import ArgumentParser
import Bridge
import Logging
import PbxManagerPlugin

/// `serve`: runs the service.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the service.",
        discussion: """
            Logs "ready" once webhooks are taken and sockets are answered. SIGTERM or Ctrl-C brings to an end what is under way, and then \
            the process, within 30 seconds.
            """
    )

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var log: LogOptions

    /// The machine's clock; in a build for tests, one that they can move.
    private var clock: any WallClock {
        #if FAULT_POINTS
            if let clock = MovableClock.followingFile() { return clock }
        #endif
        return SystemClock()
    }

    func run() async throws {
        log.bootstrap()
        let logger = Logger(label: "service")
        let loaded = try options.load()
        for warning in loaded.warnings { logger.warning("\(warning)") }
        let instances = loaded.configuration.instances.count
        let service = ConnectorService(
            configuration: loaded.configuration, clock: clock, logger: logger, extend: { PbxManagerPlugin.extend($0) },
            extendService: { await AppPlatform.extend($0) }
        ) { addresses in
            logger.notice(
                "ready",
                metadata: [
                    "application": "\(addresses.application)", "operations": "\(addresses.operations)", "instances": "\(instances)",
                    "version": "\(ConnectorVersion.text)",
                ]
            )
            ProgramPages.release()
        }
        try await ServiceRun.run([service], logger: logger)
        logger.notice("ended")
    }
}
