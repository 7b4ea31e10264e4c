/// What the sign-up and its app do, as `POST signup` of the control API says. Any of:
///
/// | argument | what |
/// |---|---|
/// | `order` | `beforeCode`, `afterCode` or `never`: when the window message comes |
/// | `objects`, `tellsBusinessAppNumber`, `bareToken`, `requiresProof` | truth values |
/// | `scopes` | the permissions of new tokens |
/// | `targets` | `own`, `absent`, `empty` or `other`: the accounts that new tokens are told to reach |
/// | `app` | the app ID that new tokens are told to be of; an empty one for the right one |
/// | `tokenLifetime`, `dataAccessLifetime` | seconds; 0 for no end |
/// | `callback` | the app's own callback; an empty one for none |
/// | `remove` | an account ID: the business takes it away from the app |
/// | `revoke` | an account ID: its tokens are dead, and nobody is told |
struct ControlSignup {
    let lab: Lab

    /// - Throws: `LabError` for what does not exist.
    func change(_ arguments: LabJSON) throws {
        var options = lab.meta.signupOptions
        if let order = arguments["order"]?.string { options.order = try Self.known(order, "order") }
        if let targets = arguments["targets"]?.string { options.targets = try Self.known(targets, "targets") }
        if let sendsObjects = arguments["objects"] { options.sendsObjects = sendsObjects.isTruthy }
        if let tells = arguments["tellsBusinessAppNumber"] { options.tellsBusinessAppNumber = tells.isTruthy }
        if let isBare = arguments["bareToken"] { options.answersBareToken = isBare.isTruthy }
        if arguments["scopes"] != nil { options.scopes = arguments["scopes"]?.strings ?? [] }
        if let app = arguments["app"]?.string { options.appID = app.isEmpty ? nil : app }
        if arguments["tokenLifetime"] != nil { options.tokenLifetime = try Self.seconds("tokenLifetime", arguments) }
        if arguments["dataAccessLifetime"] != nil { options.dataAccessLifetime = try Self.seconds("dataAccessLifetime", arguments) }
        lab.meta.signupOptions = options
        if let requiresProof = arguments["requiresProof"] { lab.meta.signupApp.requiresProof = requiresProof.isTruthy }
        if let callback = arguments["callback"]?.string { lab.meta.signupCallbackURL = callback.isEmpty ? nil : callback }
        if let account = arguments["remove"]?.string { try lab.meta.removePartner(account: account) }
        if let account = arguments["revoke"]?.string { lab.meta.revokeSignupTokens(of: account) }
    }

    private static func known<Value: RawRepresentable<String> & CaseIterable>(_ text: String, _ name: String) throws -> Value {
        guard let value = Value(rawValue: text) else {
            throw LabError("\(name) must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return value
    }

    /// Nil for no end.
    private static func seconds(_ name: String, _ arguments: LabJSON) throws -> Int64? {
        guard let seconds = arguments[name]?.integer, (0...10 * 366 * 86_400).contains(seconds) else {
            throw LabError("\(name) must be 0 to ten years, in seconds.")
        }
        return seconds == 0 ? nil : seconds
    }
}

/// Sends a webhook about an account or number, as `POST event` of the control API says: `field` and `value` as they are, with `account`
/// (the lab's own if absent); or `kind` of `quality` (`number`, `event`, `limit`), `name` (`number`, `decision`, `reason`) or `account`
/// (`account`, `event`, and whatever else is in `details`).
struct ControlEvent {
    let lab: Lab

    /// - Throws: `LabError` for what does not exist.
    func send(_ arguments: LabJSON) throws {
        let account = arguments["account"]?.string
        guard account == nil || lab.meta.accounts.contains(where: { $0.id == account }) else {
            throw LabError("There is no account \(account ?? "").")
        }
        switch arguments["kind"]?.string {
        case "quality":
            let number = try number(arguments)
            send(
                "phone_number_quality_update",
                [
                    "display_phone_number": .string(number.displayNumber), "event": arguments["event"] ?? "FLAGGED",
                    "current_limit": arguments["limit"] ?? "TIER_250",
                ],
                of: number)
        case "name":
            let number = try number(arguments)
            send(
                "phone_number_name_update",
                [
                    "display_phone_number": .string(number.displayNumber), "decision": arguments["decision"] ?? "APPROVED",
                    "requested_verified_name": .string(number.verifiedName), "rejection_reason": arguments["reason"] ?? .null,
                ], of: number)
        case "account":
            let event = LabJSON.Member("event", arguments["event"] ?? "ACCOUNT_RESTRICTION")
            lab.meta.notify(field: "account_update", value: .object([event] + (arguments["details"]?.members ?? [])), account: account)
        case nil:
            guard let field = arguments["field"]?.string, !field.isEmpty, let value = arguments["value"] else {
                throw LabError("An event needs a kind, or a field and a value.")
            }
            lab.meta.notify(field: field, value: value, account: account)
        case let kind?: throw LabError("There is no kind of event \(kind).")
        }
    }

    private func send(_ field: String, _ value: LabJSON, of number: MetaNumber) {
        lab.meta.notify(field: field, value: value, account: number.account)
    }

    private func number(_ arguments: LabJSON) throws -> MetaNumber {
        let id = arguments["number"]?.string ?? lab.configuration.numbers.first?.id ?? ""
        guard let number = lab.meta.allNumbers.first(where: { $0.id == id }) else { throw LabError("There is no number \(id).") }
        return number
    }
}
