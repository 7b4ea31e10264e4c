import AppService
import ArgumentParser
import Bridge
import Lab
import Logging
import PbxManagerPlugin
import SharedService

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

    @Flag(help: "After a sign-up with the shared service, Meta calls the connector itself instead of the service.")
    var direct = false

    @OptionGroup var log: LogOptions

    func run() async throws {
        log.bootstrap(standard: .warning)
        let ports = try (
            page: reservePage(), application: LabAddress(port: 0).reserve(), operations: LabAddress(port: 0).reserve(),
            shared: LabAddress(port: 0).reserve(), sharedOperations: LabAddress(port: 0).reserve()
        )
        let folder = try TemporaryDirectory()
        defer { folder.remove() }

        let clock = LabClock.running(from: SystemClock().now().milliseconds)
        let labConfiguration = LabConfiguration.forDemo(port: ports.page.port, empty: empty)
        let configuration = try Self.configuration(
            of: labConfiguration,
            application: LabAddress(port: ports.application.port),
            operations: LabAddress(port: ports.operations.port),
            shared: LabAddress(port: ports.shared.port),
            isDirect: direct,
            folder: folder
        )
        let sharedConfiguration = try Self.sharedConfiguration(
            of: labConfiguration,
            listen: LabAddress(port: ports.shared.port),
            operations: LabAddress(port: ports.sharedOperations.port),
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
        let sharedService = SharedService(
            configuration: sharedConfiguration,
            clock: LabWallClock(clock: clock),
            logger: Logger(label: "shared-service")
        )
        // As its owner enters it at Meta, where it is kept until the service answers.
        lab.meta.signupCallbackURL = "http://\(LabAddress(port: ports.shared.port))/webhook"
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
        try await ServiceRun.run([lab, sharedService, service], logger: Logger(label: "demo"), alsoEndsWithTerminal: true)
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
        of lab: LabConfiguration, application: LabAddress, operations: LabAddress, shared: LabAddress, isDirect: Bool,
        folder: TemporaryDirectory
    ) throws -> ServiceConfiguration {
        let yaml = lab.serviceConfiguration(
            graph: graph(of: lab),
            listen: application.description,
            operations: operations.description,
            dataDirectory: "\(folder.path)/data",
            secretKeyFile: "\(folder.path)/secret.key",
            sharedService: "http://\(shared)",
            isDirect: isDirect
        )
        return try ConfigurationLoader().load(yaml: yaml, name: "demo", folder: "").configuration
    }

    private static func sharedConfiguration(
        of lab: LabConfiguration, listen: LabAddress, operations: LabAddress, folder: TemporaryDirectory
    ) throws -> SharedServiceConfiguration {
        let yaml = lab.sharedServiceConfiguration(
            page: "http://\(LabAddress(port: lab.port))",
            graph: graph(of: lab),
            listen: listen.description,
            operations: operations.description,
            dataDirectory: "\(folder.path)/shared-service",
            secretKeyFile: "\(folder.path)/shared-service.key"
        )
        return try ConfigurationLoader.loadSharedService(yaml: yaml, name: "demo", folder: "").configuration
    }

    private static func graph(of lab: LabConfiguration) -> String { "http://\(LabAddress(port: lab.port))/graph" }
}
