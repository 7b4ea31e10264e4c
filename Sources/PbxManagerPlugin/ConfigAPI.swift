import AppService
import Protocol

/// The SDK's Config API of an instance: what is a plain item (Settings plugin, Config). Managers only.
struct ConfigAPI: AppWebsocketApi {
    let name = Config.api
    let roles: Set<SessionRole> = [.manager]
    let administration: InstanceAdministration
    /// The sessions that have read the items.
    let readers: Subscriptions<GeneralSettings>

    init(_ administration: InstanceAdministration) {
        self.administration = administration
        readers = Subscriptions(pace: .zero, clock: administration.clock) {
            administration.general
        } messages: { old, new, src in
            let changes = zip(ConfigItems.values(of: old), ConfigItems.values(of: new)).filter { $0.value != $1.value }.map(\.1)
            return changes.isEmpty ? [] : [Config.update(changes, src: src)]
        }
    }

    func receive(_ message: Envelope, from session: AppSession) async throws {
        switch Config.Request(message) {
        case .getItems:
            try await session.send(Config.items(ConfigItems.items(of: administration.general), src: message.src))
        case .read:
            try await readers.subscribe(session, src: message.src) { settings in
                try await session.send(Config.values(ConfigItems.values(of: settings), src: message.src))
            }
        case .write(let members):
            let outcome = try await readers.changing(session) { try await write(members, by: session) }
            try await session.send(Config.result(outcome, of: message.mt, src: message.src))
        case nil:
            guard let answer = UnknownMessage(answering: message) else { return }
            try await session.send(answer.encoded())
        }
    }

    func refuse(_ message: Envelope, from session: AppSession) async throws {
        // An answer is never answered.
        guard !message.mt.hasSuffix("Result") else { return }
        try await session.send(Config.result(.accessDenied, of: String(message.mt.prefix(64)), src: message.src))
    }

    func ended(_ session: AppSession) async { readers.unsubscribe(session) }

    /// Stores all of it or nothing; says what became of it, and what is different now.
    private func write(
        _ members: [JSONMember], by session: AppSession
    ) async throws -> (Config.Outcome, own: ((GeneralSettings) -> GeneralSettings)?) {
        guard let change = ConfigItems.change(by: members, of: administration.general, key: session.login.key) else { return (.failed, nil) }
        do {
            try await administration.change(change)
            return (.ok, { $0.changed(by: change) })
        } catch is AdministrationFailure {
            return (.failed, nil)
        }
    }
}
