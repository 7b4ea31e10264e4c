import AppService
import Protocol

/// The calls to Meta that make a signup's code into access to an account.
struct SignupSteps: Sendable {
    let graph: GraphClient
    let app: SharedServiceConfiguration.App

    /// Exchanges a code. Nothing is repeated: a code can be used once.
    func exchange(_ code: String) async throws(Pairing.Refusal) -> GraphIssuedToken {
        switch await graph.exchange(code: Secret(code), app: app.id, secret: app.secret).outcome {
        case .accepted(let token): return token
        case .rejected(let error) where error.isTransient: throw Self.refused("finish the sign-up", error)
        case .rejected(let error):
            throw Pairing.Refusal(
                .codeRefused,
                "Meta did not accept the sign-up's code: it was used already or is older than 30 seconds. Try again.\(MetaQuotation.sentence(error))")
        case .notSent(let phrase), .ambiguous(let phrase): throw Self.noAnswer(phrase)
        }
    }

    /// Asks what a token may do.
    func info(of token: Secret) async throws(Pairing.Refusal) -> GraphTokenInfo {
        try value(of: await graph.tokenInfo(of: token, app: app.id, secret: app.secret), "check the access")
    }

    /// Reads an account's numbers, which also shows that the token reaches the account.
    func numbers(of account: String, _ token: Secret) async throws(Pairing.Refusal) -> [GraphPhoneNumber] {
        let outcome = await graph.account(account, with: credentials(token)).outcome
        if case .rejected(let error) = outcome, !error.isTransient {
            throw Pairing.Refusal(
                .tokenRefused,
                "The access does not reach the account \(account). Try again and choose it in every step.\(MetaQuotation.sentence(error))")
        }
        if case .notSent(let phrase) = outcome { throw Self.noAnswer(phrase) }
        return try value(of: await graph.phoneNumbers(of: account, with: credentials(token)), "read the account's numbers")
    }

    /// Subscribes our app to an account, without an override.
    func subscribe(to account: String, _ token: Secret) async throws(Pairing.Refusal) {
        _ = try value(of: await graph.subscribe(GraphSubscription(), to: account, with: credentials(token)), "subscribe to the account")
    }

    /// Takes the own addresses of numbers back.
    func removeOverrides(of numbers: [String], _ token: Secret) async throws(Pairing.Refusal) {
        for number in numbers {
            _ = try value(of: await graph.removeOverride(of: number, with: credentials(token)), "take back the address of the number \(number)")
        }
    }

    /// Ends our app's subscription to an account.
    func unsubscribe(from account: String, _ token: Secret) async -> GraphOutcome<GraphSuccess> {
        await graph.unsubscribe(from: account, with: credentials(token)).outcome
    }

    /// What proves that a call with a token comes from the app's owner.
    func proof(of token: Secret) -> String? { credentials(token).proofForOthers }

    private func credentials(_ token: Secret) -> GraphCredentials { GraphCredentials(accessToken: token, appSecret: app.secret) }

    private func value<Value>(of result: GraphResult<Value>, _ what: String) throws(Pairing.Refusal) -> Value {
        switch result.outcome {
        case .accepted(let value): return value
        case .rejected(let error): throw Self.refused(what, error)
        case .notSent(let phrase), .ambiguous(let phrase): throw Self.noAnswer(phrase)
        }
    }

    private static func refused(_ what: String, _ error: GraphError) -> Pairing.Refusal {
        Pairing.Refusal(.meta, "Meta refused to \(what). Try again later.\(MetaQuotation.sentence(error))")
    }

    private static func noAnswer(_ phrase: String) -> Pairing.Refusal {
        Pairing.Refusal(.meta, "Meta did not answer (\(phrase)). Try again in a minute.")
    }
}
