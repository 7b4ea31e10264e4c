import AppService
import ArgumentParser
import Bridge
import Lab
import Logging

/// `lab`: runs the simulated PBX, Connect and WhatsApp without the service.
struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "Runs a simulated PBX, Connect and WhatsApp, and prints a configuration file with which \"serve\" joins them.",
        discussion: """
            Standard output is the configuration file and nothing else:

              whatsapp-connector lab > lab.yaml &
              whatsapp-connector serve --config lab.yaml

            The simulated PBX keeps calling until the service is there. Everything is forgotten with Ctrl-C.
            """
    )

    @Option(
        help: ArgumentHelp("Where the pages and the simulators listen, on this machine. (default: 127.0.0.1:8600)", valueName: "address"),
        transform: LabAddress.init(argument:))
    var listen = LabAddress.standard

    @Option(
        help: ArgumentHelp("Where the service will be. (default: http://127.0.0.1:8080)", valueName: "url"), transform: ServiceURL.init(argument:))
    var service = ServiceURL.standard

    @Flag(help: "Begin with nothing set up: an administrator does everything on the Settings page.")
    var empty = false

    @Flag(help: "Let the Settings page use the App Platform that the service plays itself, instead of the lab's.")
    var appPlatform = false

    @OptionGroup var log: LogOptions

    func run() async throws {
        log.bootstrap(standard: .warning)
        let logger = Logger(label: "lab")
        let reservation = try listen.reserve()
        let service = service
        var configuration = LabConfiguration.forService(port: reservation.port, empty: empty)
        if appPlatform { configuration.managerPassword = "lab-manager" }
        let lab = Lab(
            configuration: configuration,
            clock: .running(from: SystemClock().now().milliseconds),
            logger: logger,
            scripts: LabScript.sdk
        )
        let runner = LabService(lab: lab) { addresses in
            var output = StandardOutput()
            try output.writeLine(Self.configurationFile(lab.configuration, graph: addresses.graph, service: service))
            try output.writeLine(lab.configuration.signupDescription(page: addresses.page, graph: addresses.graph))
            try output.flush()
            StandardError.write("The lab is at \(addresses.page)/ and expects the service at \(service); Ctrl-C ends it.\n")
            lab.serviceStarted(at: service.description)
        }
        try await ServiceRun.run([runner], logger: logger, alsoEndsWithTerminal: true)
        withExtendedLifetime(reservation) {}
    }

    private static func configurationFile(_ configuration: LabConfiguration, graph: String, service: ServiceURL) -> String {
        let operations = ListenAddress(host: "127.0.0.1", port: service.listen.port == 9090 ? 9091 : 9090)
        return configuration.serviceConfiguration(
            graph: graph,
            listen: service.listen.description,
            operations: operations.description,
            // Beside the configuration file.
            dataDirectory: "lab-data",
            secretKeyFile: "lab-secret.key"
        )
        .trimming { $0 == "\n" }
    }
}
