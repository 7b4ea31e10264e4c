import Bridge
import Protocol

/// What the instance does next in a pairing, and what each answer means. A value: its runner asks, and tells it what came.
struct PairingFlow: Equatable, Sendable {
    /// How often the service is asked how it stands.
    static let interval: Duration = .seconds(3)
    /// No pairing takes longer, whatever the service says.
    static let longest: Duration = .seconds(30 * 60)

    /// What is to be done.
    enum Step: Equatable, Sendable {
        /// Ask how it stands.
        case ask
        /// Collect what is ready.
        case collect
        /// Do the connector's own steps.
        case prepare
        /// Say that everything works.
        case acknowledge
        /// Nothing any more.
        case end(Ending)
    }

    /// How a pairing ends.
    enum Ending: Equatable, Sendable {
        /// The service holds it for good, and what it brought is to be stored.
        case acknowledged
        /// It failed.
        case failed(PairingFailure)
        /// An administrator gave it up.
        case cancelled
    }

    /// What is to be done.
    private(set) var step = Step.ask
    /// When.
    private(set) var due: Moment
    /// When it ends by itself.
    let expiresAt: Moment
    /// What the browser brought back.
    private(set) var code: String?

    /// A pairing was started.
    ///
    /// - Parameters:
    ///   - now: the moment
    ///   - lifetime: how long the service gives it, in seconds
    init(at now: Moment, lifetime: Int) {
        let granted = Duration.seconds(max(1, min(lifetime, 24 * 3_600)))
        expiresAt = now + min(granted, Self.longest)
        due = now + Self.interval
    }

    /// Whether it is over.
    var isOver: Bool { if case .end = step { true } else { false } }
    /// Whether it can still be given up: what is being acknowledged may hold already.
    var isCancellable: Bool { !isOver && step != .acknowledge }

    // MARK: What happens

    /// Time passes.
    mutating func passed(to now: Moment) {
        if !isOver, now >= expiresAt { fail(.expired) }
    }

    /// The browser came back from the service's page: it need not be waited for any more.
    mutating func browserReturned(code: String?, at now: Moment) {
        guard step == .ask else { return }
        self.code = code
        due = now
    }

    /// The service said how it stands.
    mutating func stands(_ answer: ServiceAnswer<Pairing.Status>, at now: Moment) {
        guard step == .ask else { return }
        switch answer {
        case .answered(let status):
            switch status.step {
            case .waiting: due = now + Self.interval
            case .ready: go(.collect, at: now)
            case .failed: fail(.service(status.refusal))
            // Nobody but this instance acknowledges.
            case .acknowledged: fail(.unreadable)
            }
        case .refused(let refusal) where [.badRequest, .notFound].contains(refusal.known) && code != nil:
            // The code is a help and no more: without it the answer comes a moment later. Nobody ends a set-up by bringing a wrong one.
            code = nil
            due = now + Self.interval
        case .refused(let refusal): refused(refusal, at: now)
        case .unanswered: due = now + Self.interval
        case .unreadable: fail(.unreadable)
        }
    }

    /// The service gave, or did not give, what it has.
    /// - Returns: the sealed handover, if it is there
    mutating func collected(_ answer: ServiceAnswer<SealedHandover>, at now: Moment) -> SealedHandover? {
        guard step == .collect else { return nil }
        switch answer {
        case .answered(let sealed):
            go(.prepare, at: now)
            return sealed
        case .refused(let refusal) where refusal.known == .notReady: go(.ask, at: now + Self.interval)
        case .refused(let refusal): refused(refusal, at: now)
        case .unanswered: due = now + Self.interval
        case .unreadable: fail(.unreadable)
        }
        return nil
    }

    /// The connector's own steps are done.
    mutating func prepared(at now: Moment) { if step == .prepare { go(.acknowledge, at: now) } }

    /// The service said what the acknowledgement came to.
    mutating func acknowledged(_ answer: ServiceAnswer<Pairing.Status>, at now: Moment) {
        guard step == .acknowledge else { return }
        switch answer {
        case .answered(let status) where status.step == .acknowledged: step = .end(.acknowledged)
        case .answered(let status): fail(.service(status.refusal))
        case .refused(let refusal): refused(refusal, at: now)
        case .unanswered: due = now + Self.interval
        case .unreadable: fail(.unreadable)
        }
    }

    /// Something failed for good.
    mutating func fail(_ failure: PairingFailure) { if !isOver { step = .end(.failed(failure)) } }

    /// An administrator gives it up.
    /// - Returns: false if it is too late
    mutating func cancel() -> Bool {
        guard isCancellable else { return false }
        step = .end(.cancelled)
        return true
    }

    private mutating func refused(_ refusal: Pairing.Refusal, at now: Moment) {
        switch refusal.known {
        case .internal, .tooMany: due = now + Self.interval
        case .expired: fail(.expired)
        default: fail(.service(refusal))
        }
    }

    private mutating func go(_ step: Step, at moment: Moment) {
        self.step = step
        due = moment
    }
}
