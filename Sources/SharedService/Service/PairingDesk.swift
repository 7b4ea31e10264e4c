import AppService
import Bridge
import Crypto
import Logging
import Protocol

/// Where pairings are started, completed, collected and ended: performs what ``PairingRecord`` allows. Every step is durable before it
/// is told to anybody.
actor PairingDesk {
    let store: SharedStore
    let steps: SignupSteps
    let publicURL: PublicURL
    let graphVersion: String
    let clock: any WallClock
    let logger: Logger
    /// Rung when a binding is to be ended.
    let endings: Bell
    /// Subscribing and unsubscribing an account must not overtake each other.
    let subscriptions: Turns
    private let expiries = Bell()
    private var records: [String: PairingRecord] = [:]
    private var limiter = StartLimiter()

    init(
        store: SharedStore, steps: SignupSteps, publicURL: PublicURL, graphVersion: String, clock: any WallClock, logger: Logger, endings: Bell,
        subscriptions: Turns
    ) {
        self.store = store
        self.steps = steps
        self.publicURL = publicURL
        self.graphVersion = graphVersion
        self.clock = clock
        self.logger = logger
        self.endings = endings
        self.subscriptions = subscriptions
    }

    /// Takes up what was under way when the service ended. To be called once, before anything else.
    func restore() async throws {
        var referred: Set<String> = []
        for var record in try await store.pairings() {
            let version = record.version
            record.serviceRestarted()
            if record.version != version { try await store.save(record) }
            if case .ready(let binding, _) = record.stage { referred.insert(binding) }
            records[record.id] = record
        }
        for binding in try await store.bindings() where binding.state == .provisional && !referred.contains(binding.id) {
            try await store.end(binding.id, at: clock.now())
        }
    }

    // MARK: The instance's side

    /// Starts a pairing.
    func start(_ start: Pairing.Start, by connector: String) async throws -> Pairing.Started {
        if let refusal = StartRules.refusal(of: start) { throw refusal }
        let now = clock.now()
        let open = records.values.filter { !$0.isOver }
        let ofOne = open.count { $0.connector == connector }
        if let refusal = limiter.start(by: connector, openOfOne: ofOne, open: open.count, at: now) { throw refusal }
        let record = PairingRecord(
            id: Self.random(), start: start, connector: connector, pageToken: Self.random(), returnCode: Self.random(), startedAt: now)
        try await store.save(record)
        records[record.id] = record
        expiries.ring()
        note("A pairing was started", record)
        return Pairing.Started(id: record.id, page: publicURL.appending("/signup/\(record.id)"), expiresIn: Pairing.lifetime)
    }

    /// How a pairing stands.
    func status(_ id: String, _ proof: Pairing.Proof) throws -> Pairing.Status { try proved(id, proof).status }

    /// What the instance came for. It can be asked for again until it is acknowledged: an answer may be lost, and nobody else can read it.
    func collect(_ id: String, _ proof: Pairing.Proof) throws -> SealedHandover {
        let record = try proved(id, proof)
        switch record.stage {
        case .ready(_, let handover): return handover
        case .acknowledged, .failed: throw Self.notFound
        case .waiting, .working, .undecided, .confirming: throw Pairing.Refusal(.notReady, "The sign-up is not completed yet. Ask again later.")
        }
    }

    /// The instance has everything it needs: the binding becomes final.
    func acknowledge(_ id: String, _ proof: Pairing.Proof) async throws -> Pairing.Status {
        var record = try proved(id, proof)
        let binding: String
        switch record.stage {
        case .ready(let ready, _): binding = ready
        case .acknowledged: return record.status
        case .failed: throw Self.notFound
        case .waiting, .working, .undecided, .confirming: throw Pairing.Refusal(.notReady, "There is nothing to acknowledge yet.")
        }
        let overrides = try await overrides(besides: binding)
        record = try proved(id, proof)
        guard case .ready = record.stage else { return record.status }
        let before = record
        record.acknowledge()
        records[id] = record
        do {
            try await store.save(record, SharedStore.activation(of: binding, mayTakeOver: record.mayTakeOver, at: clock.now()))
        } catch is BoundElsewhere {
            let refusal = Pairing.Refusal(.boundElsewhere, "The account was joined with another instance meanwhile. Start again.")
            try await rollBack(id, binding, refusal)
            throw refusal
        } catch is BindingGone {
            let refusal = Pairing.Refusal(.notFound, "The binding was ended meanwhile. Start again.")
            try await rollBack(id, binding, refusal)
            throw refusal
        } catch {
            records[id] = before
            throw error
        }
        endings.ring()
        note("An instance acknowledged; its binding is final", record, binding: binding)
        if !overrides.isEmpty { await takeBack(overrides, for: binding) }
        return record.status
    }

    /// The instance gives up.
    func cancel(_ id: String, _ proof: Pairing.Proof) async throws -> Pairing.Status {
        _ = try proved(id, proof)
        try await end(id, Pairing.Refusal(.cancelled, "The instance gave up. Start again if you still want it."))
        return try proved(id, proof).status
    }

    private func proved(_ id: String, _ proof: Pairing.Proof) throws -> PairingRecord {
        // The same work for all, so that time does not tell an unknown pairing from a wrong verifier.
        guard let record = records[id] else {
            _ = SHA256.hash(data: Base64URL.bytes(proof.verifier) ?? [])
            throw Self.notFound
        }
        guard record.isProved(by: proof) else { throw Self.notFound }
        return record
    }

    static let notFound = Pairing.Refusal(.notFound, "There is no such pairing, or it has ended. Start again.")

    // MARK: Records

    /// The record, if a page shows its token; nil without one only for looking.
    func record(_ id: String, page: String?) -> PairingRecord? {
        guard let record = records[id], page.map(record.isPage) ?? true else { return nil }
        return record
    }

    /// Changes a record and keeps it, together with what else changes.
    @discardableResult
    func change(_ id: String, _ body: (inout PairingRecord) throws -> Void) async throws -> PairingRecord {
        guard var record = records[id] else { throw Self.notFound }
        let version = record.version
        try body(&record)
        guard record.version != version else { return record }
        let before = records.updateValue(record, forKey: id)
        do {
            try await store.save(record)
        } catch {
            // What is not durable did not happen.
            if records[id]?.version == record.version { records[id] = before }
            throw error
        }
        return record
    }

    /// Ends a pairing without a result, and rolls back what it has done.
    func end(_ id: String, _ refusal: Pairing.Refusal) async throws {
        var binding: String?
        let record = try await change(id) { binding = $0.fail(refusal) }
        guard let binding else { return }
        try await store.end(binding, at: clock.now())
        endings.ring()
        note("A pairing was rolled back: \(refusal.code)", record, binding: binding)
    }

    /// What was acknowledged cannot be kept.
    private func rollBack(_ id: String, _ binding: String, _ refusal: Pairing.Refusal) async throws {
        guard let failed = records[id] else { return }
        var record = failed
        record.withdraw(refusal)
        records[id] = record
        try await store.save(record)
        try await store.end(binding, at: clock.now())
        endings.ring()
    }

    // MARK: Time

    /// Ends what takes too long, and forgets what is long over. Runs until cancelled.
    func watch() async throws {
        while true {
            let now = clock.now()
            for record in records.values where !record.isOver && record.expiresAt <= now {
                try await end(record.id, Pairing.Refusal(.expired, "It took longer than 15 minutes. Start again."))
            }
            for record in records.values where record.isOver && record.forgottenAt <= now {
                records[record.id] = nil
                try await store.forget(pairing: record.id)
            }
            let next = records.values.map { $0.isOver ? $0.forgottenAt : $0.expiresAt }.min()
            await expiries.wait(until: next, clock: clock)
            try Task.checkCancellation()
        }
    }

    /// 32 random bytes as text.
    static func random() -> String { Base64URL.text(SealingKey.randomBytes()) }

    func note(_ text: String, _ record: PairingRecord, binding: String? = nil) {
        var metadata: Logger.Metadata = ["connector": "\(record.connector)", "instance": "\(record.start.instance)"]
        if let binding { metadata["binding"] = "\(binding)" }
        logger.notice("\(text)", metadata: metadata)
    }
}
