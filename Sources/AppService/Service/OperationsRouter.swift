import Bridge
import NIOHTTP1
public import Transport

/// Answers on the operations listener: whether the process lives, and how its parts are.
public struct OperationsRouter: Sendable {
    /// One instance, as operations see it.
    public struct Instance: Sendable {
        /// `<domain>/<instance>`.
        public var name: String
        /// How its parts are.
        public var health: InstanceHealth

        /// Creates an entry.
        public init(name: String, health: InstanceHealth) {
            self.name = name
            self.health = health
        }
    }

    private let instances: [Instance]

    /// Creates a router.
    public init(instances: [Instance]) {
        self.instances = instances
    }

    /// Answers a request. `/readyz` is 200 as soon as webhooks are taken durably and sockets are answered, that is: as soon as this
    /// listener, which starts last, answers at all; its body says how each part is.
    public func answer(_ request: HTTPRequest) async -> HTTPAnswer {
        guard request.method == .GET || request.method == .HEAD else {
            return .response(.text(.methodNotAllowed, "Use GET.\n"))
        }
        switch request.path {
        case "/healthz": return .response(.text(.ok, "ok\n"))
        case "/readyz": return .response(.text(.ok, report))
        default: return .response(.text(.notFound, "There is nothing here.\n"))
        }
    }

    private var report: String {
        var lines: [String] = []
        for instance in instances {
            for part in InstanceHealth.Part.allCases {
                let condition = instance.health.condition(of: part)
                lines.append("\(instance.name) \(part.rawValue) \(condition.word)" + (condition.text.map { ": \($0)" } ?? ""))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
