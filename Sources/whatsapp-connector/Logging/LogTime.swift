import Glibc

/// A moment as the log writes it, to the millisecond.
struct LogTime {
    /// Milliseconds since 1970 in UTC.
    var milliseconds: Int64

    static func now() -> LogTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return LogTime(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// `MM-DD hh:mm:ss.mmm` in local time.
    var platformText: String {
        var seconds = time_t(milliseconds / 1_000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return "\(Self.two(parts.tm_mon + 1))-\(Self.two(parts.tm_mday)) \(Self.clock(parts)).\(fraction)"
    }

    /// `YYYY-MM-DDThh:mm:ss.mmmZ`.
    var universalText: String {
        var seconds = time_t(milliseconds / 1_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return "\(parts.tm_year + 1900)-\(Self.two(parts.tm_mon + 1))-\(Self.two(parts.tm_mday))T\(Self.clock(parts)).\(fraction)Z"
    }

    private var fraction: String {
        String(String(1_000 + milliseconds % 1_000).dropFirst())
    }

    private static func clock(_ parts: tm) -> String {
        "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }

    private static func two(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
