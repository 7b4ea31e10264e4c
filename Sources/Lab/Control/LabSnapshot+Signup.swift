extension LabSnapshot {
    /// The sign-up's app and the accounts that can join by it, without secrets.
    var signup: LabJSON {
        .object(
            ("app", .string(lab.meta.signupApp.id)), ("callback", lab.meta.signupCallbackURL.map(LabJSON.string)),
            ("accounts", .array(lab.meta.accounts.map(account))))
    }

    private func account(_ account: MetaAccount) -> LabJSON {
        .object(
            ("id", .string(account.id)), ("name", .string(account.name)), ("joined", .bool(lab.meta.joinedAccounts.contains(account.id))),
            ("subscribed", .bool(lab.meta.isSignupAppSubscribed(to: account.id))), ("tokens", .integer(lab.meta.signupTokens(of: account.id))),
            ("callback", lab.meta.signupOverride(ofAccount: account.id).map(LabJSON.string)),
            (
                "numbers",
                .array(
                    lab.meta.allNumbers.filter { ($0.account ?? lab.configuration.waba) == account.id }.map { number in
                        .object(
                            ("id", .string(number.id)), ("displayNumber", .string(number.displayNumber)),
                            ("registered", .bool(number.registration.isRegistered)), ("businessApp", .bool(number.registration.isOnBusinessApp)),
                            ("callback", lab.meta.signupOverride(ofNumber: number.id).map(LabJSON.string)))
                    })
            ))
    }
}
