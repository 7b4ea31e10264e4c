import AppService

/// A configuration that the service can start with.
struct LoadedConfiguration: Sendable {
    var configuration: ServiceConfiguration
    /// What is allowed but probably not wanted, one sentence each.
    var warnings: [String]
}
