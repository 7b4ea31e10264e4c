/// Access tokens and what they may do (WhatsApp, Tokens).
extension MetaCore {
    static let appID = "4711"
    static let managementScope = "whatsapp_business_management"
    static let messagingScope = "whatsapp_business_messaging"

    /// The permissions of a token that is accepted.
    func scopes(of token: String) -> Set<String> {
        if let issued = tokens[token] { return Set(issued.scopes) }
        return tokenScopes[token] ?? [Self.managementScope, Self.messagingScope]
    }

    /// What a request may not do for want of a permission.
    func permissionError(of request: GraphRequest, needing scope: String) -> MetaError? {
        guard let token = request.token, !scopes(of: token).contains(scope) else { return nil }
        return MetaError(code: scope == Self.messagingScope ? 10 : 200, details: "The permission \(scope) is missing")
    }

    /// The index of the app whose token a request has.
    func app(of request: GraphRequest) -> Int { request.token.flatMap { tokens[$0]?.app } ?? 0 }

    /// Whether a request's token reaches an account: that of the sign-up, or the lab's own.
    func reaches(_ account: String, _ request: GraphRequest) -> Bool {
        guard let token = request.token, let issued = tokens[token] else { return account == waba }
        return issued.account == account
    }

    /// The index of the app whose app token, its ID and secret with a bar between them, a request has.
    func appOfAppToken(_ request: GraphRequest) -> Int? {
        request.token.flatMap { token in apps.firstIndex { "\($0.app.id)|\($0.app.secret)" == token } }
    }

    /// `debug_token`: any accepted token may ask about any token; an app token about those of its app.
    mutating func debugToken(_ request: GraphRequest, now: Int64) -> GraphReply {
        answering(.token) { core in
            guard let token = request.query["input_token"], !token.isEmpty else { return core.failure(.parameter("input_token is required")) }
            if let issued = core.tokens[token] {
                if let asking = core.appOfAppToken(request), asking != issued.app {
                    return core.failure(.parameter("The App_id in the input_token did not match the Viewing App"))
                }
                return .ok(["data": core.description(of: issued, now: now)])
            }
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

    private func description(of token: MetaToken, now: Int64) -> LabJSON {
        let targets: LabJSON? =
            switch token.targets {
            case .own: [.string(token.account)]
            case .absent: nil
            case .empty: []
            case .other: [.string("9" + token.account.dropFirst())]
            }
        let expiry: LabJSON? = token.isExpired(now: now) ? ["code": 190, "subcode": 463, "message": "The session has expired"] : nil
        return .object(
            ("app_id", .string(token.toldAppID)), ("type", "SYSTEM_USER"), ("application", .string(apps[token.app].app.name)),
            ("is_valid", .bool(expiry == nil)), ("expires_at", .integer(token.expiresAt)),
            ("data_access_expires_at", .integer(token.dataAccessExpiresAt)), ("scopes", .array(token.scopes.map(LabJSON.string))),
            ("granular_scopes", .array(token.scopes.map { .object(("scope", .string($0)), ("target_ids", targets)) })), ("error", expiry))
    }
}

extension GraphRequest {
    /// The access token: from the header, or from the query.
    var token: String? { bearer ?? (authorization == nil ? query["access_token"] : nil) }

    private var bearer: String? {
        let scheme = "Bearer "
        guard let authorization, authorization.hasPrefix(scheme) else { return nil }
        return String(authorization.dropFirst(scheme.count))
    }
}
