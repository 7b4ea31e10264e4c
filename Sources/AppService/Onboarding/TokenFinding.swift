import Protocol

/// Whether what Meta says about an access token is enough for an account.
enum TokenFinding {
    /// Why the token is not enough; `nil` if nothing speaks against it. What Meta does not tell speaks against nothing.
    static func failure(of info: GraphTokenInfo, for account: String) -> AccountSetupFailure? {
        guard info.isValid else {
            let quotation = info.problem.map { MetaQuotation.sentence(GraphError(code: nil, message: $0)) } ?? ""
            return .token("The access token has expired or was withdrawn. Please make a new one for the system user." + quotation)
        }
        guard let scopes = info.scopes else { return nil }
        let missing = TokenScope.all.filter { !scopes.contains($0) }
        guard missing.isEmpty else { return .missingScope(missing) }
        // An empty list means as much as none: all that its owner may use.
        let isElsewhere = info.grants.contains { grant in
            grant.scope.map(TokenScope.all.contains) == true && !grant.targets.isEmpty && !grant.targets.contains(account)
        }
        guard !isElsewhere else {
            return .account(
                """
                The access token is for other WhatsApp Business Accounts than \(account). Please check the ID, and assign the account to the \
                system user in Meta's Business Manager before making the token.
                """)
        }
        return nil
    }
}
