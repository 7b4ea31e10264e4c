import Bridge
import Protocol

/// An account that a shared service hands over, and what the connector does with it itself.
struct SharedAccountRequest: Sendable {
    /// The account.
    var account: String
    /// Its token, and what proves its use.
    var credentials: GraphCredentials
    /// The service's app.
    var appID: String
    /// The numbers that the administrator chose; empty for all of the account.
    var numbers: [PhoneNumberID]
    /// Numbers that are here already and are left as they are.
    var settled: Set<PhoneNumberID> = []
    /// Whether the numbers are in use in the WhatsApp Business app too.
    var isCoexistence: Bool
    /// The PIN to register numbers with.
    var pin: PIN
    /// Where Meta shall deliver a number's notifications itself; nil to have the service forward them.
    var directCallback: (@Sendable (PhoneNumberID) -> WebhookCallback)?
}

/// What the connector does itself after a signup at a shared service (WhatsApp Cloud API, 5.3 and 5.8).
extension GraphAccountSetup {
    /// Prepares an account of a shared service's app, step by step; the first step that fails for the whole account ends it.
    ///
    /// - Parameter progress: told of each step before it counts; what it throws ends the preparation
    /// - Returns: The account and those of its numbers that are new. A number that could not be registered is among them.
    /// - Throws: ``AccountSetupFailure``, or what `progress` throws; own addresses that numbers got are taken back then.
    func prepare(
        _ request: SharedAccountRequest, progress: (OnboardingProgress.Step) async throws -> Void
    ) async throws -> DiscoveredAccount {
        let credentials = request.credentials
        try AccountInput.check(AccountRequest(account: request.account, token: credentials.accessToken, numbers: request.numbers))
        let hasScopes = try await checkToken(for: request.account, credentials)
        try await progress(.token)
        let reading = AccountSetupFailure.Step.readingAccount(request.account, hasScopes: hasScopes)
        let account = try await graph.account(request.account, with: credentials).value(while: reading)
        let all = try await graph.phoneNumbers(of: request.account, with: credentials).value(while: reading)
        let chosen = try AccountInput.select(request.numbers.isEmpty ? nil : request.numbers, of: request.account, among: all)
        let wanted = chosen.filter { !request.settled.contains(PhoneNumberID(rawValue: $0.id ?? "")) }
        guard !wanted.isEmpty else {
            throw AccountSetupFailure.account("All numbers of the account \(request.account) that were chosen are in this connector already.")
        }
        try await progress(.numbers(wanted.count))
        try await subscribe(app: request.appID, to: request.account, credentials)
        var moved: [String] = []
        do {
            if let callback = request.directCallback {
                for number in wanted.compactMap(\.id) {
                    try await bring(number, to: callback(PhoneNumberID(rawValue: number)), credentials)
                    moved.append(number)
                }
            }
            try await progress(.subscribed)
            var results: [RegistrationResult] = []
            for number in wanted {
                try await progress(.registering(results.count, of: wanted.count))
                // What is in use in the WhatsApp Business app must not be registered, whatever else is known of it.
                let pin = request.isCoexistence ? nil : request.pin
                var result = try await register(number, pin: pin, credentials)
                if request.isCoexistence, result.refusal == nil { result.number.isRegistered = true }
                results.append(result)
            }
            try await progress(.registering(results.count, of: wanted.count))
            let name = account.name.map { MetaQuotation.plain($0, upTo: 200) }
            return DiscoveredAccount(name: name?.isEmpty == true ? nil : name, numbers: results.map(\.number))
        } catch {
            await takeBack(moved, credentials)
            throw error
        }
    }

    /// Takes addresses back that numbers got from us.
    func takeBack(_ numbers: [String], _ credentials: GraphCredentials) async {
        for number in numbers { _ = await graph.setCallback(GraphNumberCallback(), of: number, with: credentials) }
    }

    /// Has the account's webhooks delivered to the service's app, if they are not. To subscribe again would take an override of the account
    /// back, which may be somebody's (WhatsApp Cloud API, 1.6).
    private func subscribe(app: String, to account: String, _ credentials: GraphCredentials) async throws(AccountSetupFailure) {
        let step = AccountSetupFailure.Step.subscribing(callback: "the shared service")
        if case .accepted(let present) = await graph.subscribedApps(of: account, with: credentials).outcome,
            present.apps.contains(where: { $0.id == app })
        {
            return
        }
        _ = try await graph.subscribe(GraphSubscription(), to: account, with: credentials).value(while: step)
    }

    /// Has a number's webhooks delivered to an address of ours.
    private func bring(_ number: String, to callback: WebhookCallback, _ credentials: GraphCredentials) async throws(AccountSetupFailure) {
        guard callback.url.count <= GraphSubscription.longestCallback else { throw Self.tooLong }
        if let failure = Self.failure(of: await probe.probe(callback), at: callback) { throw failure }
        let step = AccountSetupFailure.Step.subscribing(callback: callback.url)
        let subscription = GraphNumberCallback(callback: callback.url, verifyToken: callback.verifyToken.revealed)
        _ = try await graph.setCallback(subscription, of: number, with: credentials).value(while: step)
    }

    /// What our own look at an address says; nil if nothing speaks against it. Where nothing answers us Meta decides: a network's own public
    /// address need not be reachable from within.
    static func failure(of finding: WebhookProbe.Finding, at callback: WebhookCallback) -> AccountSetupFailure? {
        guard case .wrongAnswer(let status) = finding else { return nil }
        return .meta(
            """
            The webhook's address \(callback.url) is answered by something else than this connector (HTTP status \(status)). Please check \
            the public address in the configuration, and the proxy behind it.
            """, retryable: true)
    }

    static let tooLong = AccountSetupFailure.meta(
        """
        The webhook's address is longer than the \(GraphSubscription.longestCallback) characters that Meta takes. Please choose a \
        shorter public address, domain or instance name.
        """, retryable: false)
}
