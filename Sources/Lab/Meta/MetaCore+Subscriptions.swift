/// Who gets an account's webhooks, and where (WhatsApp, Callback override).
extension MetaCore {
    func subscribedApps(_ account: String) -> [LabJSON] {
        apps.filter { $0.callbacks.subscribed.contains(account) }.map { state in
            .object(
                (
                    "whatsapp_business_api_data",
                    ["id": .string(state.app.id), "name": .string(state.app.name), "link": "https://example.com/"]
                ),
                ("override_callback_uri", state.callbacks.accounts[account].map(LabJSON.string)))
        }
    }

    mutating func subscribe(_ request: GraphRequest, _ account: String) -> GraphReply {
        let body = try? LabJSON(parsing: request.body)
        let app = app(of: request)
        guard body?["override_callback_uri"] != nil || body?["verify_token"] != nil else {
            apps[app].callbacks.subscribed.insert(account)
            apps[app].callbacks.accounts[account] = nil
            return .success
        }
        guard apps[app].callbacks.subscribed.contains(account) else {
            return failure(.parameter("Before override the current callback uri, your app must be subscribed to receive messages for the account"))
        }
        return handshake(body, for: .account(account), app: app)
    }

    mutating func unsubscribe(app: Int, account: String) {
        apps[app].callbacks.subscribed.remove(account)
        apps[app].callbacks.accounts[account] = nil
    }

    mutating func handshake(_ body: LabJSON?, for target: MetaHandshake.Target, app: Int) -> GraphReply {
        let name = if case .app = target { "callback_url" } else { "override_callback_uri" }
        guard let url = body?[name]?.string, let token = body?["verify_token"]?.string, !token.isEmpty else {
            return failure(.parameter("\(name) and verify_token belong together"))
        }
        guard url.count <= MetaCallbacks.longestAddress, url.hasPrefix("http://") || url.hasPrefix("https://") else {
            return failure(.parameter("\(name) is no address of at most \(MetaCallbacks.longestAddress) characters"))
        }
        return GraphReply(kind: .handshake(MetaHandshake(app: app, target: target, url: url, token: token)))
    }

    /// A new address was asked for its challenge.
    ///
    /// - Parameter trouble: What came instead of the challenge; nil if it came.
    mutating func finished(_ handshake: MetaHandshake, trouble: String?) -> GraphReply {
        if let trouble { return failure(MetaError(code: 2_200, details: "The callback could not be verified: \(trouble)")) }
        switch handshake.target {
        case .app(let fields):
            apps[handshake.app].callbacks.app = handshake.url
            if !fields.isEmpty { apps[handshake.app].app.fields = Set(fields) }
        case .account(let id): apps[handshake.app].callbacks.accounts[id] = handshake.url
        case .number(let id): apps[handshake.app].callbacks.numbers[id] = handshake.url
        }
        return .success
    }

    /// `{app}/subscriptions`, with the app token: the app's own callback (WhatsApp, Verification).
    mutating func subscriptions(_ request: GraphRequest, of app: Int) -> GraphReply {
        let object = "whatsapp_business_account"
        switch request.method {
        case "GET":
            let callbacks = apps[app].callbacks
            let fields = apps[app].app.fields.sorted().map { LabJSON.object(("name", .string($0)), ("version", "v25.0")) }
            let subscription = callbacks.app.map {
                LabJSON.object(("object", .string(object)), ("callback_url", .string($0)), ("active", true), ("fields", .array(fields)))
            }
            return .ok(["data": .array([subscription].compactMap { $0 })])
        case "POST":
            let body = try? LabJSON(parsing: request.body)
            // Meta takes the parameters from the query as well.
            let given = body?.members == nil ? LabJSON.object(request.query.map { .init($0.key, .string($0.value)) }) : body
            guard given?["object"]?.string == object else { return failure(.parameter("object must be \(object)")) }
            let listed = given?["fields"]?.string?.split(separator: ",").map(String.init) ?? given?["fields"]?.strings ?? []
            return handshake(given, for: .app(fields: listed), app: app)
        default: return failure(.parameter("Unsupported request"))
        }
    }
}
