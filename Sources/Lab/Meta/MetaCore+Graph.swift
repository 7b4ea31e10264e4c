import Crypto

extension MetaCore {
    /// Answers one request.
    mutating func reply(to request: GraphRequest, now: Int64) -> GraphReply {
        if request.path == Self.downloadPath { return download(request, now) }
        var parts = request.path.split(separator: "/").map(String.init)
        guard let version = parts.first, isVersion(version) else { return failure(.parameter("Unknown path components")) }
        parts.removeFirst()
        if let error = authorizationError(of: request) { return failure(error) }
        guard let object = parts.first else { return failure(.parameter("Unknown path components")) }
        if let number = numbers.first(where: { $0.id == object }) {
            if request.method == "POST", parts.dropFirst() == ["messages"] { return messages(request, number, now) }
            return self.number(request, number, Array(parts.dropFirst()), now)
        }
        if object == waba { return account(request, Array(parts.dropFirst())) }
        if object == "debug_token" { return debugToken(request) }
        if media[object] != nil, parts.count == 1 { return media(request, object, now) }
        return failure(.missingObject(object))
    }

    /// What is wrong with the access token of a request.
    func authorizationError(of request: GraphRequest) -> MetaError? {
        guard let token = request.bearer, accessTokens.contains(token) else {
            return MetaError(code: 190, subcode: request.authorization == nil ? nil : 467)
        }
        guard let proof = request.query["appsecret_proof"] else { return nil }
        let expected = HMAC<SHA256>.authenticationCode(for: Array(token.utf8), using: SymmetricKey(data: Array(appSecret.utf8))).hex
        return proof == expected ? nil : .parameter("The appsecret_proof is invalid")
    }

    func isVersion(_ text: String) -> Bool {
        let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        return text.hasPrefix("v") && parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isWholeNumber) }
    }

    mutating func failure(_ error: MetaError) -> GraphReply { GraphReply(kind: .json(error.httpStatus, error.body(trace: makeTrace()))) }
}
