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
            return management(request, number: number, Array(parts.dropFirst()))
        }
        if object == waba { return management(request, Array(parts.dropFirst())) }
        if object == "debug_token" { return debugToken(request) }
        if media[object] != nil, parts.count == 1 { return media(request, object, now) }
        return failure(.missingObject(object))
    }

    /// What is wrong with the access token of a request.
    func authorizationError(of request: GraphRequest) -> MetaError? {
        let scheme = "Bearer "
        guard let authorization = request.authorization, authorization.hasPrefix(scheme),
            accessTokens.contains(String(authorization.dropFirst(scheme.count)))
        else { return MetaError(code: 190, subcode: request.authorization == nil ? nil : 467) }
        return nil
    }

    func isVersion(_ text: String) -> Bool {
        let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        return text.hasPrefix("v") && parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isWholeNumber) }
    }

    mutating func failure(_ error: MetaError) -> GraphReply { GraphReply(kind: .json(error.httpStatus, error.body(trace: makeTrace()))) }

    // MARK: Account

    private mutating func management(_ request: GraphRequest, number: MetaNumber, _ rest: [String]) -> GraphReply {
        switch (request.method, rest) {
        case ("GET", []): .ok(description(of: number))
        case ("POST", ["register"]), ("POST", ["deregister"]), ("POST", []): .success
        default: failure(.parameter("Unsupported request"))
        }
    }

    private mutating func management(_ request: GraphRequest, _ rest: [String]) -> GraphReply {
        switch (request.method, rest) {
        case ("GET", []): return .ok(["id": .string(waba), "name": "Lab", "currency": "EUR", "timezone_id": "1"])
        case ("GET", ["phone_numbers"]):
            return .ok(["data": .array(numbers.map(description)), "paging": ["cursors": ["before": "MA", "after": "MA"]]])
        case ("GET", ["subscribed_apps"]):
            let app: LabJSON = ["whatsapp_business_api_data": ["id": "4711", "name": "Lab", "link": "https://example.com/"]]
            return .ok(["data": isSubscribed ? [app] : []])
        case ("POST", ["subscribed_apps"]), ("DELETE", ["subscribed_apps"]):
            isSubscribed = request.method == "POST"
            return .success
        default: return failure(.parameter("Unsupported request"))
        }
    }

    private func description(of number: MetaNumber) -> LabJSON {
        [
            "verified_name": .string(number.verifiedName), "display_phone_number": .string("+\(number.displayNumber)"),
            "quality_rating": "GREEN", "code_verification_status": "VERIFIED", "platform_type": "CLOUD_API", "status": "CONNECTED",
            "throughput": ["level": "STANDARD"], "id": .string(number.id),
        ]
    }

    private func debugToken(_ request: GraphRequest) -> GraphReply {
        let isValid = request.query["input_token"].map(accessTokens.contains) ?? false
        let scopes: LabJSON = ["whatsapp_business_management", "whatsapp_business_messaging"]
        let granular: LabJSON = .array((scopes.array ?? []).map { ["scope": $0, "target_ids": [.string(waba)]] })
        return .ok([
            "data": .object(
                ("app_id", "4711"), ("type", "SYSTEM_USER"), ("is_valid", .bool(isValid)), ("expires_at", 0), ("scopes", isValid ? scopes : nil),
                ("granular_scopes", isValid ? granular : nil))
        ])
    }
}
