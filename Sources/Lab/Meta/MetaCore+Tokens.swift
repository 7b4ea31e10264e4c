/// Access tokens and what they may do (WhatsApp, Tokens).
extension MetaCore {
    static let appID = "4711"
    static let managementScope = "whatsapp_business_management"
    static let messagingScope = "whatsapp_business_messaging"

    /// The permissions of a token that is accepted.
    func scopes(of token: String) -> Set<String> { tokenScopes[token] ?? [Self.managementScope, Self.messagingScope] }

    /// What a request may not do for want of a permission.
    func permissionError(of request: GraphRequest, needing scope: String) -> MetaError? {
        guard let token = request.bearer, !scopes(of: token).contains(scope) else { return nil }
        return MetaError(code: scope == Self.messagingScope ? 10 : 200, details: "The permission \(scope) is missing")
    }

    /// `debug_token`: any accepted token may ask about any token.
    mutating func debugToken(_ request: GraphRequest) -> GraphReply {
        answering(.token) { core in
            guard let token = request.query["input_token"], !token.isEmpty else { return core.failure(.parameter("input_token is required")) }
            guard core.accessTokens.contains(token) else {
                return .ok([
                    "data": [
                        "is_valid": false, "scopes": [], "error": ["code": 190, "message": "The access token could not be decrypted"],
                    ]
                ])
            }
            let scopes = core.scopes(of: token).sorted().map(LabJSON.string)
            let granular = scopes.map { LabJSON.object(("scope", $0), ("target_ids", .array([.string(core.waba)]))) }
            return .ok([
                "data": .object(
                    ("app_id", .string(Self.appID)), ("type", "SYSTEM_USER"), ("is_valid", true), ("expires_at", 0), ("scopes", .array(scopes)),
                    ("granular_scopes", .array(granular)))
            ])
        }
    }
}

extension GraphRequest {
    /// The access token, if it came as it should.
    var bearer: String? {
        let scheme = "Bearer "
        guard let authorization, authorization.hasPrefix(scheme) else { return nil }
        return String(authorization.dropFirst(scheme.count))
    }
}
