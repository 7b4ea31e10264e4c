import AppService
import Logging
import Protocol
import Synchronization

/// What the hidden app of the mini App Platform asks on behalf of plugins, on a connection of its own. It is answered only if the PBX's
/// object for the App Platform, which the login names, is connected itself: that connection is the root of what the PBX gives.
final class ManagerAPI: AppWebsocketApi {
    /// The connections of the PBXs' objects for the App Platform.
    final class Objects: Sendable {
        private let server = Mutex<AppWebsocketServer?>(nil)

        /// From now on these are the connections.
        func attach(to server: AppWebsocketServer) { self.server.withLock { $0 = server } }

        /// Whether a domain's object of this name is connected.
        func isConnected(_ name: String, domain: String) -> Bool {
            let sessions = server.withLock { $0 }?.sessions ?? []
            return sessions.contains { session in
                session.login.role == .pbx && session.login.sip == name && session.login.domain.lowercased() == domain.lowercased()
            }
        }
    }

    let name = Manager.api
    let roles: Set<SessionRole> = [.user]
    let objects = Objects()
    private let instances: [InstanceAccess]
    private let publicURL: PublicURL
    private let logger: Logger

    init(instances: [InstanceAccess], publicURL: PublicURL, logger: Logger) {
        self.instances = instances
        self.publicURL = publicURL
        self.logger = logger
    }

    /// Says why something is not done: to whoever asks, and to the log.
    private struct Refusal: Error {
        var sentence: String
        var log: String
    }

    func receive(_ message: Envelope, from session: AppSession) async throws {
        // An answer is never answered.
        guard !message.mt.hasSuffix("Result") else { return }
        do {
            try await session.send(try await answer(message, session))
        } catch let refusal as Refusal {
            note(refusal.log, message, session)
            try await session.send(Manager.done(error: refusal.sentence, answering: message))
        }
    }

    func refuse(_ message: Envelope, from session: AppSession) async throws {
        guard !message.mt.hasSuffix("Result") else { return }
        note("the session's role is \(session.login.role.rawValue)", message, session)
        try await session.send(Manager.done(error: "access denied", answering: message))
    }

    private func answer(_ message: Envelope, _ session: AppSession) async throws -> [UInt8] {
        guard let object = session.login.info.appobj, !object.isEmpty else {
            throw Refusal(sentence: "access denied", log: "the login names no object of the PBX")
        }
        guard objects.isConnected(object, domain: session.login.domain) else {
            throw Refusal(
                sentence: "The PBX is not connected to the App Platform. Try again when its object \(object) is.",
                log: "the PBX's object is not connected")
        }
        switch Manager.Request(message) {
        case .controls:
            return Manager.controls(
                controls(of: session.login.domain), scheme: publicURL.scheme, ap: object, apDn: session.login.info.appdn ?? object,
                host: publicURL.host + (publicURL.port.map { ":\($0)" } ?? ""), answering: message)
        case .login(let path, let app, let challenge):
            let login = try login(at: try instance(path, session), app: app, challenge: challenge, for: session.login)
            logger.info(
                "The App Platform gave out a login",
                metadata: ["path": "\(path.prefix(320))", "sip": "\(session.login.sip.prefix(64))", "address": "\(session.address)"])
            return Manager.login(login.login, key: login.key, answering: message)
        case .setPassword(let path, let password):
            try await set(Secret(password), at: try instance(path, session))
            logger.notice(
                "The App Platform set an instance's password",
                metadata: ["path": "\(path.prefix(320))", "sip": "\(session.login.sip.prefix(64))", "address": "\(session.address)"])
            return Manager.done(answering: message)
        case .installer:
            throw Refusal(
                sentence: "This App Platform installs nothing: the connector is installed and updated by its operator.", log: "there is no installer")
        case nil: throw Refusal(sentence: "unknown mt", log: "there is no such message")
        }
    }

    // MARK: The three requests

    /// The plugins of the domain's instances.
    private func controls(of domain: String) -> [Manager.Control] {
        instances.filter { Self.isSame($0.address.domain, domain) }.map { instance in
            let folder = prefix + instance.address.description
            return Manager.Control(
                uri: "\(folder)/innovaphone.whatsappmanager", png: "\(folder)/innovaphone-whatsapp.png",
                lang: "\(folder)/innovaphone.whatsappmanagertexts")
        }
    }

    private func login(at instance: InstanceAccess, app: String, challenge: String, for login: SessionLogin) throws -> InstanceAccess.ManagerLogin {
        guard app == "-" else { throw Refusal(sentence: "A login is given for the app \"-\" only.", log: "it is for another app") }
        do {
            return try instance.managerLogin(challenge: challenge, sip: login.sip, guid: login.guid, dn: login.dn)
        } catch .foreignChallenge {
            throw Refusal(
                sentence: "The challenge is not one that the instance gave out in the last minute.", log: "the challenge is foreign or old")
        } catch .noPassword {
            throw Refusal(sentence: "The instance has no password yet. Set one first.", log: "the instance has no password")
        }
    }

    private func set(_ password: Secret, at instance: InstanceAccess) async throws {
        do {
            try await instance.set(password)
        } catch let failure as AdministrationFailure {
            throw Refusal(sentence: failure.text, log: failure.text)
        } catch {
            throw Refusal(sentence: "The instance cannot store the password; the service's log says why.", log: "it cannot be stored: \(error)")
        }
    }

    // MARK: Paths

    /// What stands before the domain in paths that are relative to the host.
    private var prefix: String { publicURL.path.isEmpty ? "" : publicURL.path.dropFirst() + "/" }

    /// The instance of a path, if it is one of the session's domain. Others look as if they were not there.
    private func instance(_ path: String, _ session: AppSession) throws -> InstanceAccess {
        var path = path.hasPrefix("/") ? String(path.dropFirst()) : path
        if path.hasPrefix(prefix) { path.removeFirst(prefix.count) }
        let found = instances.first { Self.isSame($0.address.description, path) }
        guard let found, Self.isSame(found.address.domain, session.login.domain) else {
            throw Refusal(
                sentence: "There is no instance at this path.",
                log: found == nil ? "there is no instance at its path" : "its path is of another domain")
        }
        return found
    }

    private static func isSame(_ one: String, _ other: String) -> Bool { one.lowercased() == other.lowercased() }

    private func note(_ reason: String, _ message: Envelope, _ session: AppSession) {
        logger.notice(
            "The App Platform refused a request: \(reason)",
            metadata: [
                "mt": "\(message.mt.prefix(64))", "path": "\((message["path"]?.text ?? "").prefix(320))",
                "domain": "\(session.login.domain.prefix(253))", "sip": "\(session.login.sip.prefix(64))", "address": "\(session.address)",
            ])
    }
}
