/// Keeps within Meta's rates: a number's throughput, and the rate of messages to one person (WhatsApp, Limits).
public struct Pacer: Sendable {
    /// A bucket that holds `burst` messages and regains one every `interval`.
    struct Bucket: Sendable {
        let burst: Int64
        let interval: Duration
        private var level: Int64
        private var updatedAt: Moment

        init(burst: Int64, interval: Duration, at now: Moment) {
            self.burst = burst
            self.interval = interval
            self.level = burst
            self.updatedAt = now
        }

        /// When the next message may go; the past or present if at once.
        func turn(at now: Moment) -> Moment {
            let refilled = refilled(at: now)
            return refilled.level > 0 ? now : refilled.updatedAt + interval
        }

        /// Takes one message out.
        mutating func take(at now: Moment) {
            self = refilled(at: now)
            level -= 1
        }

        private func refilled(at now: Moment) -> Bucket {
            // A clock that was set back must not freeze the bucket.
            guard now >= updatedAt else { return Bucket(burst: burst, interval: interval, at: now) }
            let gained = now.since(updatedAt).wholeMilliseconds / interval.wholeMilliseconds
            guard gained > 0 else { return self }
            var bucket = self
            bucket.level = min(burst, level + gained)
            bucket.updatedAt = bucket.level == burst ? now : updatedAt + .milliseconds(gained * interval.wholeMilliseconds)
            return bucket
        }

        var isFull: Bool { level == burst }
    }

    private var numbers: [PhoneNumberID: Bucket] = [:]
    private var rests: [PhoneNumberID: Moment] = [:]
    private var pairs: [Conversation.ID: Bucket] = [:]

    /// More pairs than this are forgotten, fullest first.
    private static let manyPairs = 50_000

    /// Creates a pacer with full buckets.
    public init() {}

    /// When the next message of a conversation may go; at or before `now` if at once.
    public func turn(number: PhoneNumberID, conversation: Conversation.ID, at now: Moment) -> Moment {
        let ofNumber = max(numbers[number]?.turn(at: now) ?? now, rests[number] ?? now)
        let ofPair = pairs[conversation]?.turn(at: now) ?? now
        return max(ofNumber, ofPair)
    }

    /// Notes that Meta wants a number to be quiet for a while.
    public mutating func rest(number: PhoneNumberID, until moment: Moment) {
        rests[number] = max(rests[number] ?? moment, moment)
    }

    /// Notes that a message of a conversation is sent at `now`.
    public mutating func sent(number: PhoneNumberID, conversation: Conversation.ID, at now: Moment) {
        // 60 of Meta's 80 messages a second: inbound ones count too.
        numbers[number, default: Bucket(burst: 60, interval: .milliseconds(17), at: now)].take(at: now)
        // Meta takes one message every 6 s and lends some; ten pasted lines go at once, a loop does not.
        pairs[conversation, default: Bucket(burst: 10, interval: .seconds(6), at: now)].take(at: now)
        if pairs.count > Self.manyPairs {
            pairs = pairs.filter { $0.value.turn(at: now) > now || !$0.value.isFull }
        }
    }
}
