import AppService
import Bridge
import Protocol

// What the instance knows, as the wire calls it, and back.

extension WhatsAppAdmin.Number {
    init(_ number: AdministeredNumber) {
        let settings = number.settings
        self.init(
            id: number.id.rawValue, display: settings.profile?.display ?? "", name: settings.profile?.verifiedName ?? "", waba: settings.account,
            app: settings.app, zone: settings.zone?.rawValue ?? "", tags: settings.tags.map(NumberRules.written), licensed: settings.isLicensed,
            active: number.isActive, closedMessage: settings.closedMessage, readReceipts: settings.readReceipts, typing: settings.typing,
            edits: settings.edits, quality: settings.profile?.quality, state: number.state.rawValue, rev: settings.revision)
    }
}

extension NumberChange {
    init(_ update: WhatsAppAdmin.UpdateNumber) throws(WhatsAppAdmin.Failure) {
        var edits: EditPolicy?
        if let name = update.edits {
            edits = EditPolicy(rawValue: name)
            guard edits != nil else {
                let names = EditPolicy.allCases.map(\.rawValue).joined(separator: ", ")
                throw WhatsAppAdmin.Failure(.badRequest, "The member edits must be one of \(names).", field: "edits")
            }
        }
        self.init(
            app: update.app, zone: update.zone, tags: update.tags, isLicensed: update.licensed, closedMessage: update.closedMessage,
            readReceipts: update.readReceipts, typing: update.typing, edits: edits)
    }
}

extension AccountRequest {
    /// - Parameter key: of the session that the secrets came by
    init(_ add: WhatsAppAdmin.AddAccount, key: SessionKey) throws(WhatsAppAdmin.Failure) {
        func secret(_ sealed: SealedText, _ field: String) throws(WhatsAppAdmin.Failure) -> Secret { try Secret(sealed, field, key: key) }
        let pin = try add.pin.map { sealed throws(WhatsAppAdmin.Failure) in try PIN(sealed, key: key) }
        var appSecret: Secret?
        if let sealed = add.appSecret { appSecret = try secret(sealed, "appSecret") }
        self.init(
            account: add.waba, token: try secret(add.token, "token"), numbers: add.phoneIds.map { $0.map(PhoneNumberID.init(rawValue:)) }, pin: pin,
            appSecret: appSecret)
    }
}

extension Secret {
    /// - Parameters:
    ///   - field: the member that it came in
    ///   - key: of the session that it came by
    fileprivate init(_ sealed: SealedText, _ field: String, key: SessionKey) throws(WhatsAppAdmin.Failure) {
        guard let text = sealed.opened(under: key) else {
            throw WhatsAppAdmin.Failure(.badRequest, "The member \(field) cannot be decrypted; reload the page.", field: field)
        }
        self.init(text)
    }
}

extension PIN {
    /// - Parameter key: of the session that it came by
    init(_ sealed: SealedText, key: SessionKey) throws(WhatsAppAdmin.Failure) {
        guard let pin = PIN(try Secret(sealed, "pin", key: key).revealed) else {
            throw WhatsAppAdmin.Failure(.invalidPIN, "A PIN has exactly six digits.", field: "pin")
        }
        self = pin
    }
}

extension WhatsAppAdmin.Failure {
    init(_ failure: AdministrationFailure) {
        var number: WhatsAppAdmin.Number?
        let code: Code =
            switch failure {
            case .badValue, .refused: .badRequest
            case .notFound: .notFound
            case .conflict: .conflict
            case .noLicence: .noLicense
            case .limit: .limit
            case .noConnect: .noConnect
            case .invalidPIN: .invalidPIN
            case .onboardingBusy: .onboardingBusy
            case .onboardingExpired: .onboardingExpired
            case .meta: .metaError
            }
        if case .conflict(let present) = failure { number = WhatsAppAdmin.Number(present) }
        self.init(code, failure.text, field: failure.field, number: number)
    }
}

