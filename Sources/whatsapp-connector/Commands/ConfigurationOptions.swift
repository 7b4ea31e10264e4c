import ArgumentParser
import Foundation

/// The option that every command about a service has.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The configuration file (YAML).", valueName: "file"))
    var config: String

    /// Loads the file and what the environment adds.
    func load() throws -> LoadedConfiguration {
        try ConfigurationLoader(environment: ProcessInfo.processInfo.environment).load(file: config)
    }
}
