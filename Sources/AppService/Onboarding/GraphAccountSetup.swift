import Bridge
import Protocol

/// Prepares accounts over the Graph API (WhatsApp Cloud API, 5.3).
///
/// Its order is: what only asks, then the webhook, so that nothing is missed, then one number after the other.
public struct GraphAccountSetup: AccountSetup {
    let graph: GraphClient
    let probe: WebhookProbe
    private let callback: @Sendable () async -> WebhookCallback

    /// - Parameters:
    ///   - graph: what to call with
    ///   - probe: asks our own webhook before Meta does
    ///   - callback: where Meta shall deliver
    public init(graph: GraphClient, probe: WebhookProbe, callback: @escaping @Sendable () async -> WebhookCallback) {
        self.graph = graph
        self.probe = probe
        self.callback = callback
    }

    /// Prepares an account, step by step; the first step that fails for the whole account ends it.
    public func prepare(_ request: AccountRequest) async throws(AccountSetupFailure) -> DiscoveredAccount {
        try AccountInput.check(request)
        let credentials = GraphCredentials(accessToken: request.token, appSecret: request.appSecret)
        let hasScopes = try await checkToken(for: request.account, credentials)
        let reading = AccountSetupFailure.Step.readingAccount(request.account, hasScopes: hasScopes)
        let account = try await graph.account(request.account, with: credentials).value(while: reading)
        let all = try await graph.phoneNumbers(of: request.account, with: credentials).value(while: reading)
        let wanted = try AccountInput.select(request.numbers, of: request.account, among: all)
        try await subscribe(to: request.account, credentials)

        var results: [RegistrationResult] = []
        for number in wanted { results.append(try await register(number, pin: request.pin, credentials)) }
        if let refusal = RegistrationResult.commonRefusal(of: results) { throw refusal }
        let name = account.name.map { MetaQuotation.plain($0, upTo: 200) }
        return DiscoveredAccount(name: name?.isEmpty == true ? nil : name, numbers: results.map(\.number))
    }

    // MARK: Steps

    /// Looks into the token as far as Meta lets us; what is not told here, the next calls find out.
    ///
    /// - Returns: Whether Meta has told that all permissions are there.
    func checkToken(for account: String, _ credentials: GraphCredentials) async throws(AccountSetupFailure) -> Bool {
        switch await graph.tokenInfo(with: credentials).outcome {
        case .accepted(let info):
            if let failure = TokenFinding.failure(of: info, for: account) { throw failure }
            return info.scopes != nil
        case .rejected(let error) where error.isTokenRefusal:
            throw AccountSetupFailure(error, while: .checkingToken)
        case .rejected(let error) where error.code == 100 && credentials.appSecret?.isEmpty == false:
            // If the token is known without the proof, it was the proof that was refused.
            guard case .accepted = await graph.tokenInfo(with: GraphCredentials(accessToken: credentials.accessToken)).outcome else { return false }
            throw .token(
                """
                The app secret does not belong to the app that the access token was made for. Please copy it again from the app's basic settings.
                """ + MetaQuotation.sentence(error))
        case .rejected: return false
        case .notSent(let phrase), .ambiguous(let phrase): throw .unanswered(phrase)
        }
    }

    /// Has the account's webhooks delivered to us.
    private func subscribe(to account: String, _ credentials: GraphCredentials) async throws(AccountSetupFailure) {
        let callback = await callback()
        guard callback.url.count <= GraphSubscription.longestCallback else { throw Self.tooLong }
        let finding = await probe.probe(callback)
        if let failure = Self.failure(of: finding, at: callback) { throw failure }
        do {
            try await subscribe(to: account, for: callback, credentials)
        } catch .meta(let text, let retryable) {
            // Where nothing answers us, Meta decides: a network's own public address need not be reachable from within.
            switch finding {
            case .unreachable(let phrase):
                throw .meta("\(text) This machine does not reach the webhook at \(callback.url) either: \(phrase).", retryable: retryable)
            case .badCertificate:
                throw .meta("\(text) For this machine the certificate at \(callback.url) does not hold either.", retryable: retryable)
            case .answered, .wrongAnswer: throw .meta(text, retryable: retryable)
            }
        }
    }

    /// Subscribes with our address in place of the app's.
    private func subscribe(
        to account: String, for callback: WebhookCallback, _ credentials: GraphCredentials
    ) async throws(AccountSetupFailure) {
        let step = AccountSetupFailure.Step.subscribing(callback: callback.url)
        let subscription = GraphSubscription(callback: callback.url, verifyToken: callback.verifyToken.revealed)
        let first = await graph.subscribe(subscription, to: account, with: credentials)
        // Before its callback can be overridden, an app must be subscribed (WhatsApp Cloud API, 1.6). Not the other way round: to subscribe
        // again takes an override back, and webhooks would go elsewhere for a moment.
        guard case .rejected(let error) = first.outcome, error.code == 100 else {
            _ = try first.value(while: step)
            return
        }
        _ = try await graph.subscribe(GraphSubscription(), to: account, with: credentials).value(while: step)
        _ = try await graph.subscribe(subscription, to: account, with: credentials).value(while: step)
    }

    /// Registers a number, if it needs that and there is a PIN.
    func register(
        _ number: GraphPhoneNumber, pin: PIN?, _ credentials: GraphCredentials
    ) async throws(AccountSetupFailure) -> RegistrationResult {
        let id = number.id ?? ""
        switch NumberStanding(number) {
        case .registered: return RegistrationResult(number, isRegistered: true)
        case .unusable(let problem): return RegistrationResult(number, isRegistered: false, refusal: .number(problem))
        case .unregistered: break
        }
        guard let pin else { return RegistrationResult(number, isRegistered: false) }
        switch await graph.register(id, pin: pin, with: credentials).outcome {
        case .accepted: return RegistrationResult(number, isRegistered: true)
        case .rejected(let error):
            let refusal = RegistrationRefusal(error)
            if case .account(let failure) = refusal { throw failure }
            return RegistrationResult(number, isRegistered: false, refusal: refusal)
        case .notSent(let phrase): throw .unanswered(phrase)
        case .ambiguous(let phrase):
            // It may have been done all the same: the number knows.
            if case .accepted(let now) = await graph.phoneNumber(id, with: credentials).outcome, NumberStanding(now) == .registered {
                return RegistrationResult(now, isRegistered: true)
            }
            return RegistrationResult(number, isRegistered: false, refusal: .unanswered(phrase))
        }
    }
}
