#if FAULT_POINTS
    import Bridge
    import FoundationEssentials
    import Glibc
    import Synchronization

    /// The places at which a test may end this process as a power failure would. Only debug builds have them.
    ///
    /// Each place has a name of its own: `store.<table>.commit` and `.committed`, and `begin` and `end` of every call through the bridge's
    /// ports. `CONNECTOR_FAULT_LOG` names a file into which each place is written when it is reached, a line each;
    /// `CONNECTOR_FAULT_AT=connect.post.end#2` ends the process when that place is reached for the second time.
    enum FaultPoints {
        private struct Plan: Sendable {
            var log: Int32?
            var name: Substring?
            var count = 1
        }

        private static let plan: Plan = {
            let environment = ProcessInfo.processInfo.environment
            var plan = Plan()
            plan.log = environment["CONNECTOR_FAULT_LOG"].map { open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
            if let parts = environment["CONNECTOR_FAULT_AT"]?.split(separator: "#") {
                plan.name = parts.first
                plan.count = parts.dropFirst().first.flatMap { Int($0) } ?? 1
            }
            return plan
        }()

        private static let reached = Mutex(0)

        /// Called at the place with that name.
        static func reach(_ name: @autoclosure () -> String) {
            guard plan.log != nil || plan.name != nil else { return }
            let name = name()
            if let log = plan.log {
                let line = Array("\(name)\n".utf8)
                _ = write(log, line, line.count)
            }
            guard plan.name.map({ $0 == name }) == true else { return }
            let isNow = reached.withLock { reached in
                reached += 1
                return reached == plan.count
            }
            if isNow { kill(getpid(), SIGKILL) }
        }

        /// Runs a step between its two places.
        static func around<Result>(_ name: String, _ body: () async throws -> Result) async rethrows -> Result {
            reach("\(name).begin")
            let result = try await body()
            reach("\(name).end")
            return result
        }
    }
#endif
