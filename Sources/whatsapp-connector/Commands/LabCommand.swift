import AppService
import ArgumentParser
import Bridge
import Foundation
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

            With --shared-service there is a second one, for a shared service with which the administrator joins WhatsApp:

              whatsapp-connector lab --shared-service http://127.0.0.1:8081 > lab.yaml &
              whatsapp-connector shared-service --config lab-shared-service.yaml &
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

    @Option(
        help: ArgumentHelp(
            "Where a shared service will be; its configuration is written to the file \(Self.sharedServiceFile).", valueName: "url"),
        transform: ServiceURL.init(argument:))
    var sharedService: ServiceURL?

    @Flag(help: "Begin with nothing set up: an administrator does everything on the Settings page.")
    var empty = false

    @Flag(help: "After a sign-up with the shared service, Meta calls the connector itself instead of the service.")
    var direct = false

    @Flag(help: "Let the Settings page use the App Platform that the service plays itself, instead of the lab's.")
    var appPlatform = false

    @OptionGroup var log: LogOptions

    func run() async throws {
        log.bootstrap(standard: .warning)
        let logger = Logger(label: "lab")
        let reservation = try listen.reserve()
        let (service, sharedService, isDirect) = (service, sharedService, direct)
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
            if let sharedService {
                try Self.writeSharedServiceFile(lab.configuration, addresses, at: sharedService)
                lab.meta.signupCallbackURL = "\(sharedService)/webhook"
            }
            try output.writeLine(
                Self.configurationFile(lab.configuration, graph: addresses.graph, service: service, sharedService: sharedService, isDirect: isDirect))
            try output.flush()
            StandardError.write("The lab is at \(addresses.page)/ and expects the service at \(service); Ctrl-C ends it.\n")
            lab.serviceStarted(at: service.description)
        }
        try await ServiceRun.run([runner], logger: logger, alsoEndsWithTerminal: true)
        withExtendedLifetime(reservation) {}
    }

    private static let sharedServiceFile = "lab-shared-service.yaml"

    private static func writeSharedServiceFile(
        _ configuration: LabConfiguration, _ addresses: Lab.Addresses, at service: ServiceURL
    ) throws(LabFailure) {
        let file = configuration.sharedServiceConfiguration(
            page: addresses.page,
            graph: addresses.graph,
            listen: service.listen.description,
            operations: "127.0.0.1:0",
            dataDirectory: "lab-shared-service-data",
            secretKeyFile: "lab-shared-service.key"
        )
        do {
            try file.write(toFile: sharedServiceFile, atomically: true, encoding: .utf8)
        } catch {
            throw LabFailure("\(sharedServiceFile) cannot be written; run lab in a folder that this user may write to")
        }
    }

    private static func configurationFile(
        _ configuration: LabConfiguration, graph: String, service: ServiceURL, sharedService: ServiceURL?, isDirect: Bool
    ) -> String {
        let operations = ListenAddress(host: "127.0.0.1", port: service.listen.port == 9090 ? 9091 : 9090)
        return configuration.serviceConfiguration(
            graph: graph,
            listen: service.listen.description,
            operations: operations.description,
            // Beside the configuration file.
            dataDirectory: "lab-data",
            secretKeyFile: "lab-secret.key",
            sharedService: sharedService?.description,
            isDirect: isDirect
        )
        .trimming { $0 == "\n" }
    }
}
