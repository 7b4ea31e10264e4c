/// The apps that get an account's webhooks (WhatsApp Cloud API, 1.6).
public struct GraphSubscribedApps: Decodable, Equatable, Sendable {
    /// One of them.
    public struct App: Decodable, Equatable, Sendable {
        /// The app's ID.
        public var id: String?
        /// Where it has the account's webhooks delivered in place of its own address; `nil` if there.
        public var callback: String?

        /// - Parameters:
        ///   - id: the app's ID
        ///   - callback: where it has the account's webhooks delivered in place of its own address
        public init(id: String?, callback: String? = nil) {
            self.id = id
            self.callback = callback
        }

        /// Reads the object as it stands on the wire.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            self.init(
                id: fields.object("whatsapp_business_api_data")?.identifier("id"), callback: fields.identifier("override_callback_uri"))
        }
    }

    /// The apps.
    public var apps: [App]

    /// - Parameter apps: the apps
    public init(_ apps: [App]) { self.apps = apps }

    /// Reads the object as it stands on the wire. Without a list it says nothing.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.wireFields()
        guard fields.contains("data") else {
            throw DecodingError.incomplete("no list")
        }
        self.init(fields.values("data"))
    }

    /// Decodes an answer.
    ///
    /// - Throws: when the body is no list of apps
    public static func decode(_ body: some Collection<UInt8>) throws(MalformedJSONBody) -> GraphSubscribedApps {
        try GraphJSON.decode(GraphSubscribedApps.self, from: body)
    }
}
