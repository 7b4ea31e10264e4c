/// A person (or group) on WhatsApp, known by a set of aliases.
public struct Customer: Equatable, Sendable {
    /// The row that holds the customer.
    public typealias ID = RowID<Customer>

    /// The row that holds the customer.
    public var id: ID
    /// The name that the customer gave themselves on WhatsApp, newest first known; nil if none was ever seen.
    public var name: String?
    /// Every name under which WhatsApp has shown the customer.
    public var aliases: Set<Alias>

    /// Creates a customer as stored.
    public init(id: ID, name: String?, aliases: Set<Alias>) {
        self.id = id
        self.name = name
        self.aliases = aliases
    }
}
