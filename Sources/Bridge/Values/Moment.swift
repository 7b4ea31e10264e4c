/// A point in time on the one clock of the product: milliseconds since 1970-01-01 00:00 UTC.
///
/// Windows, timers, retries and the order of events are computed with nothing else.
public struct Moment: Hashable, Comparable, Sendable, Codable {
    /// Milliseconds since 1970-01-01 00:00 UTC.
    public var milliseconds: Int64

    /// Creates a moment from milliseconds since 1970.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Creates a moment from whole seconds since 1970, the unit of WhatsApp's timestamps. Saturates instead of overflowing.
    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        self.milliseconds = overflow ? (seconds < 0 ? .min : .max) : product
    }

    /// Earlier moments come first.
    public static func < (left: Moment, right: Moment) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The moment that is `duration` later. Saturates instead of overflowing.
    public static func + (moment: Moment, duration: Duration) -> Moment {
        let (sum, overflow) = moment.milliseconds.addingReportingOverflow(duration.wholeMilliseconds)
        return Moment(milliseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// The moment that is `duration` earlier. Saturates instead of overflowing.
    public static func - (moment: Moment, duration: Duration) -> Moment {
        moment + (.zero - duration)
    }

    /// The time from `earlier` to this moment; negative if this moment is the earlier one.
    public func since(_ earlier: Moment) -> Duration {
        let (difference, overflow) = milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return .milliseconds(overflow ? (milliseconds < earlier.milliseconds ? .min : .max) : difference)
    }
}

extension Duration {
    /// The duration in milliseconds, rounded towards zero.
    public var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        return overflow ? (seconds < 0 ? .min : .max) : product &+ attoseconds / 1_000_000_000_000_000
    }
}
