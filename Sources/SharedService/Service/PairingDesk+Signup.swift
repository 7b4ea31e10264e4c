import AppService
import Bridge
import Logging
import Protocol

/// What the page is told.
struct PageState: Codable, Equatable, Sendable {
    /// What the page shows next.
    enum Step: String, Codable, Sendable {
        /// The button, perhaps with a reason to press it again.
        case waiting
        /// Somebody else is at it.
        case working
        /// What the dialog told is still missing.
        case undecided
        /// Whether to take over the account.
        case takeover
        /// Back to the instance.
        case ready
        /// It is over.
        case failed
    }

    var step: Step
    /// Why, in the page's language.
    var text: String?
    /// Where the browser goes.
    var address: String?
}

extension PairingDesk {
    /// How the page stands.
    func state(of record: PairingRecord, language: SignupTexts.Language) -> PageState {
        let texts = SignupTexts(language)
        switch record.stage {
        case .waiting: return PageState(step: .waiting, text: record.problem.map(texts.text(for:)))
        case .working: return PageState(step: .working)
        case .undecided: return PageState(step: .undecided)
        case .confirming: return PageState(step: .takeover)
        case .ready, .acknowledged: return PageState(step: .ready, address: record.returnAddress)
        case .failed(let refusal): return PageState(step: .failed, text: texts.text(for: refusal), address: record.returnAddress)
        }
    }

    /// Takes a signup's code, and what the dialog told if that is there yet, and does everything that a code of 30 seconds needs at once.
    func take(code: String, session: JSON?, at id: String) async throws -> PairingRecord {
        var record = try await change(id) { record in
            try record.takeCode()
            if let session, case .finished(let finished) = SignupSession.judge(session) { record.note(finished) }
        }
        let token: GraphIssuedToken
        do {
            token = try await steps.exchange(code)
        } catch {
            record = try await change(id) { $0.attemptFailed(error) }
            note("A sign-up failed: \(error.code)", record)
            return record
        }
        return try await proceed(id, with: token.accessToken)
    }

    /// Takes what the dialog told the page.
    func take(session: JSON, at id: String) async throws -> PairingRecord {
        switch SignupSession.judge(session) {
        case .finished(let finished):
            var waiting: PairingRecord.Obtained?
            let record = try await change(id) { record in
                record.note(finished)
                if case .undecided = record.stage { waiting = record.resume() }
            }
            guard let waiting else { return record }
            return try await proceed(id, with: Secret(waiting.token))
        case .ended(let words):
            let said = words.map { " Meta says: “\(MetaQuotation.plain($0, upTo: 200))”." } ?? ""
            return try await change(id) { record in
                let refusal = Pairing.Refusal(.signupEnded, "The sign-up at Meta was ended before it was complete. Try again.\(said)")
                record.dialogEnded(refusal)
            }
        case .meaningless:
            // The dialog said nothing in time: without it nobody knows which account was meant.
            return try await change(id) { record in
                guard case .undecided = record.stage else { return }
                record.attemptFailed(Self.unknownAccount)
            }
        }
    }

    /// The administrator answers whether to take the account over.
    func takeOver(_ isConfirmed: Bool, at id: String) async throws -> PairingRecord {
        guard isConfirmed else {
            return try await change(id) { record in
                guard case .confirming = record.stage else { return }
                record.attemptFailed(Pairing.Refusal(.boundElsewhere, "The account belongs to another instance and was left there."))
            }
        }
        var waiting: PairingRecord.Obtained?
        let record = try await change(id) { record in
            if case .confirming = record.stage { waiting = record.resume() }
        }
        guard let waiting else { return record }
        return try await proceed(id, with: Secret(waiting.token))
    }

    private static let unknownAccount = Pairing.Refusal(
        .tokenRefused, "Meta did not say which account was chosen, and the access reaches several. Try again.")

    // MARK: Steps at Meta

    /// Goes on with a token as far as possible. What fails leaves the pairing as it was before, so that another attempt can be made.
    private func proceed(_ id: String, with token: Secret) async throws -> PairingRecord {
        do {
            return try await provision(id, token)
        } catch let refusal as Pairing.Refusal {
            let record = try await change(id) { $0.attemptFailed(refusal) }
            note("A sign-up failed: \(refusal.code)", record)
            return record
        } catch {
            logger.error("A sign-up failed", metadata: ["error": "\(error)"])
            return try await change(id) {
                $0.attemptFailed(Pairing.Refusal(.internal, "The service has a problem with its database. Try again later."))
            }
        }
    }

