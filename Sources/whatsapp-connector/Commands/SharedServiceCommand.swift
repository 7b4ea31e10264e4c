import AppService
import ArgumentParser
import Logging
import SharedService

/// `shared-service`: runs a shared service, or shows and ends its bindings.
struct SharedServiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shared-service",
        abstract: "Runs a shared service: one Meta app for many instances, so that nobody has to copy tokens.",
        subcommands: [SharedServiceRunCommand.self, SharedServiceBindingsCommand.self, SharedServiceEndCommand.self],
        defaultSubcommand: SharedServiceRunCommand.self
    )
}

/// The option that every command about a shared service has.
struct SharedServiceOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The shared service's configuration file (YAML).", valueName: "file"))
    var config: String
}

/// `shared-service run`, which is what `shared-service` does by itself.
struct SharedServiceRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs the shared service.",
        discussion: """
            Logs "ready" once webhooks are taken and the signup page is served. SIGTERM or Ctrl-C brings to an end what is under way, and \
            then the process, within 30 seconds; what waits for instances is forwarded after the next start.
            """
    )

    @OptionGroup var options: SharedServiceOptions
    @OptionGroup var log: LogOptions

    func run() async throws {
        log.bootstrap()
        let logger = Logger(label: "shared-service")
        let (configuration, warnings) = try ConfigurationLoader.loadSharedService(file: options.config)
        for warning in warnings { logger.warning("\(warning)") }
        let service = SharedService(configuration: configuration, logger: logger) { addresses in
            logger.notice(
                "ready",
                metadata: [
                    "application": "\(addresses.application)", "operations": "\(addresses.operations)", "version": "\(ConnectorVersion.text)",
                ]
            )
        }
        try await ServiceRun.run([service], logger: logger)
        logger.notice("ended")
    }
}

/// `shared-service bindings`: lists who is joined with what.
struct SharedServiceBindingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bindings",
        abstract: "Lists the instances that are joined with accounts, and how much waits for each.",
        discussion: "Works beside a running service and changes nothing."
    )

    @OptionGroup var options: SharedServiceOptions

    func run() async throws {
        let (configuration, _) = try ConfigurationLoader.loadSharedService(file: options.config)
        let register = try BindingRegister(dataDirectory: configuration.dataDirectory)
        for line in try await register.lines() {
            let numbers = line.numbers.isEmpty ? "all numbers" : line.numbers.joined(separator: ",")
            print("\(line.id) \(line.instance) account \(line.account) \(numbers) \(line.mode) \(line.state) waiting \(line.waiting)")
        }
        try register.close()
    }
}

/// `shared-service end`: ends a binding.
struct SharedServiceEndCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "Ends a binding: nothing is forwarded any more, and its token is erased.",
        discussion: """
            Works beside a running service, which unsubscribes from the account within seconds unless another instance uses it. To be run \
            as the user of the service, to whom the data directory belongs.
            """
    )

    @OptionGroup var options: SharedServiceOptions

    @Argument(help: "The binding, as `shared-service bindings` lists it.")
    var binding: String

    func run() async throws {
        let (configuration, _) = try ConfigurationLoader.loadSharedService(file: options.config)
        let register = try BindingRegister(dataDirectory: configuration.dataDirectory)
        let isThere = try await register.end(binding)
        try register.close()
        guard isThere else {
            throw ValidationError("there is no binding \(Setting.quoted(binding)) that has not ended; `shared-service bindings` lists them")
        }
        print("\(binding): ended")
    }
}
