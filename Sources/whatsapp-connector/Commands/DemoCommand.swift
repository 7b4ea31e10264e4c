import AppService
import ArgumentParser
import Bridge
import Lab
import Logging
import PbxManagerPlugin

/// `demo`: the service with a simulated PBX, Connect and WhatsApp, in one process, for the browser.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Shows the connector with a simulated PBX, Connect and WhatsApp, in the browser.",
        discussion: "Needs nothing and leaves nothing behind. Ctrl-C ends it."
    )

    @Option(
        help: ArgumentHelp(
            "Where the page listens, on this machine; if that is taken, a free port is used. (default: 127.0.0.1:8600)", valueName: "address"),
        transform: LabAddress.init(argument:)
    )
    var listen = LabAddress.standard

    @Flag(help: "Begin with nothing set up: an administrator does everything on the Settings page.")
    var empty = false

    @OptionGroup var log: LogOptions

    func run() async throws {
        log.bootstrap(standard: .warning)
        let ports = try (page: reservePage(), application: LabAddress(port: 0).reserve(), operations: LabAddress(port: 0).reserve())
        let folder = try TemporaryDirectory()
        defer { folder.remove() }

        let clock = LabClock.running(from: SystemClock().now().milliseconds)
        let labConfiguration = LabConfiguration.forDemo(port: ports.page.port, empty: empty)
        let configuration = try Self.configuration(
            of: labConfiguration,
            graph: "http://\(LabAddress(port: ports.page.port))/graph",
            application: LabAddress(port: ports.application.port),
            operations: LabAddress(port: ports.operations.port),
            folder: folder
        )
        let lab = Lab(
            configuration: labConfiguration,
            clock: clock,
            logger: Logger(label: "lab"),
            scripts: LabScript.sdk,
            setInstancePassword: { password in
                for instance in configuration.instances {
                    _ = try await InstanceEditor(configuration: configuration).setPassword(Secret(password), of: instance.address)
                }
            }
        )
        let page = empty ? "/settings" : "/"
        let service = ConnectorService(
            configuration: configuration,
            clock: LabWallClock(clock: clock),
            logger: Logger(label: "service"),
            extend: { PbxManagerPlugin.extend($0) },
            extendService: { await AppPlatform.extend($0) }
        ) { addresses in
            // If the lab does not listen, it fails, and the demo with it.
            guard let base = try? await lab.listening().page else { return }
            lab.serviceStarted(at: addresses.application)
            var output = StandardOutput()
            try? output.writeLine("Open \(base)\(page) in a browser.")
            try? output.writeLine("Press Ctrl-C to end the demo.")
            try? output.flush()
        }
        try await ServiceRun.run([lab, service], logger: Logger(label: "demo"), alsoEndsWithTerminal: true)
        withExtendedLifetime(ports) {}
    }

    private func reservePage() throws -> PortReservation {
        do {
            return try PortReservation(port: listen.port)
        } catch .inUse {
            StandardError.write("Port \(listen.port) is taken, so the demo uses another one.\n")
            return try LabAddress(port: 0).reserve()
        } catch {
            return try listen.reserve()
        }
    }

    /// The file that `lab` would print is also the demo's.
    private static func configuration(
        of lab: LabConfiguration, graph: String, application: LabAddress, operations: LabAddress, folder: TemporaryDirectory
    ) throws -> ServiceConfiguration {
        let yaml = lab.serviceConfiguration(
            graph: graph,
            listen: application.description,
            operations: operations.description,
            dataDirectory: "\(folder.path)/data",
            secretKeyFile: "\(folder.path)/secret.key"
        )
        return try ConfigurationLoader().load(yaml: yaml, name: "demo", folder: "").configuration
    }
}
