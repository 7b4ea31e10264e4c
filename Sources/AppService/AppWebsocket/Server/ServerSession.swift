import Bridge
import Protocol
import Transport

/// The server's side of one AppWebsocket connection, as rules: who may say what, and when (AppWebsocket, Login; Envelope).
///
/// Whoever runs it performs the actions in order, and takes the next message only then.
struct ServerSession {
    /// What the rules need to know of the instance.
    struct Instance {
        /// Its PBX domain; nil if it serves several, and then nobody is a manager.
        var domain: String?
        /// The APIs that are served, and to whom.
        var apis: [String: Set<SessionRole>] = [:]
        /// The passwords that a login of a domain may be made with now.
        var passwords: @Sendable (_ domain: String) -> [Secret]
    }

    /// What is to be done.
    enum Action: Equatable {
        /// Send a message.
        case send([UInt8])
        /// Send a new challenge; it was made by this instance.
        case challenge(String, [UInt8])
        /// Send the message that the login failed, as late as the throttle says, then call ``refused(at:)``.
        case refuse([UInt8])
        /// Send the message that the login holds; from now on the session is one of the instance's. The password is the one that fitted.
        case loggedIn(SessionLogin, Secret, [UInt8])
        /// Answer what an app is.
        case describe(AppInfo, RequestTag?)
        /// Hand over what the PBX says of itself.
        case pbxInfo(PbxInfo)
        /// Hand over what the PBX says in its Services API.
        case services(Envelope)
        /// Hand a message to the API that it names.
        case deliver(Envelope)
        /// Have the API that it names refuse the message, as this role may not use it.
        case deny(Envelope)
        /// Note that something was ignored.
        case ignored(String)
        /// Close the connection; nothing comes after it.
        case close(WebSocketCloseCode, String)
    }

    private enum State: Equatable {
        case open(loginsLeft: Int)
        case challenged(String, loginsLeft: Int)
        case refusing(loginsLeft: Int)
        case loggedIn(SessionRole)
        case closed
    }

    /// How long a connection may take to log in.
    static let loginPatience: Duration = .seconds(60)
    /// How long a connection whose login failed may take to ask for another challenge.
    static let retryPatience: Duration = .seconds(5)
    /// The longest message that is read before the login, in bytes; afterwards the WebSocket's own limit holds.
    static let longestEarlyMessage = 65_535

    private var state = State.open(loginsLeft: 2)
    private let loginDeadline: Moment

    /// When ``timeReached(at:)`` is to be called if no message came before; nil once logged in.
    private(set) var deadline: Moment?

    /// - Parameter now: when the connection was made
    init(at now: Moment) {
        loginDeadline = now + Self.loginPatience
        deadline = loginDeadline
    }

    /// Takes one text message.
    ///
    /// - Parameters:
    ///   - bytes: the message
    ///   - instance: as it is now
    ///   - makeChallenge: makes 16 random digits
    mutating func received(_ bytes: [UInt8], of instance: Instance, makeChallenge: () -> String) -> [Action] {
        switch state {
        case .loggedIn(let role):
            guard let message = try? Envelope(bytes) else { return [.ignored("no message")] }
            return receivedAfterLogin(message, as: role, of: instance)
        case .open(let loginsLeft):
            return receivedBeforeLogin(bytes, challenge: nil, loginsLeft: loginsLeft, of: instance, makeChallenge)
        case .challenged(let challenge, let loginsLeft):
            return receivedBeforeLogin(bytes, challenge: challenge, loginsLeft: loginsLeft, of: instance, makeChallenge)
        case .refusing, .closed:
            return [.ignored("out of turn")]
        }
    }

    /// The failed login has been answered.
    mutating func refused(at now: Moment) -> [Action] {
        guard case .refusing(let loginsLeft) = state else { return [] }
        guard loginsLeft > 0 else { return close(.normal, "login failed") }
        state = .open(loginsLeft: loginsLeft)
        deadline = min(loginDeadline, now + Self.retryPatience)
        return []
    }