    private func provision(_ id: String, _ token: Secret) async throws -> PairingRecord {
        let info = try await steps.info(of: token)
        let record = try working(id)
        let account: String
        switch TokenVerdict.judge(info, app: steps.app.id, session: record.session, wanted: record.start.kind == .number ? record.start.account : nil)
        {
        case .account(let reached): account = reached
        case .undecided where record.session != nil: throw Self.unknownAccount
        case .undecided: return try await change(id) { $0.waitForSession(.init(token: token.revealed)) }
        case .refused(let refusal): throw refusal
        }
        let chosen = record.session?.numbers ?? []
        let known = try await steps.numbers(of: account, token)
        if let stranger = chosen.first(where: { number in !known.contains { $0.id == number } }) {
            throw Pairing.Refusal(.tokenRefused, "The number \(stranger) is none of the account \(account). Try again.")
        }
        let bindings = try await store.bindings(of: account)
        let rivals = bindings.filter { [.live, .provisional].contains($0.state) && $0.callback != record.start.callback && $0.overlaps(chosen) }
        if !rivals.isEmpty, try !working(id).mayTakeOver {
            return try await change(id) { $0.askForTakeover(.init(token: token.revealed)) }
        }
        let isCoexistence = record.session?.isCoexistence == true || known.contains { chosen.contains($0.id ?? "") && $0.isOnBusinessApp == true }
        let key = Self.random()
        let binding = RelayBinding(
            id: Self.random(), instance: record.start.instance, callback: record.start.callback, mode: record.start.mode, account: account,
            numbers: chosen, state: .provisional)
        let handover = Handover(
            binding: binding.id, mode: record.start.mode, account: account, business: record.session?.business, numbers: chosen,
            isCoexistence: isCoexistence, accessToken: token.revealed, appSecretProof: steps.proof(of: token), appID: steps.app.id,
            graphVersion: graphVersion, expiresAt: info.expiresAt, dataAccessExpiresAt: info.dataAccessExpiresAt,
            relay: Handover.Relay(keyID: binding.id, key: key))
        let sealed = try SealedHandover(handover, to: record.start.publicKey, pairing: id)
        // Before Meta is asked for anything that would have to be taken back.
        let insertion = try store.insertion(of: binding, token: token, key: Secret(key), at: clock.now())
        try await store.save(try working(id), insertion)
        do {
            try await subscribe(binding, token)
            return try await ready(id, binding.id, sealed)
        } catch {
            try await store.end(binding.id, at: clock.now())
            endings.ring()
            throw error
        }
    }

    /// Subscribes our app, unless it is: to do so again would take back an instance's override (WhatsApp Cloud API, 1.6).
    private func subscribe(_ binding: RelayBinding, _ token: Secret) async throws {
        try await subscriptions.take {
            let others = try await store.bindings(of: binding.account)
            if !others.contains(where: { $0.state == .live }) { try await steps.subscribe(to: binding.account, token) }
        }
    }

    private func ready(_ id: String, _ binding: String, _ handover: SealedHandover) async throws -> PairingRecord {
        _ = try working(id)
        let record = try await change(id) { $0.isReady(binding: binding, handover) }
        note("A sign-up is complete and waits for its instance", record, binding: binding)
        return record
    }

    /// The record, if it was not ended while Meta was asked.
    private func working(_ id: String) throws -> PairingRecord {
        guard let record = record(id, page: nil) else { throw Self.notFound }
        switch record.stage {
        case .working: return record
        case .failed(let refusal): throw refusal
        default: throw Pairing.Refusal(.cancelled, "The pairing went on in another way.")
        }
    }

    // MARK: Overrides

    /// The instances that lose something by this binding and had Meta call them themselves: nobody else would take that back.
    func overrides(besides id: String) async throws -> [RelayBinding] {
        guard let binding = try await store.binding(id), binding.mode == .relay else { return [] }
        return try await store.bindings(of: binding.account).filter { other in
            other.id != id && other.state == .live && other.mode == .direct && (other.callback == binding.callback || other.overlaps(binding.numbers))
        }
    }

    /// Brings an account's notifications to us again, and those of its numbers.
    func takeBack(_ overrides: [RelayBinding], for id: String) async {
        do {
            guard let binding = try await store.binding(id), let token = try await store.token(of: id) else { return }
            try await subscriptions.take { try await steps.subscribe(to: binding.account, token) }
            let isAll = overrides.contains { $0.numbers.isEmpty }
            let numbers = isAll ? try await steps.numbers(of: binding.account, token).compactMap(\.id) : overrides.flatMap(\.numbers)
            // What another instance keeps stays with it.
            try await steps.removeOverrides(of: numbers.uniqued().filter(binding.covers), token)
        } catch {
            logger.warning(
                "An account's notifications may still go to its former instance: its override could not be taken back",
                metadata: ["binding": "\(id)", "error": "\((error as? Pairing.Refusal)?.text ?? "\(error)")"])
        }
    }
}
