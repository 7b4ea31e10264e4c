/// What to do after WhatsApp refused something. Pure: the caller counts attempts, throws the dice and waits.
public enum GraphErrorRule {
    /// Which queue slows down.
    public enum Queue: Sendable, Hashable {
        /// All messages of the business number.
        case number(after: Int64)
        /// The messages of the business number to this one customer.
        case pair(after: Int64)
    }

    /// What to do; all times in milliseconds.
    public enum Action: Sendable, Hashable {
        /// Send the same again after a while.
        case retry(after: Int64)
        /// It will not work; tell the author.
        case fail
        /// The access token is dead: stop everything that uses it until it is replaced.
        case stopAccount
        /// WhatsApp limits us: wait with the whole queue, then send the same again.
        case slowDown(Queue)
    }

    /// What a code asks for, apart from attempts and time.
    public enum Rule: Sendable, Hashable {
        /// Final, unless Meta itself calls it transient.
        case fail
        /// Token dead or missing.
        case stopAccount
        /// A fault of unknown nature: tried again with jitter until there were so many attempts, and only if our request was what failed.
        case unclear(attempts: Int)
        /// The service is down or overloaded: back-off from one second to one minute with jitter.
        case unavailable
        /// Maintenance: again after so many milliseconds.
        case maintenance(Int64)
        /// Too many calls in the hour: back-off from one minute to one hour, or what Meta says.
        case callRate
        /// Too many messages a second: back-off from one second to one minute, or what Meta says.
        case throughput
        /// Too fast to one customer: 4 to the n seconds, n from 0.
        case pairRate
        /// Window closed: one more attempt after 5 s if our own clock says that it is open (Cloud API, 3.4).
        case window
    }

    /// What to do after a refusal.
    ///
    /// - Parameters:
    ///   - failure: the refusal.
    ///   - attempt: how often this message has been tried, 1 after the first failure.
    ///   - jitter: chance, from 0 to 1; delays with jitter lie between half and the whole of their length.
    ///   - windowIsOpen: whether the customer service window is open by our own clock.
    ///   - suggested: the delay in milliseconds that Meta's headers ask for (Cloud API, 6.3).
    public static func action(
        after failure: GraphFailure,
        attempt: Int,
        jitter: Double,
        windowIsOpen: Bool = false,
        suggested: Int64? = nil
    ) -> Action {
        let attempt = max(attempt, 1)
        let wish = suggested.map { min(max($0, 0), longest) }
        switch GraphErrorTable.row(for: failure.code, subcode: failure.subcode).rule {
        case .stopAccount:
            return .stopAccount
        case .fail:
            guard failure.isTransient, failure.source == .answer, attempt < 5 else { return .fail }
            return .retry(after: wish ?? backOff(from: 1_000, to: 60_000, factor: 2, attempt, jitter))
        case .unclear(let attempts):
            guard failure.source == .answer, attempt < attempts else { return .fail }
            return .retry(after: wish ?? backOff(from: 1_000, to: 60_000, factor: 2, attempt, jitter))
        case .unavailable:
            return .retry(after: wish ?? backOff(from: 1_000, to: 60_000, factor: 2, attempt, jitter))
        case .maintenance(let delay):
            return .retry(after: wish ?? delay)
        case .callRate:
            return .slowDown(.number(after: wish ?? backOff(from: 60_000, to: longest, factor: 2, attempt, 1)))
        case .throughput:
            return .slowDown(.number(after: wish ?? backOff(from: 1_000, to: 60_000, factor: 2, attempt, jitter)))
        case .pairRate:
            return .slowDown(.pair(after: backOff(from: 1_000, to: 1_024_000, factor: 4, attempt, 1)))
        case .window:
            return windowIsOpen && attempt == 1 ? .retry(after: 5_000) : .fail
        }
    }

    /// One hour: nobody waits longer for one message than Meta's longest counting period.
    private static let longest: Int64 = 3_600_000

    private static func backOff(from first: Int64, to last: Int64, factor: Int64, _ attempt: Int, _ jitter: Double) -> Int64 {
        var delay = first
        for _ in 1..<max(min(attempt, 32), 1) where delay < last { delay *= factor }
        delay = min(delay, last)
        let chance = jitter.isFinite ? min(max(jitter, 0), 1) : 1
        return delay / 2 + Int64(Double(delay - delay / 2) * chance)
    }
}
