/// A WhatsApp Business Account as the Graph API describes it (WhatsApp Cloud API, 5.4).
public struct GraphAccount: Decodable, Equatable, Sendable {
    /// The account's ID.
    public var id: String?
    /// The name that its owner gave it.
    public var name: String?

    /// - Parameters:
    ///   - id: the account's ID
    ///   - name: the name that its owner gave it
    public init(id: String?, name: String? = nil) {
        self.id = id
        self.name = name
    }

    /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.wireFields()
        self.init(id: fields.identifier("id"), name: fields.identifier("name"))
    }

    /// Decodes an answer.
    ///
    /// - Throws: when the body is no JSON object
    public static func decode(_ body: some Collection<UInt8>) throws(MalformedJSONBody) -> GraphAccount {
        try GraphJSON.decode(GraphAccount.self, from: body)
    }
}
