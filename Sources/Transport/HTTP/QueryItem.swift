/// One name and its value out of a query.
public struct QueryItem: Sendable, Hashable {
    /// The decoded name; it may hold dots, as `hub.mode`.
    public var name: String
    /// The decoded value; empty if there is none.
    public var value: String

    /// Creates an item.
    ///
    /// - Parameters:
    ///   - name: The decoded name.
    ///   - value: The decoded value.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

extension [QueryItem] {
    /// The value of the first item of that name.
    public subscript(name: String) -> String? {
        first { $0.name == name }?.value
    }
}
