import Bridge
import Crypto
import Logging
import Protocol
import Synchronization

/// An administrator gave it up.
private struct GivenUp: Error {}

extension Onboarding {
    /// Brings to an end what was started, until the task is cancelled. To be run once.
    func run(_ keeper: some OnboardingKeeper) async {
        while !Task.isCancelled {
            guard let running = state.withLock({ $0.running }) else {
                await bell.wait()
                continue
            }
            await perform(running.id, keeper)
        }
    }

    private func perform(_ id: String, _ keeper: some OnboardingKeeper) async {
        var joined: JoinedAccount?
        while !Task.isCancelled {
            let now = surroundings.clock.now()
            guard let running = change({ $0.flow.passed(to: now) }) else { return }
            let flow = running.flow
            if case .end(let ending) = flow.step { return await end(running, ending, joined, keeper) }
            guard flow.due <= now else {
                await bell.wait(until: min(flow.due, flow.expiresAt), clock: surroundings.clock)
                continue
            }
            switch flow.step {
            case .ask:
                let answer = await surroundings.service.tell("status", id, running.proof(code: flow.code))
                change { $0.flow.stands(answer, at: surroundings.clock.now()) }
            case .collect:
                let answer = await surroundings.service.collect(id, running.proof(code: flow.code))
                guard let sealed = changed({ $0.flow.collected(answer, at: surroundings.clock.now()) }) else { continue }
                joined = await prepare(sealed, running, keeper)
            case .prepare: change { $0.flow.fail(.store) }
            case .acknowledge:
                let answer = await surroundings.service.tell("acknowledge", id, running.proof())
                change { $0.flow.acknowledged(answer, at: surroundings.clock.now()) }
            case .end: break
            }
        }
    }

    @discardableResult
    private func change(_ body: (inout Running) -> Void) -> Running? {
        state.withLock { state in
            guard var running = state.running else { return nil }
            body(&running)
            state.running = running
            return running
        }
    }

    private func changed<Result: Sendable>(_ body: (inout Running) -> Result?) -> Result? {
        var result: Result?
        change { result = body(&$0) }
        return result
    }

    private func note(_ step: OnboardingProgress.Step) { watched.update { $0?.steps.append(step) } }

    // MARK: The connector's own steps

    /// Opens what the service gave, and makes the account ready at Meta.
    /// - Returns: what is to be stored once the service holds it for good; nil if that failed, which the flow knows then
    private func prepare(_ sealed: SealedHandover, _ running: Running, _ keeper: some OnboardingKeeper) async -> JoinedAccount? {
        do {
            guard let handover = try? sealed.open(with: running.key, pairing: running.id) else { throw PairingFailure.unsealed }
            surroundings.secrets.passingSecrets +=
                [Secret(handover.accessToken), Secret(handover.relay.key)] + (handover.appSecretProof.map { [Secret($0)] } ?? [])
            try HandoverRules.check(handover, for: running.account, mode: surroundings.mode)
            let joined = try await setUp(handover, running, keeper)
            guard state.withLock({ $0.running?.isCancelled == false }) else {
                await takeBack(joined, keeper)
                throw GivenUp()
            }
            try await keep { try await keeper.begin(joined) }
            change { $0.flow.prepared(at: surroundings.clock.now()) }
            return joined
        } catch {
            let failure: PairingFailure? =
                switch error {
                case let failure as PairingFailure: failure
                case let failure as AccountSetupFailure: .setup(failure)
                case let failure as AdministrationFailure: .instance(failure)
                case is GivenUp: nil
                default: .store
                }
            if failure == .store {
                surroundings.logger.error("An account that a shared service handed over could not be stored", metadata: ["error": "\(error)"])
            }
            change { running in
                if let failure { running.flow.fail(failure) } else { _ = running.flow.cancel() }
            }
            return nil
        }
    }

    private func keep(_ body: () async throws -> Void) async throws {
        do { try await body() } catch let error as AdministrationFailure { throw error } catch {
            surroundings.logger.error("The instance's settings cannot be written", metadata: ["error": "\(error)"])
            throw PairingFailure.store
        }
    }

