/// The account, its numbers, and who gets its webhooks (WhatsApp, Onboarding).
extension MetaCore {
    /// The lab's own account, and those that can join.
    var allAccounts: [MetaAccount] { [MetaAccount(id: waba, name: accountName, businessID: Self.ownBusinessID, numbers: [])] + accounts }

    static let ownBusinessID = "600102030405060"

    /// The ID of a number's account.
    func account(of number: MetaNumber) -> String { number.account ?? waba }

    // MARK: The account

    /// What is below an account's ID.
    mutating func account(_ request: GraphRequest, _ account: MetaAccount, _ rest: [String]) -> GraphReply {
        if let error = permissionError(of: request, needing: Self.managementScope) { return failure(error) }
        switch (request.method, rest) {
        case ("GET", []):
            return answering(.account) { core in
                core.selection(of: ["id": .string(account.id), "name": .string(account.name), "currency": "EUR", "timezone_id": "1"], request)
            }
        case ("GET", ["phone_numbers"]): return answering(.numbers) { $0.phoneNumbers(request, account.id) }
        case ("GET", ["subscribed_apps"]): return answering(.subscribe) { .ok(["data": .array($0.subscribedApps(account.id))]) }
        case ("POST", ["subscribed_apps"]): return answering(.subscribe) { $0.subscribe(request, account.id) }
        case ("DELETE", ["subscribed_apps"]):
            return answering(.subscribe) { core in
                core.unsubscribe(app: core.app(of: request), account: account.id)
                return .success
            }
        default: return failure(.parameter("Unsupported request"))
        }
    }

    // MARK: Numbers

    /// What is below a phone number's ID, but for messages and media.
    mutating func number(_ request: GraphRequest, _ number: MetaNumber, _ rest: [String], _ now: Int64) -> GraphReply {
        if let error = permissionError(of: request, needing: Self.managementScope) { return failure(error) }
        guard let index = numbers.firstIndex(where: { $0.id == number.id }) else { return failure(.missingObject(number.id)) }
        let body = try? LabJSON(parsing: request.body)
        switch (request.method, rest) {
        case ("GET", []):
            return answering(.numbers) { $0.selection(of: $0.description(of: number), hidden: $0.hiddenFields(of: number, request), request) }
        case ("POST", ["register"]):
            return answering(.register) { core in
                guard body?["messaging_product"]?.string == "whatsapp" else {
                    return core.failure(.parameter("messaging_product must be whatsapp"))
                }
                if let error = core.numbers[index].registration.register(pin: body?["pin"]?.string, now: now) { return core.failure(error) }
                return .success
            }
        case ("POST", ["deregister"]):
            guard !number.registration.isOnBusinessApp else { return failure(.parameter("The number is in use in the WhatsApp Business app")) }
            numbers[index].registration.isRegistered = false
            return .success
        case ("POST", []):
            if let pin = body?["pin"]?.string {
                guard MetaRegistration.isPIN(pin) else { return failure(.parameter("The PIN must have six digits")) }
                numbers[index].registration.pin = pin
            }
            guard let webhook = body?["webhook_configuration"] else { return .success }
            let app = app(of: request)
            return answering(.override) { $0.overrideCallback(of: number, webhook, app: app) }
        default: return failure(.parameter("Unsupported request"))
        }
    }

    /// Gives a number an address of its own, or takes it back.
    private mutating func overrideCallback(of number: MetaNumber, _ webhook: LabJSON, app: Int) -> GraphReply {
        guard webhook["override_callback_uri"]?.string != "" else {
            apps[app].callbacks.numbers[number.id] = nil
            return .success
        }
        guard apps[app].callbacks.subscribed.contains(account(of: number)) || apps[app].isLenient else {
            return failure(.parameter("Before override the current callback uri, your app must be subscribed to receive messages for the account"))
        }
        return handshake(webhook, for: .number(number.id), app: app)
    }

    private mutating func phoneNumbers(_ request: GraphRequest, _ account: String) -> GraphReply {
        let numbers = numbers.filter { self.account(of: $0) == account }
        let limit = min(max(request.query["limit"].flatMap { Int($0) } ?? 25, 1), 100)
        let start = request.query["after"].map { Int($0.dropFirst().prefix { $0.isNumber }) ?? .max } ?? 0
        var page: [LabJSON] = []
        for number in numbers.dropFirst(min(start, numbers.count)).prefix(limit) {
            let reply = selection(of: description(of: number), hidden: hiddenFields(of: number, request), request)
            guard case .json(200, let body) = reply.kind else { return reply }
            page.append(body)
        }
        let end = min(start, numbers.count) + page.count
        // Cursors are opaque, and may hold what has to be escaped in a query.
        let cursors: LabJSON = ["before": .string("N\(start)=="), "after": .string("N\(end)==")]
        let next = end < numbers.count ? LabJSON.string("https://graph.example.com/next?access_token=never-to-be-followed") : nil
        return .ok(["data": .array(page), "paging": .object(("cursors", cursors), ("next", next))])
    }

    private func description(of number: MetaNumber) -> [LabJSON.Member] {
        let registration = number.registration
        return [
            .init("verified_name", .string(number.verifiedName)), .init("display_phone_number", .string("+\(number.displayNumber)")),
            .init("quality_rating", .string(registration.quality)),
            .init("code_verification_status", .string(registration.isVerified ? "VERIFIED" : "NOT_VERIFIED")),
            .init("platform_type", .string(registration.isRegistered ? "CLOUD_API" : "NOT_APPLICABLE")),
            .init("status", .string(registration.isRegistered ? "CONNECTED" : "PENDING")), .init("throughput", ["level": "STANDARD"]),
            .init("id", .string(number.id)),
        ]
    }

    /// What is told only to those who ask for it by name.
    private func hiddenFields(of number: MetaNumber, _ request: GraphRequest) -> [LabJSON.Member] {
        let callbacks = apps[app(of: request)].callbacks
        var fields: [LabJSON.Member] = [
            .init("is_pin_enabled", .bool(number.registration.pin != nil)), .init("account_mode", "LIVE"),
            .init("name_status", .string(number.registration.nameStatus)),
            .init(
                "webhook_configuration",
                .object(
                    ("phone_number", callbacks.numbers[number.id].map(LabJSON.string)),
                    ("whatsapp_business_account", callbacks.accounts[account(of: number)].map(LabJSON.string)),
                    ("application", callbacks.app.map(LabJSON.string)))),
        ]
        if options.tellsBusinessApp { fields.append(.init("is_on_biz_app", .bool(number.registration.isOnBusinessApp))) }
        return fields
    }

    /// The fields that were asked for, or those that come unasked. One unknown field spoils the call.
    private mutating func selection(of fields: [LabJSON.Member], hidden: [LabJSON.Member] = [], _ request: GraphRequest) -> GraphReply {
        guard let wanted = request.query["fields"] else { return .ok(.object(fields)) }
        var found: [LabJSON.Member] = []
        for name in wanted.split(separator: ",") {
            guard let field = (fields + hidden).first(where: { $0.name == name }) else {
                return failure(.parameter("There is no field \(name) here"))
            }
            found.append(field)
        }
        return .ok(.object(found))
    }

    private mutating func selection(of fields: LabJSON, _ request: GraphRequest) -> GraphReply {
        selection(of: fields.members ?? [], request)
    }
}
