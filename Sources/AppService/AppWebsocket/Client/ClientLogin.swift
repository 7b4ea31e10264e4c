import Protocol

/// The client's side of a login at another service, as rules (AppWebsocket, Login; Services).
struct ClientLogin {
    /// What is to be done.
    enum Action: Equatable {
        /// Send a message.
        case send([UInt8])
        /// Ask the PBX for a login with this challenge, then call ``obtained(_:)``.
        case obtainLogin(challenge: String)
        /// The login holds.
        case loggedIn(AppLogin)
        /// The service refused the login, with its text for people.
        case refused(String?)
    }

    private enum State {
        case new
        case asked
        case obtaining
        case loggingIn(AppLogin)
        case over
    }

    private var state = State.new

    /// Begins.
    mutating func start() -> [Action] {
        state = .asked
        return [.send(AppChallenge().encoded())]
    }

    /// The PBX gave a login; it goes on unaltered.
    mutating func obtained(_ login: AppLogin) -> [Action] {
        guard case .obtaining = state else { return [] }
        state = .loggingIn(login)
        return [.send(login.encoded())]
    }

    /// Takes a message. Whatever does not belong to the login is ignored.
    mutating func received(_ bytes: [UInt8]) -> [Action] {
        guard let message = try? Envelope(bytes) else { return [] }
        switch (state, message.mt) {
        case (.asked, AppChallengeResult.mt):
            guard let challenge = try? AppChallengeResult(message).challenge else { return [] }
            state = .obtaining
            return [.obtainLogin(challenge: challenge)]
        case (.loggingIn(let login), AppLoginResult.mt):
            state = .over
            let result = AppLoginResult(message)
            return [result.ok ? .loggedIn(login) : .refused(result.errorText)]
        default:
            return []
        }
    }
}