    private func setUp(_ handover: Handover, _ running: Running, _ keeper: some OnboardingKeeper) async throws -> JoinedAccount {
        let (_, present) = keeper.standing
        let settled = running.kind == .number ? Set(present.filter { $0.value == handover.account }.keys) : []
        let credentials = GraphCredentials(
            accessToken: Secret(handover.accessToken), appSecretProof: handover.appSecretProof.map { Secret($0) })
        let numbers = handover.numbers.map(PhoneNumberID.init(rawValue:))
        try keeper.requireRoom(for: numbers)
        let (secrets, base) = (surroundings.secrets, surroundings.base)
        var request = SharedAccountRequest(
            account: handover.account, credentials: credentials, appID: handover.appID, numbers: numbers, settled: settled,
            isCoexistence: handover.isCoexistence, pin: running.pin)
        if handover.mode == .direct {
            request.directCallback = { number in
                // A number that has an address keeps it, so that nothing has to be taken back if this fails.
                let path = keeper.path(of: number) ?? DirectPath.random(for: number, of: handover.account)
                secrets.passingPaths.append(path)
                return WebhookCallback(url: "\(base)/webhook/\(path.path.revealed)", verifyToken: path.verifyToken)
            }
        }
        let discovered = try await surroundings.setup.prepare(request) { step in
            guard state.withLock({ $0.running?.isCancelled == false }) else { throw GivenUp() }
            if surroundings.clock.now() >= running.flow.expiresAt { throw PairingFailure.expired }
            note(step)
        }
        try keeper.requireRoom(for: discovered.numbers.map(\.id))
        return JoinedAccount(
            account: handover.account, discovered: discovered, token: Secret(handover.accessToken),
            proof: handover.appSecretProof.map { Secret($0) }, binding: handover.binding, mode: handover.mode,
            relayKey: RelayKey(id: handover.relay.keyID, secret: Secret(handover.relay.key)), paths: secrets.passingPaths,
            expiresAt: handover.expiresAt.map(Moment.init(seconds:)),
            dataAccessExpiresAt: handover.dataAccessExpiresAt.map(Moment.init(seconds:)))
    }

    // MARK: The end

    private func end(
        _ running: Running, _ ending: PairingFlow.Ending, _ joined: JoinedAccount?, _ keeper: some OnboardingKeeper
    ) async {
        let logger = surroundings.logger
        switch ending {
        case .acknowledged:
            if let joined { await store(joined, keeper) }
        case .failed(let failure):
            logger.notice("An account was not joined", metadata: ["reason": "\(failure.administration.text)"])
            await giveUp(running, joined, keeper)
            note(.failed(failure.administration))
        case .cancelled:
            logger.notice("An administrator has cancelled the joining of an account")
            await giveUp(running, joined, keeper)
            note(.cancelled)
        }
        surroundings.secrets.passingPaths = []
        surroundings.secrets.passingSecrets = []
        state.withLock { $0.running = nil }
    }

    private func store(_ joined: JoinedAccount, _ keeper: some OnboardingKeeper) async {
        do {
            let count = try await keeper.keep(joined)
            let problems = joined.discovered.numbers.compactMap { number in number.problem.map { (number.id, $0) } }
            note(.done(count, problems: Dictionary(problems) { first, _ in first }))
            surroundings.logger.notice(
                "An account was joined with the shared service",
                metadata: ["account": "\(joined.account)", "numbers": "\(count)", "mode": "\(joined.mode.rawValue)"])
        } catch {
            surroundings.logger.error("A joined account could not be stored", metadata: ["account": "\(joined.account)", "error": "\(error)"])
            await takeBack(joined, keeper)
            await keeper.abandon(joined.binding, mayHold: true)
            note(.failed((error as? AdministrationFailure) ?? PairingFailure.store.administration))
        }
    }

    /// Has both sides take back what was done.
    private func giveUp(_ running: Running, _ joined: JoinedAccount?, _ keeper: some OnboardingKeeper) async {
        if let joined {
            await takeBack(joined, keeper)
            // It may have been acknowledged although the answer was lost.
            await keeper.abandon(joined.binding, mayHold: true)
        }
        _ = await surroundings.service.tell("cancel", running.id, running.proof())
    }

    /// Takes back the addresses of numbers that had none before.
    private func takeBack(_ joined: JoinedAccount, _ keeper: some OnboardingKeeper) async {
        let new = joined.paths.filter { keeper.path(of: $0.number) == nil }.map(\.number.rawValue)
        await surroundings.setup.takeBack(new, GraphCredentials(accessToken: joined.token, appSecretProof: joined.proof))
    }
}