extension WhatsAppAdmin.Info {
    init(_ overview: InstanceOverview) {
        let webhook = overview.webhook
        self.init(
            build: ConnectorVersion.build, label: ConnectorVersion.label, version: ConnectorVersion.id, instance: overview.address.name,
            domain: overview.address.domain,
            object: overview.object.map { Object(sip: $0.sip, dn: $0.dn, connected: $0.isConnected) },
            lics: overview.licences.count, licsUsed: overview.licences.active.count, testmode: overview.licences.isTestMode,
            licsGraceUntil: overview.licences.graceUntil?.milliseconds, numbersLimit: NumberRules.limit,
            accounts: overview.accounts.map {
                Account(
                    waba: $0.id, name: $0.name.map { String($0.prefix(200)) }, tokenSet: $0.isTokenSet, tokenTail: $0.tokenTail ?? "",
                    tokenTime: $0.tokenStoredAt?.milliseconds)
            },
            webhook: Webhook(
                url: webhook.url, verifyToken: webhook.verifyToken, verified: webhook.activity.verifiedAt?.milliseconds,
                lastEvent: webhook.activity.lastEventAt?.milliseconds, reachable: webhook.activity.reachability.rawValue,
                verifiableSender: webhook.isSenderVerifiable),
            sharedService: overview.hasSharedService, onboarding: overview.onboarding.map { WhatsAppAdmin.Onboarding($0) },
            connectState: overview.connect.word, connectText: overview.connect.text,
            privatePosts: WhatsAppAdmin.PrivatePosts(overview.privatePosts),
            problems: overview.problems.map { Problem(code: $0.code, severity: $0.severity.rawValue, args: $0.arguments, text: $0.text) })
    }
}

extension WhatsAppAdmin.Onboarding {
    init(_ progress: OnboardingProgress) { self.init(progress, at: progress.step) }

    init(_ progress: OnboardingProgress, at step: OnboardingProgress.Step) {
        self.init(id: progress.id, kind: progress.kind, step: .waiting)
        if !step.isLast {
            url = progress.page
            expires = progress.expiresAt.milliseconds
        }
        switch step {
        case .waiting: break
        case .token: self.step = .token
        case .numbers(let count): (self.step, total) = (.numbers, count)
        case .subscribed: self.step = .subscribed
        case .registering(let count, let total): (self.step, done, self.total) = (.registering, count, total)
        case .done(let count, let problems):
            (self.step, done) = (.done, count)
            self.problems = problems.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                Problem(id: $0.key.rawValue, text: String($0.value.prefix(500)))
            }
        case .failed(let failure): (self.step, self.failure) = (.failed, WhatsAppAdmin.Failure(failure))
        case .cancelled: self.step = .cancelled
        }
    }
}

extension InstanceHealth.ConnectState {
    fileprivate var word: String {
        switch self {
        case .up: "up"
        case .noModerator: "no-moderator"
        case .noZone: "no-zone"
        case .down: "down"
        case .unknown: "unknown"
        }
    }

    fileprivate var text: String? {
        switch self {
        case .up, .unknown: nil
        case .noModerator: "The moderator mode is not granted."
        case .noZone(let zones): "There is no access to zone \(zones.map(\.rawValue).joined(separator: ", "))."
        case .down(let reason): reason
        }
    }
}

extension WhatsAppAdmin.PrivatePosts {
    init(_ standing: PrivatePostStanding) {
        switch standing {
        case .unverified: self = .unverified
        case .running(let zones, let until, let foreignText, let ownText, let ownSeen):
            self = .running(
                zones: zones.map(\.rawValue), until: until.milliseconds, foreignText: foreignText, ownText: ownText, ownSeen: ownSeen)
        case .verified(let at): self = .verified(at: at.milliseconds)
        case .failed(let reason, let at): self = .failed(reason: reason.rawValue, at: at.milliseconds)
        }
    }
}

extension ConnectApp {
    var json: JSON {
        ["name": .string(name), "title": .string(title), "moderator": .bool(hasModerator), "connected": .bool(isConnected)]
    }
}

extension ConnectZone {
    var json: JSON { ["name": .string(name), "title": .string(title)] }
}

extension WebhookTest {
    func write(to writer: inout JSONObjectWriter) {
        writer.write("reachable", isReachable)
        writer.write("status", status)
        writer.write("tls", isTLSValid)
        writer.write("errorText", text)
    }
}
