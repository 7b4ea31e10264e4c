import AppService
import Bridge
import Protocol

/// The plugin's own API: everything that has structure (Settings plugin, API). Managers only.
struct WhatsAppAdminAPI: AppWebsocketApi {
    let name = WhatsAppAdmin.api
    let roles: Set<SessionRole> = [.manager]
    let administration: InstanceAdministration
    let info: Subscriptions<WhatsAppAdmin.Info>
    let numbers: Subscriptions<[WhatsAppAdmin.Number]>
    /// The sessions that have started an onboarding.
    let onboarding: Subscriptions<OnboardingProgress?>

    init(_ administration: InstanceAdministration) {
        self.administration = administration
        info = Subscriptions(pace: .seconds(1), clock: administration.clock) {
            WhatsAppAdmin.Info(await administration.overview())
        } messages: { _, new, src in
            [WhatsAppAdmin.message("StateInfo", src: src) { new.write(to: &$0) }]
        }
        onboarding = Subscriptions(pace: .zero, clock: administration.clock) {
            administration.onboarding
        } messages: { old, new, src in
            Self.messages(of: new, since: old, src: src)
        }
        numbers = Subscriptions(pace: .zero, clock: administration.clock) {
            await administration.numbers().map { WhatsAppAdmin.Number($0) }
        } messages: { old, new, src in
            let known = Dictionary(old.map { ($0.id, $0) }) { first, _ in first }
            let present = Set(new.map(\.id))
            let gone = old.filter { !present.contains($0.id) }
            return gone.map { number in WhatsAppAdmin.message("NumberDeletedInfo", src: src) { $0.write("id", number.id) } }
                + new.filter { known[$0.id] != $0 }.map { number in
                    WhatsAppAdmin.message("NumberInfo", src: src) { $0.write("number", number.json) }
                }
        }
    }

    func receive(_ message: Envelope, from session: AppSession) async throws {
        do {
            try await answer(WhatsAppAdmin.Request(message), message, session)
        } catch let failure as WhatsAppAdmin.Failure {
            try await session.send(WhatsAppAdmin.failure(failure, of: message))
        } catch let failure as AdministrationFailure {
            try await session.send(WhatsAppAdmin.failure(WhatsAppAdmin.Failure(failure), of: message))
        } catch {
            let failure = WhatsAppAdmin.Failure(.internal, "The instance could not do that; its log says why.")
            try? await session.send(WhatsAppAdmin.failure(failure, of: message))
            throw error
        }
    }

    func refuse(_ message: Envelope, from session: AppSession) async throws {
        // An answer is never answered.
        guard !message.mt.hasSuffix("Result") else { return }
        let failure = WhatsAppAdmin.Failure(.accessDenied, "Only administrators may use this.")
        try await session.send(WhatsAppAdmin.failure(failure, of: message))
    }

    func ended(_ session: AppSession) async {
        info.unsubscribe(session)
        numbers.unsubscribe(session)
        onboarding.unsubscribe(session)
    }

    /// A push for each step that a session does not know yet.
    static func messages(of new: OnboardingProgress?, since old: OnboardingProgress?, src: RequestTag?) -> [[UInt8]] {
        guard let new else { return [] }
        let known = old?.id == new.id ? old?.steps.count ?? 0 : 0
        return new.steps.dropFirst(known).map { WhatsAppAdmin.Onboarding(new, at: $0).message(src: src) }
    }

