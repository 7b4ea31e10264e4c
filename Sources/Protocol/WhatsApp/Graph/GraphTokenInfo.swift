/// What `debug_token` says about an access token (WhatsApp Cloud API, 5.2).
public struct GraphTokenInfo: Decodable, Equatable, Sendable {
    /// A permission for certain objects only.
    public struct Grant: Decodable, Equatable, Sendable {
        /// The permission's name.
        public var scope: String?
        /// The objects' IDs; none means all that its owner may use.
        public var targets: [String]

        /// - Parameters:
        ///   - scope: the permission's name
        ///   - targets: the objects' IDs
        public init(scope: String?, targets: [String] = []) {
            self.scope = scope
            self.targets = targets
        }

        /// Reads the object as it stands on the wire.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            self.init(scope: fields.identifier("scope"), targets: fields.values("target_ids", of: Identifier.self).map(\.text))
        }

        /// An ID, as a text or a number.
        private struct Identifier: Decodable {
            var text: String

            init(from decoder: any Decoder) throws {
                let value = try decoder.singleValueContainer()
                text = try (try? value.decode(String.self)) ?? String(value.decode(Int64.self))
            }
        }
    }

    /// The app that the token was made for.
    public var appID: String?
    /// Whether it may be used now.
    public var isValid: Bool
    /// The names of its permissions; `nil` if they are not told.
    public var scopes: [String]?
    /// Which permissions hold for which objects.
    public var grants: [Grant]
    /// Why it is not valid.
    public var problem: String?
    /// When it ends, in seconds since 1970; `nil` if it does not.
    public var expiresAt: Int64?
    /// When its access to data ends, in seconds since 1970; `nil` if it does not.
    public var dataAccessExpiresAt: Int64?

    /// - Parameters:
    ///   - appID: the app that the token was made for
    ///   - isValid: whether it may be used now
    ///   - scopes: the names of its permissions
    ///   - grants: which permissions hold for which objects
    ///   - problem: why it is not valid
    ///   - expiresAt: when it ends, in seconds since 1970
    ///   - dataAccessExpiresAt: when its access to data ends, in seconds since 1970
    public init(
        appID: String? = nil, isValid: Bool, scopes: [String]? = nil, grants: [Grant] = [], problem: String? = nil, expiresAt: Int64? = nil,
        dataAccessExpiresAt: Int64? = nil
    ) {
        self.appID = appID
        self.isValid = isValid
        self.scopes = scopes
        self.grants = grants
        self.problem = problem
        self.expiresAt = expiresAt
        self.dataAccessExpiresAt = dataAccessExpiresAt
    }

    /// Reads the answer as it stands on the wire. One that does not say whether the token is valid says nothing.
    public init(from decoder: any Decoder) throws {
        guard let fields = try decoder.wireFields().object("data"), let isValid = fields.flag("is_valid") else {
            throw DecodingError.incomplete("no token")
        }
        self.init(
            appID: fields.identifier("app_id"),
            isValid: isValid,
            scopes: fields.contains("scopes") ? fields.values("scopes", of: String.self) : nil,
            grants: fields.values("granular_scopes"),
            problem: fields.object("error")?.identifier("message"),
            // Meta writes 0 for never.
            expiresAt: fields.seconds("expires_at").flatMap { $0 > 0 ? $0 : nil },
            dataAccessExpiresAt: fields.seconds("data_access_expires_at").flatMap { $0 > 0 ? $0 : nil }
        )
    }

    /// Decodes an answer.
    ///
    /// - Throws: when the body does not describe a token
    public static func decode(_ body: some Collection<UInt8>) throws(MalformedJSONBody) -> GraphTokenInfo {
        try GraphJSON.decode(GraphTokenInfo.self, from: body)
    }
}
