import Protocol

/// The permissions that the connector needs (WhatsApp Cloud API, 5.1).
enum TokenScope {
    static let management = "whatsapp_business_management"
    static let messaging = "whatsapp_business_messaging"
    static let all = [management, messaging]
}

extension AccountSetupFailure {
    /// What was being done.
    enum Step: Equatable {
        /// Asking what the token may do.
        case checkingToken
        /// Reading an account, with a token that has all permissions as far as Meta has told.
        case readingAccount(String, hasScopes: Bool)
        /// Having the webhooks delivered to an address.
        case subscribing(callback: String)
        /// Registering a number.
        case registering
    }

    /// What an error of the Graph API means for people (WhatsApp Cloud API, 3.5, 6.2).
    init(_ error: GraphError, while step: Step) {
        let quotation = MetaQuotation.sentence(error)
        switch (error.code, step) {
        case _ where error.isTokenRefusal:
            self = .token(
                "Meta does not accept the access token: it is wrong, has expired, or was withdrawn. Please make a new one for the system user."
                    + quotation)
        case (_, .readingAccount(let account, hasScopes: true)) where error.isMissingPermission:
            self = .account(
                """
                The access token may not use the WhatsApp Business Account \(account). Please assign the account to the system user with full \
                control in Meta's Business Manager.
                """ + quotation)
        case _ where error.isMissingPermission:
            self = .missingScope([TokenScope.management])
        case (2_200, .subscribing(let callback)):
            self = .meta(
                """
                Meta could not reach the webhook at \(callback). Please check that this address is reachable from the Internet over HTTPS \
                with a publicly trusted certificate.
                """ + quotation, retryable: true)
        case _ where error.isPassing:
            self = .meta("Meta is overloaded, or too much was asked of it. Please try again in a few minutes." + quotation, retryable: true)
        case (_, .readingAccount(let account, _)) where error.isMissingObject || error.code == 100:
            self = .account(
                """
                The access token does not find the WhatsApp Business Account \(account). Please check the ID, and that the account is assigned \
                to the system user in Meta's Business Manager.
                """ + quotation)
        default:
            let what =
                switch step {
                case .checkingToken: "check the access token"
                case .readingAccount: "show the account"
                case .subscribing: "subscribe to the account's webhooks"
                case .registering: "register the number"
                }
            self = .meta("Meta refused to \(what). Please look into Meta's Business Manager." + quotation, retryable: false)
        }
    }

    /// No answer of the Graph API came. The phrase says why, in fixed words.
    static func unanswered(_ phrase: String) -> AccountSetupFailure {
        .meta(
            "Meta did not answer: \(phrase). Please check that this machine reaches graph.facebook.com, and try again in a few minutes.",
            retryable: true)
    }
}

extension GraphError {
    /// Whether it says that a permission is missing, or that an object is not shared with the token's owner (WhatsApp Cloud API, 3.5).
    var isMissingPermission: Bool {
        switch code {
        case .some(3), .some(10), .some(200...299), .some(131_005): true
        default: false
        }
    }
}

extension GraphResult {
    /// The value of a call that must have succeeded.
    func value(while step: AccountSetupFailure.Step) throws(AccountSetupFailure) -> Value {
        switch outcome {
        case .accepted(let value): return value
        case .rejected(let error): throw AccountSetupFailure(error, while: step)
        case .notSent(let phrase), .ambiguous(let phrase): throw .unanswered(phrase)
        }
    }
}