    private func answer(_ request: WhatsAppAdmin.Request, _ message: Envelope, _ session: AppSession) async throws {
        func result(_ write: (inout JSONObjectWriter) -> Void = { _ in }) async throws {
            try await session.send(WhatsAppAdmin.result(of: message, write))
        }
        switch request {
        case .getInfo:
            let info = WhatsAppAdmin.Info(await administration.overview())
            try await result { info.write(to: &$0) }
        case .subscribeInfo:
            try await info.subscribe(session, src: message.src) { info in try await result { info.write(to: &$0) } }
        case .unsubscribeInfo:
            info.unsubscribe(session)
            try await result()
        case .subscribeNumbers:
            try await numbers.subscribe(session, src: message.src) { numbers in try await result { Self.write(numbers, to: &$0) } }
        case .getNumbers(let after):
            let numbers = await administration.numbers().map { WhatsAppAdmin.Number($0) }.filter { after == nil || $0.id > after ?? "" }
            try await result { Self.write(numbers, to: &$0) }
        case .unsubscribeNumbers:
            numbers.unsubscribe(session)
            try await result()
        case .updateNumber(let update):
            let id = PhoneNumberID(rawValue: update.id)
            let number = WhatsAppAdmin.Number(try await administration.update(id, revision: update.rev, NumberChange(update)))
            try await result { $0.write("number", number.json) }
        case .deleteNumber(let id):
            try await administration.delete(PhoneNumberID(rawValue: id))
            try await result()
        case .moveZone(let from, let to):
            let moved = try await administration.moveZone(from: from, to: to)
            try await result { $0.write("moved", moved) }
        case .getConnectApps:
            let page = WhatsAppAdmin.page(of: try administration.connectApps().map(\.json))
            try await result { $0.write("apps", .array(page.values)) }
        case .getZones(let app):
            let page = WhatsAppAdmin.page(of: try await administration.zones(of: app).map(\.json))
            try await result { writer in
                writer.write("zones", .array(page.values))
                writer.write("more", page.hasMore ? true : nil)
            }
        case .addAccount(let add):
            let added = try await administration.add(AccountRequest(add, key: session.login.key))
            let problems = added.problems.sorted { $0.key.rawValue < $1.key.rawValue }
            try await result { writer in
                Self.write(added.numbers.map { WhatsAppAdmin.Number($0) }, to: &writer)
                guard !problems.isEmpty else { return }
                writer.write("problems", .array(problems.map { ["id": .string($0.key.rawValue), "text": .string(String($0.value.prefix(500)))] }))
            }
        case .testWebhook:
            let test = await administration.testWebhook()
            try await result { test.write(to: &$0) }
        case .getTrace:
            try await result { writer in
                writer.write("flags", flags)
                writer.write("size", administration.recentLog.size)
            }
        case .setTrace(let name, let isOn):
            guard let flag = TraceFlag(rawValue: name) else {
                throw WhatsAppAdmin.Failure(.badRequest, "There is no trace flag \(name.prefix(40)).", field: "name")
            }
            try await administration.setTrace(flag, on: isOn)
            try await result { $0.write("flags", flags) }
        case .clearLog:
            administration.recentLog.clear()
            try await result()
        case .readLog(let from):
            // In JSON the text is at most twice as long.
            let page = administration.recentLog.page(from: from, limit: WhatsAppAdmin.longestAnswer / 3)
            try await result { writer in
                writer.write("text", page.text)
                writer.write("next", page.next)
            }
        case .startPrivatePostCheck: try await check(.start, result)
        case .confirmPrivatePostCheck: try await check(.confirm, result)
        case .cancelPrivatePostCheck: try await check(.cancel, result)
        case .startOnboarding(let start):
            let pin = try PIN(start.pin, key: session.login.key)
            let started = try await administration.startOnboarding(start.kind, account: start.waba, pin: pin)
            try await onboarding.subscribe(session, src: message.src) { progress in
                try await result { writer in
                    writer.write("id", started.id)
                    writer.write("url", started.page)
                    writer.write("expires", started.expiresAt.milliseconds)
                }
                for push in Self.messages(of: progress, since: nil, src: message.src) { try await session.send(push) }
            }
        case .cancelOnboarding(let id):
            try administration.cancelOnboarding(id)
            try await result()
        }
    }

    private func check(
        _ step: PrivatePostStep, _ result: ((inout JSONObjectWriter) -> Void) async throws -> Void
    ) async throws {
        let standing = WhatsAppAdmin.PrivatePosts(try await administration.check(privatePosts: step))
        try await result { $0.write("privatePosts", standing.json) }
    }

    private var flags: JSON {
        let on = administration.traces
        return .array(TraceFlag.allCases.map { WhatsAppAdmin.Trace(name: $0.rawValue, label: $0.label, on: on.contains($0)).json })
    }

    private static func write(_ numbers: [WhatsAppAdmin.Number], to writer: inout JSONObjectWriter) {
        let page = WhatsAppAdmin.page(of: numbers.map(\.json))
        writer.write("numbers", .array(page.values))
        writer.write("more", page.hasMore ? true : nil)
    }
}
