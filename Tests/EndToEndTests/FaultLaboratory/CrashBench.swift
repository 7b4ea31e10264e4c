import AppService
import Foundation
import Lab
import Logging
import Testing

/// The lab in this process, and the service as a process that can be killed and started again over the same data.
struct CrashBench: Sendable {
    let lab: Lab
    /// The service's configuration file.
    let configurationPath: String
    let dataDirectory: String
    /// By how many milliseconds the service's clock is ahead.
    private let clockFile: String

    /// Proxies between lab and service.
    struct Network: Sendable {
        /// From the service to Connect and the Graph API.
        var outward: NetworkProxy
        /// From the PBX and Meta to the service.
        var inward: NetworkProxy

        fileprivate func join(_ addresses: Lab.Addresses, _ port: Int, _ lab: Lab) {
            if let port = URL(string: addresses.page)?.port { outward.leads(to: port) }
            inward.leads(to: port)
            lab.isReached(at: outward.address)
        }
    }

    /// Where something of the bench's own may lie.
    func path(_ name: String) -> String { "\(dataDirectory).\(name)" }

    /// Runs `body` with a lab that expects the service, which `body` starts, and takes everything down again. Fails if a simulator saw a
    /// violation of its protocol.
    ///
    /// - Parameter network: What lies between them; nil if they reach each other directly.
    static func open(
        _ configuration: LabConfiguration, over network: Network? = nil, _ body: @escaping @Sendable (CrashBench) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "connector-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // The same ports after each start, as a service has them.
        let ports = (application: try FreePort(), operations: try FreePort())
        let listen = "127.0.0.1:\(ports.application.port)"
        let now = Int64(Date.now.timeIntervalSince1970 * 1_000)
        let lab = Lab(configuration: configuration, clock: .running(from: now), logger: Logger(label: "lab") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await lab.run() }
            network?.join(try await lab.listening(), ports.application.port, lab)
            let addresses = try await lab.listening()
            let bench = CrashBench(
                lab: lab, configurationPath: folder.appending(path: "service.yaml").path, dataDirectory: folder.appending(path: "data").path,
                clockFile: folder.appending(path: "clock").path)
            try configuration.serviceConfiguration(
                graph: addresses.graph, listen: listen, operations: "127.0.0.1:\(ports.operations.port)", dataDirectory: bench.dataDirectory,
                secretKeyFile: folder.appending(path: "secret.key").path
            )
            .write(toFile: bench.configurationPath, atomically: true, encoding: .utf8)
            lab.serviceStarted(at: network?.inward.address ?? "http://\(listen)")
            try await body(bench)
        }
        withExtendedLifetime(ports) {}
        #expect(lab.connect.violations.isEmpty)
        #expect(lab.pbx.violations.isEmpty)
    }

    /// Starts the service; it is killed at the latest when nobody knows it any more.
    ///
    /// - Parameters:
    ///   - logLevel: The least important level that it logs; nil for its own choice.
    ///   - logFile: Where all of its log goes, besides; nil for nowhere.
    func start(environment: [String: String] = [:], logLevel: String? = nil, logFile: String? = nil) throws -> ServeProcess {
        try ServeProcess(
            configuration: configurationPath, environment: environment.merging(["CONNECTOR_FAULT_CLOCK": clockFile]) { given, _ in given },
            logLevel: logLevel, logFile: logFile)
    }

    /// How many messages of the ledger are in each state; with its reason, if it has one: `held: no Connect`.
    func states() throws -> [String: Int] {
        let address = try InstanceAddress(domain: lab.configuration.domain, name: lab.configuration.instance)
        var states: [String: Int] = [:]
        try LedgerReader(at: StoreLocation(dataDirectory: dataDirectory, instance: address)).forEach { row in
            states[row.reason.map { "\(row.state): \($0)" } ?? row.state, default: 0] += 1
        }
        return states
    }

    /// Moves the clock of the lab and of the service.
    func advance(by duration: Duration) throws {
        let present = (try? String(contentsOfFile: clockFile, encoding: .utf8)).flatMap { Int64($0) } ?? 0
        try "\(present + Int64(duration / .milliseconds(1)))".write(toFile: clockFile, atomically: true, encoding: .utf8)
        lab.clock.advance(by: duration)
    }

    /// Copies the service's data to where somebody wants to look at them: into the folder that `CONNECTOR_CRASH_KEEP` names, if there is one.
    func keep() throws {
        guard let folder = ProcessInfo.processInfo.environment["CONNECTOR_CRASH_KEEP"] else { return }
        try FileManager.default.copyItem(atPath: dataDirectory, toPath: "\(folder)/\(UUID().uuidString)")
    }
}
