import Crypto

extension MetaCore {
    /// Answers one request.
    mutating func reply(to request: GraphRequest, now: Int64) -> GraphReply {
        if request.path == Self.downloadPath { return download(request, now) }
        var parts = request.path.split(separator: "/").map(String.init)
        guard let version = parts.first, isVersion(version) else { return failure(.parameter("Unknown path components")) }
        parts.removeFirst()
        if parts == ["oauth", "access_token"] { return exchange(request, now) }
        if let app = appOfAppToken(request) {
            if parts == ["debug_token"] { return debugToken(request, now: now) }
            if parts == [apps[app].app.id, "subscriptions"] { return subscriptions(request, of: app) }
        }
        if let error = authorizationError(of: request, now: now) { return failure(error) }
        guard let object = parts.first else { return failure(.parameter("Unknown path components")) }
        if let number = numbers.first(where: { $0.id == object }), reaches(account(of: number), request) {
            if request.method == "POST", parts.dropFirst() == ["messages"] { return messages(request, number, now) }
            return self.number(request, number, Array(parts.dropFirst()), now)
        }
        if let account = allAccounts.first(where: { $0.id == object }), reaches(account.id, request) {
            return self.account(request, account, Array(parts.dropFirst()))
        }
        if object == "debug_token" { return debugToken(request, now: now) }
        if media[object] != nil, parts.count == 1 { return media(request, object, now) }
        return failure(.missingObject(object))
    }

    /// What is wrong with the access token of a request.
    func authorizationError(of request: GraphRequest, now: Int64) -> MetaError? {
        guard let token = request.token, accessTokens.contains(token) || tokens[token] != nil else {
            return MetaError(code: 190, subcode: request.token == nil ? nil : 467)
        }
        if tokens[token]?.isExpired(now: now) == true { return MetaError(code: 190, subcode: 463) }
        let app = apps[app(of: request)].app
        guard let proof = request.query["appsecret_proof"] else {
            return app.requiresProof ? .parameter("API calls from the server require an appsecret_proof argument") : nil
        }
        let expected = HMAC<SHA256>.authenticationCode(for: Array(token.utf8), using: SymmetricKey(data: Array(app.secret.utf8))).hex
        return proof == expected ? nil : .parameter("The appsecret_proof is invalid")
    }

    func isVersion(_ text: String) -> Bool {
        let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        return text.hasPrefix("v") && parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isWholeNumber) }
    }

    mutating func failure(_ error: MetaError) -> GraphReply { GraphReply(kind: .json(error.httpStatus, error.body(trace: makeTrace()))) }
}
