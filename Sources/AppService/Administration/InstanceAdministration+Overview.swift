import Bridge

extension InstanceAdministration {
    /// The instance as it is now, but for its numbers.
    public func overview() async -> InstanceOverview {
        let state = taken.current.value.state
        let licences = licences(state.settings)
        let refused = await refusedAccounts(in: state.settings)
        return InstanceOverview(
            address: address,
            object: object,
            licences: licences,
            accounts: state.settings.accounts.map { id, account in
                InstanceOverview.Account(
                    id: id, name: account.name, isTokenSet: account.token != nil, tokenTail: state.secrets.tokens[id]?.tail,
                    tokenStoredAt: account.tokenStoredAt)
            }.sorted { $0.id < $1.id },
            webhook: InstanceOverview.Webhook(
                url: webhookURL, verifyToken: state.secrets.verifyToken?.revealed, activity: webhook.activity,
                isSenderVerifiable: state.secrets.hasVerifiableSender(at: clock.now()) && state.secrets.directPaths.isEmpty),
            hasSharedService: joining != nil,
            onboarding: onboarding,
            connect: health.connect,
            privatePosts: privatePosts,
            problems: problems(state, licences, refused: refused)
        )
    }

    /// The App object, as the newest PBX connection said; nil until there was one.
    var object: InstanceOverview.AppObject? {
        if let login = links.current.first?.login {
            lastObject.update { $0 = InstanceOverview.AppObject(sip: login.sip, dn: login.dn, isConnected: true) }
            return lastObject.current.value
        }
        guard var object = lastObject.current.value else { return nil }
        object.isConnected = false
        return object
    }

    /// The address to enter at Meta.
    private var webhookURL: String { publicURL.appending("\(address.path)/webhook") }

    /// Calls the webhook's public address as Meta does.
    public func testWebhook() async -> WebhookTest {
        guard let token = taken.current.value.state.secrets.verifyToken else {
            return WebhookTest(isReachable: false, text: "There is no verify token, so the webhook cannot be tested; set one first.")
        }
        let callback = WebhookCallback(url: webhookURL, verifyToken: token)
        return await webhook.testing { WebhookTest(await probe.probe(callback), at: callback.url) }
    }

    // MARK: Problems

    private func problems(
        _ state: SettingsChange.State, _ licences: LicenceStanding, refused: Set<String>
    ) -> [InstanceOverview.Problem] {
        var problems: [InstanceOverview.Problem] = []
        func add(_ code: String, _ severity: InstanceOverview.Problem.Severity, _ text: String, _ arguments: [String] = []) {
            problems.append(InstanceOverview.Problem(code: code, severity: severity, arguments: arguments, text: text))
        }
        let numbers = state.settings.activeNumbers
        if case .down(let reason) = health.condition(of: .database) {
            add("database-down", .error, "The database cannot be used: \(reason)", [reason])
        }
        if links.current.isEmpty { add("no-pbx", .error, "The PBX is not connected; check the app object's URL and password.") }
        if !state.secrets.hasVerifiableSender(at: clock.now()), state.secrets.directPaths.isEmpty {
            add("no-app-secret", .error, "There is no app secret, so notifications of Meta are refused; set it in the settings.")
        }
        let findings = accountProblems(state.settings)
        problems += findings.map { InstanceOverview.Problem($0.1, of: $0.account) }
        let told = care?.refused ?? []
        for account in refused.sorted() where !told.contains(account) {
            add("token-invalid", .error, "Meta refuses the access token of account \(account); replace it.", [account])
        }
        for number in numbers.values.compactMap(\.profile).filter({ $0.quality == "RED" }).map(\.display).sorted() {
            add("quality-low", .warning, "Meta rates the quality of number \(number) as low; look into WhatsApp Manager.", [number])
        }
        switch health.connect {
        case .down(let reason) where !links.current.isEmpty && numbers.values.contains(where: \.isJoined):
            add("connect-down", .error, "Connect cannot be reached: \(reason).", [reason])
        case .noZone(let zones):
            let names = zones.map(\.rawValue).joined(separator: ", ")
            add("no-zone", .error, "There is no access to zone \(names); tick the connector in the Apps tab of the Connect object.", [names])
        case .noModerator:
            add("no-moderator", .warning, "The moderator mode of Connect is not granted; tick it in the Apps tab of the connector's object.")
        case .down, .up, .unknown: break
        }
        let unfinished = numbers.filter { !$0.value.isJoined }.keys.map(\.rawValue).sorted()
        if !unfinished.isEmpty {
            add("incomplete", .warning, "\(unfinished.count) number(s) have no app or no zone; their messages wait.", ["\(unfinished.count)"])
        }
        let unlicensed = numbers.filter { $0.value.isJoined && !licences.active.contains($0.key) }.count
        if unlicensed > 0 {
            add("unlicensed", .warning, "\(unlicensed) number(s) have no licence; their messages wait.", ["\(unlicensed)"])
        }
        if let until = licences.graceUntil {
            add("licence-grace", .warning, "The PBX is away; its licences count for a limited time only.", ["\(until.milliseconds)"])
        }
        switch privatePosts {
        case .failed(let reason, _):
            add("private-posts-failed", .error, "The check of private posts failed; look at it before colleagues write any.", [reason.rawValue])
        case .unverified where numbers.values.contains(where: \.isJoined):
            add("private-posts-unverified", .warning, "It was not checked yet whether private posts stay private.")
        case .unverified, .running, .verified: break
        }
        return problems.filter { $0.severity == .error } + problems.filter { $0.severity == .warning }
    }
}
