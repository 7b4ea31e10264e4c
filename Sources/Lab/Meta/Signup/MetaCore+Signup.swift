/// The sign-up dialog's side of Meta (WhatsApp, Embedded Signup).
extension MetaCore {
    static let businessAppFeature = "whatsapp_business_app_onboarding"

    /// The app of a dialog, or what is wrong with the page's call.
    func signupApp(client: String, configuration: String) throws(LabError) -> Int {
        guard let index = apps.firstIndex(where: { $0.app.id == client }) else { throw LabError("There is no app \(client).") }
        guard !configuration.isEmpty, apps[index].app.configurationID == configuration else {
            throw LabError("The app has no login configuration \(configuration).")
        }
        return index
    }

    /// Ends a sign-up, but for handing out the code: the account is the app's to use, and a new number is there.
    ///
    /// - Throws: `LabError` for what cannot be chosen.
    mutating func prepareSignup(_ choice: MetaSignupChoice, app: Int) throws(LabError) -> MetaSignupResult {
        guard let account = allAccounts.first(where: { $0.id == choice.account }) else { throw LabError("There is no account \(choice.account).") }
        let chosen = try chosenNumber(choice)
        let isBusinessApp = chosen?.registration.isOnBusinessApp ?? false
        guard !isBusinessApp || choice.takesBusinessApp else {
            throw LabError("The page has not asked for numbers of the WhatsApp Business app (featureType \(Self.businessAppFeature)).")
        }
        joined.insert(account.id)
        let code = "AQ" + random.hex(bytes: 48)
        codes[code] = MetaCode(app: app, account: account.id)
        let event =
            isBusinessApp ? "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING" : chosen == nil ? "FINISH_ONLY_WABA" : "FINISH"
        let toldNumber = isBusinessApp && !signup.tellsBusinessAppNumber ? nil : chosen?.id
        return MetaSignupResult(
            code: code, event: event,
            data: .object(
                ("phone_number_id", toldNumber.map(LabJSON.string)), ("waba_id", .string(account.id)), ("business_id", .string(account.businessID))))
    }

    private mutating func chosenNumber(_ choice: MetaSignupChoice) throws(LabError) -> MetaNumber? {
        if let new = choice.newNumber {
            guard (7...15).contains(new.display.utf8.count), new.display.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw LabError("A phone number has 7 to 15 digits, with its country code.")
            }
            guard !numbers.contains(where: { $0.displayNumber == new.display }) else { throw LabError("The number is in use already.") }
            guard !new.name.isEmpty, new.name.count <= 100 else { throw LabError("A display name has 1 to 100 characters.") }
            var number = MetaNumber(
                id: freshID(), displayNumber: new.display, verifiedName: new.name, countryCode: String(new.display.prefix(2)),
                registration: .unregistered())
            number.account = choice.account == waba ? nil : choice.account
            numbers.append(number)
            return number
        }
        guard let id = choice.number else { return nil }
        guard let number = numbers.first(where: { $0.id == id && self.account(of: $0) == choice.account }) else {
            throw LabError("The account has no number \(id).")
        }
        return number
    }

    private mutating func freshID() -> String {
        while true {
            let id = "7" + random.digits(14)
            if !numbers.contains(where: { $0.id == id }), media[id] == nil { return id }
        }
    }

    /// The dialog gives the code to the page: its time begins, and the app's callback hears of the account.
    mutating func handOut(code: String, now: Int64) throws(LabError) {
        guard var found = codes[code], found.handedOut == nil else { throw LabError("There is no such code.") }
        found.handedOut = now
        codes[code] = found
        notifyApp(found.app, event: "PARTNER_ADDED", account: found.account, now: now)
    }

    /// Tells an app's own callback of an account, whether it is subscribed to it or not.
    mutating func notifyApp(_ app: Int, event: String, account: String, now: Int64) {
        let business = allAccounts.first { $0.id == account }?.businessID ?? ""
        let value: LabJSON = ["event": .string(event), "waba_info": ["waba_id": .string(account), "owner_business_id": .string(business)]]
        var update = MetaUpdate(numberID: "", content: .other(field: "account_update", value), contact: nil, wamid: "")
        update.account = account
        update.app = app
        update.entry = business
        webhooks.add(update, at: now)
    }

    // MARK: Codes and tokens

    /// `GET oauth/access_token`: a code becomes a token, with the app secret.
    mutating func exchange(_ request: GraphRequest, _ now: Int64) -> GraphReply {
        answering(.exchange) { core in
            guard let index = core.apps.firstIndex(where: { $0.app.id == request.query["client_id"] }) else {
                return core.failure(MetaError(code: 101, details: "Error validating application: there is no such app"))
            }
            guard core.apps[index].app.secret == request.query["client_secret"] else {
                return core.failure(MetaError(code: 1, httpStatus: 400, details: "Error validating client secret"))
            }
            guard let code = request.query["code"], let found = core.codes[code], found.app == index else {
                return core.failure(MetaError(code: 100, details: "Invalid verification code format"))
            }
            guard !found.isUsed else { return core.failure(MetaError(code: 100, subcode: 36_009, details: "This authorization code has been used")) }
            guard (found.handedOut ?? now) + MetaCode.lifetime > now else {
                return core.failure(MetaError(code: 100, subcode: 36_007, details: "This authorization code has expired"))
            }
            core.codes[code]?.isUsed = true
            let token = core.makeToken(app: index, account: found.account, now: now)
            let lifetime = core.signup.tokenLifetime
            guard !core.signup.answersBareToken else { return .ok(.string(token)) }
            return .ok(.object(("access_token", .string(token)), ("token_type", "bearer"), ("expires_in", lifetime.map(LabJSON.integer))))
        }
    }

    /// A new token of an app for an account, as the options say.
    mutating func makeToken(app: Int, account: String, now: Int64) -> String {
        let token = "EAA" + random.hex(bytes: 60)
        tokens[token] = MetaToken(
            app: app, account: account, scopes: signup.scopes, targets: signup.targets, toldAppID: signup.appID ?? apps[app].app.id,
            expiresAt: signup.tokenLifetime.map { now / 1_000 + $0 } ?? 0,
            dataAccessExpiresAt: signup.dataAccessLifetime.map { now / 1_000 + $0 } ?? 0)
        return token
    }

    /// The business takes an account away from an app: its tokens are dead, its subscription is gone, and the app's callback hears of it.
    ///
    /// - Throws: `LabError` for an app that has nothing of the account.
    mutating func removePartner(app: Int, account: String, now: Int64) throws(LabError) {
        let dead = tokens.filter { $0.value.app == app && $0.value.account == account }.map(\.key)
        guard !dead.isEmpty || apps[app].callbacks.subscribed.contains(account) else { throw LabError("The app has nothing of this account.") }
        for token in dead { tokens[token] = nil }
        unsubscribe(app: app, account: account)
        notifyApp(app, event: "PARTNER_REMOVED", account: account, now: now)
    }
}
