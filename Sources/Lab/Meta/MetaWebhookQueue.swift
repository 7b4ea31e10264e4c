import Crypto

/// Puts updates into POSTs, signs them, and repeats what was not answered 200 (WhatsApp, Delivery behaviour).
struct MetaWebhookQueue: Sendable {
    static let longestRetry: Int64 = 7 * 86_400_000

    private var updates = Schedule<MetaUpdate>()
    private var waiting = Schedule<MetaDelivery>()
    private(set) var inFlight = 0
    /// POSTs that were given up after seven days.
    private(set) var givenUp = 0
    /// POSTs that were answered 200.
    private(set) var answered = 0
    private var nextID = 1
    /// Set while the connector's address is unknown or unreachable on purpose: nothing is sent.
    var isPaused = false
    /// What became of the customers' messages, in the order it happened.
    private(set) var handovers: [MetaHandover] = []
    /// The messages of customers that the connector answered for with 200.
    private(set) var acknowledged: Set<String> = []
    /// Updates put into POSTs since they were last taken.
    private(set) var packed: [MetaUpdate] = []

    /// Whether there is nothing left to be delivered.
    var isIdle: Bool { updates.isEmpty && waiting.isEmpty && inFlight == 0 }

    /// Forgets what was handed over, and what was acknowledged.
    mutating func forgetHandovers() {
        handovers = []
        acknowledged = []
    }

    /// Whether nothing is under way and nothing is due.
    func isSettled(now: Int64, _ options: MetaOptions) -> Bool {
        inFlight == 0 && (isPaused || (nextDue(options) ?? .max) > now)
    }

    mutating func add(_ update: MetaUpdate, at due: Int64) { updates.add(update, at: due) }

    mutating func takePacked() -> [MetaUpdate] {
        defer { packed = [] }
        return packed
    }

    func nextDue(_ options: MetaOptions) -> Int64? {
        guard !isPaused, inFlight < options.maximumInFlight else { return nil }
        return [updates.nextDue, waiting.nextDue].compactMap { $0 }.min()
    }

    mutating func fire(
        now: Int64, _ options: MetaOptions, _ routing: MetaRouting
    ) -> [MetaDelivery] {
        guard !isPaused else { return [] }
        let due = updates.take(at: now)
        packed += due
        for (batch, app) in Self.batches(of: due, max(options.batchSize, 1), routing) {
            let payload = MetaPayload.envelope(batch, options.batching, routing)
            let body = Array(payload.text(options.writesPlainBodies ? .plain : .escaped).utf8)
            let delivery = MetaDelivery(
                id: nextID, body: body, signature: Self.signature(of: body, options.signature, routing.apps[app].app.secret), attempt: 1,
                firstAttempt: now,
                wamids: batch.compactMap { $0.status == nil && !$0.wamid.isEmpty ? $0.wamid : nil },
                update: batch.first, app: app)
            nextID += 1
            for _ in 0..<(options.duplicatesWebhooks ? 2 : 1) { waiting.add(delivery, at: now) }
        }
        var started: [MetaDelivery] = []
        for var delivery in waiting.take(at: now) {
            // An address that was changed meanwhile gets what the old one did not take.
            delivery.url = delivery.update.flatMap { routing.address(of: $0, for: delivery.app) }
            if inFlight < options.maximumInFlight {
                inFlight += 1
                if delivery.attempt == 1 { handovers += delivery.wamids.map(MetaHandover.offered) }
                started.append(delivery)
            } else {
                waiting.add(delivery, at: now)
            }
        }
        return started
    }

    /// A delivery that goes to nobody.
    mutating func dropped() { inFlight -= 1 }

    /// For each app that gets them, neighbours that go to the same address, at most so many together. What nobody gets is gone.
    private static func batches(of updates: [MetaUpdate], _ size: Int, _ routing: MetaRouting) -> [(updates: [MetaUpdate], app: Int)] {
        var batches: [(updates: [MetaUpdate], app: Int)] = []
        for app in routing.apps.indices {
            var last: String??
            for update in updates {
                guard routing.delivers(update, to: app) else { continue }
                let address = routing.address(of: update, for: app)
                if let count = batches.last?.updates.count, count < size, address == last {
                    batches[batches.count - 1].updates.append(update)
                } else {
                    batches.append(([update], app))
                }
                last = address
            }
        }
        return batches
    }

    mutating func finished(_ delivery: MetaDelivery, status: Int?, now: Int64, _ options: MetaOptions) {
        inFlight -= 1
        guard status != 200 else {
            answered += 1
            handovers += delivery.wamids.map(MetaHandover.acknowledged)
            acknowledged.formUnion(delivery.wamids)
            return
        }
        let delay = options.retryDelays[min(delivery.attempt, options.retryDelays.count) - 1]
        guard now + delay - delivery.firstAttempt <= Self.longestRetry else {
            givenUp += 1
            return
        }
        var next = delivery
        next.attempt += 1
        waiting.add(next, at: now + delay)
    }

    /// `sha256=` and the HMAC of the exact bytes in hexadecimal.
    static func signature(of body: [UInt8], _ kind: MetaOptions.Signature, _ secret: String) -> String? {
        let key = kind == .wrongSecret ? secret + "-wrong" : secret
        let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array(key.utf8))).hex
        return switch kind {
        case .missing: nil
        case .upperCase: "sha256=\(code.uppercased())"
        case .correct, .wrongSecret: "sha256=\(code)"
        }
    }
}
