import Synchronization

extension MetaSimulator {
    /// The index of the sign-up dialog's app.
    static let signupApp = 1

    /// The app of the sign-up dialog.
    public var signupApp: MetaApp {
        get { state.withLock { $0.core.apps[Self.signupApp].app } }
        set { change { $0.core.apps[Self.signupApp].app = newValue } }
    }

    /// How the sign-up behaves, and what the tokens are like that come of it.
    public var signupOptions: MetaSignupOptions {
        get { state.withLock { $0.core.signup } }
        set { change { $0.core.signup = newValue } }
    }

    /// The own callback of the sign-up dialog's app, as its owner sets it in the dashboard; nothing is delivered to the app without it.
    public var signupCallbackURL: String? {
        get { state.withLock { $0.core.apps[Self.signupApp].callbacks.app } }
        set { change { $0.core.apps[Self.signupApp].callbacks.app = newValue } }
    }

    /// Whether the sign-up dialog's app is subscribed to an account.
    public func isSignupAppSubscribed(to account: String) -> Bool {
        state.withLock { $0.core.apps[Self.signupApp].callbacks.subscribed.contains(account) }
    }

    /// Where webhooks of an account go instead of the callback of the sign-up dialog's app; nil if nowhere.
    public func signupOverride(ofAccount account: String) -> String? {
        state.withLock { $0.core.apps[Self.signupApp].callbacks.accounts[account] }
    }

    /// Where webhooks of a number go instead; nil if nowhere.
    public func signupOverride(ofNumber number: String) -> String? {
        state.withLock { $0.core.apps[Self.signupApp].callbacks.numbers[number] }
    }

    /// The lab's own account, and those that can join by the dialog; without their numbers.
    var accounts: [MetaAccount] { state.withLock { $0.core.allAccounts } }

    /// The accounts that somebody joined by the dialog.
    public var joinedAccounts: Set<String> { state.withLock { $0.core.joined } }

    /// The numbers of the lab's own account, and of accounts that have joined.
    var joinedNumbers: [MetaNumber] { state.withLock { $0.core.joinedNumbers } }

    /// How many tokens of the sign-up dialog are alive for an account.
    func signupTokens(of account: String) -> Int {
        let now = clock.now()
        return state.withLock { $0.core.tokens.values.count { $0.account == account && !$0.isExpired(now: now) } }
    }

    // MARK: What people do

    /// Goes through the sign-up dialog as somebody who finishes it, without a page.
    ///
    /// - Parameters:
    ///   - account: The WhatsApp Business Account ID.
    ///   - number: The phone number ID; nil for none.
    /// - Returns: The code for the page's callback, alive for 30 seconds, and the data of the window message.
    /// - Throws: `LabError` for what cannot be chosen.
    public func signUp(account: String, number: String?) throws -> (code: String, event: String, data: LabJSON) {
        let choice = MetaSignupChoice(account: account, number: number, takesBusinessApp: true)
        let result = try prepare(choice, app: Self.signupApp)
        try handOut(code: result.code)
        return (result.code, result.event, result.data)
    }

    func prepare(_ choice: MetaSignupChoice, app: Int) throws -> MetaSignupResult {
        defer { changes.signal() }
        return try state.withLock { try $0.core.prepareSignup(choice, app: app) }
    }

    func handOut(code: String) throws {
        let now = clock.now()
        defer { changes.signal() }
        try state.withLock { try $0.core.handOut(code: code, now: now) }
    }

    func app(client: String, configuration: String) throws -> Int {
        try state.withLock { try $0.core.signupApp(client: client, configuration: configuration) }
    }

    /// The business takes an account away from the sign-up dialog's app: its tokens are refused, its subscription is gone, and the app's
    /// own callback hears `PARTNER_REMOVED`.
    ///
    /// - Throws: `LabError` if the app has nothing of the account.
    public func removePartner(account: String) throws {
        let now = clock.now()
        defer { changes.signal() }
        try state.withLock { try $0.core.removePartner(app: Self.signupApp, account: account, now: now) }
    }

    /// Makes the tokens of an account dead without telling anybody.
    public func revokeSignupTokens(of account: String) {
        change { state in state.core.tokens = state.core.tokens.filter { $0.value.account != account } }
    }
}
