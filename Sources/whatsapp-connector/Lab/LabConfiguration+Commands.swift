import Lab

extension LabConfiguration {
    /// The lab for a service whose data outlives it: nothing has the identifier of something that an earlier lab made, because the
    /// service would take it for that.
    static func forService(port: Int, empty: Bool = false) -> LabConfiguration {
        var configuration = forDemo(port: port, empty: empty)
        configuration.seed = .random(in: 0 ... .max)
        configuration.firstPostID = .random(in: 1 << 32..<1 << 48)
        return configuration
    }

    /// The lab of the demo; an empty one has nothing set up in PBX and service.
    static func forDemo(port: Int, empty: Bool = false) -> LabConfiguration {
        var configuration = LabConfiguration()
        configuration.host = LabAddress.host
        configuration.port = port
        configuration.startsEmpty = empty
        // Nobody wants to wait a minute for the simulated PBX to call again.
        configuration.pbxOptions.longestReconnectDelay = 2_000
        return configuration
    }
}