    /// The deadline has come.
    mutating func timeReached(at now: Moment) -> [Action] {
        guard let deadline, now >= deadline else { return [] }
        return close(.normal, "no login")
    }

    // MARK: Before the login

    private mutating func receivedBeforeLogin(
        _ bytes: [UInt8], challenge: String?, loginsLeft: Int, of instance: Instance, _ makeChallenge: () -> String
    ) -> [Action] {
        guard bytes.count <= Self.longestEarlyMessage else { return close(.messageTooBig, "") }
        guard let message = try? Envelope(bytes) else { return close(.protocolError, "not a message") }
        switch message.mt {
        case CheckBuild.mt:
            return [checkedBuild(message)]
        case AppChallenge.mt:
            let challenge = makeChallenge()
            state = .challenged(challenge, loginsLeft: loginsLeft)
            deadline = loginDeadline
            return [.challenge(challenge, AppChallengeResult(challenge: challenge).encoded(src: message.src))]
        case AppLogin.mt:
            return logIn(AppLogin(message), message.src, challenge: challenge, loginsLeft: loginsLeft, of: instance)
        default:
            return close(.policyViolation, "log in first")
        }
    }

    private mutating func logIn(
        _ login: AppLogin, _ src: RequestTag?, challenge: String?, loginsLeft: Int, of instance: Instance
    ) -> [Action] {
        guard let challenge,
            let password = instance.passwords(login.domain).first(where: { LoginDigest.isValid(login, challenge: challenge, password: $0.revealed) })
        else {
            state = .refusing(loginsLeft: loginsLeft - 1)
            deadline = nil
            return [.refuse(AppLoginResult(ok: false).encoded(src: src))]
        }
        let role = SessionRole(of: login, domain: instance.domain)
        let key = SessionKey(challenge: challenge, password: password.revealed)
        let result = AppLoginResult(ok: true, app: login.app, domain: instance.domain ?? login.domain)
        state = .loggedIn(role)
        deadline = nil
        return [.loggedIn(SessionLogin(login, role: role, key: key), password, result.encoded(src: src))]
    }

    private mutating func close(_ code: WebSocketCloseCode, _ reason: String) -> [Action] {
        state = .closed
        deadline = nil
        return [.close(code, reason)]
    }

    // MARK: After the login

    private func receivedAfterLogin(_ message: Envelope, as role: SessionRole, of instance: Instance) -> [Action] {
        if role == .pbx, message.api == PbxApiID.services.rawValue { return [.services(message)] }
        // An API that is not served is looked for in the base protocol (AppWebsocket, Envelope).
        if let api = message.api, let roles = instance.apis[api] {
            return [roles.contains(role) ? .deliver(message) : .deny(message)]
        }
        switch (message.mt, role) {
        case (KeepAlive.mt, _): return [.send(KeepAlive().encoded(src: message.src))]
        case (CheckBuild.mt, _): return [checkedBuild(message)]
        case (AppInfo.mt, _): return [.describe(AppInfo(message), message.src)]
        case (PbxInfo.mt, .pbx): return [.pbxInfo(PbxInfo(message))]
        case (AppCheckLogin.mt, .manager):
            let question = AppCheckLogin(message)
            let fits = instance.passwords(question.login.domain).contains { question.fits($0.revealed) }
            return [.send(AppCheckLoginResult(ok: fits).encoded(src: message.src))]
        default:
            if message.api == nil, let roles = instance.apis[""] { return [roles.contains(role) ? .deliver(message) : .deny(message)] }
            let answer = UnknownMessage(answering: message).map { Action.send($0.encoded()) }
            return [.ignored(message.mt)] + (answer.map { [$0] } ?? [])
        }
    }

    /// We serve one build only: a page is always current. Any other answer could send a browser into a loop.
    private func checkedBuild(_ message: Envelope) -> Action { .send(CheckBuildResult().encoded(src: message.src)) }
}
