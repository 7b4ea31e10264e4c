import AppService
import Bridge
import Protocol

/// The bindings of a shared service, for commands: beside a running service or without one.
public struct BindingRegister: Sendable {
    /// A binding as commands show it.
    public struct Line: Sendable, Equatable {
        /// Names it.
        public var id: String
        /// The instance, `<domain>/<name>`.
        public var instance: String
        /// The WhatsApp Business Account ID.
        public var account: String
        /// The phone number IDs; empty for all of the account.
        public var numbers: [String]
        /// `relay` or `direct`.
        public var mode: String
        /// `provisional`, `live` or `ending`.
        public var state: String
        /// How many notifications wait for the instance.
        public var waiting: Int
    }

    private let database: SharedDatabase

    /// Opens the service's database.
    /// - Throws: `StoreError`
    public init(dataDirectory: String) throws {
        database = try SharedDatabase(below: dataDirectory, for: .command)
    }

    /// All bindings that are not over, oldest change first.
    public func lines() async throws -> [Line] {
        try await database.read { db in
            try SharedStore.bindings(db, "state <> 'ended' ORDER BY changed_at, id").map { binding in
                let waiting = try SharedStore.count(of: binding.id, in: db)
                return Line(
                    id: binding.id, instance: binding.instance, account: binding.account, numbers: binding.numbers, mode: binding.mode.rawValue,
                    state: binding.state.rawValue, waiting: waiting)
            }
        }
    }

    /// Ends a binding. A running service unsubscribes and erases its secrets within seconds; otherwise the next one does.
    /// - Returns: whether there is one
    public func end(_ id: String) async throws -> Bool {
        try await SharedStore.end(id, keepsQueue: false, at: SystemClock().now(), in: database)
    }

    /// Closes the database.
    public func close() throws { try database.close() }
}
