/// Times as people read them in a post.
public enum TimeText {
    /// A moment as `YYYY-MM-DD HH:MM UTC`, or with the offset behind, such as `UTC+02:00`.
    ///
    /// - Parameters:
    ///   - milliseconds: since 1970-01-01 00:00 UTC; what lies outside the years 1970 to 9999 is shown as the nearer end of them.
    ///   - offset: minutes east of UTC, within a day.
    public static func text(milliseconds: Int64, offset: Int = 0) -> String {
        let offset = min(max(offset, -1_439), 1_439)
        let last: Int64 = 253_402_300_799
        let seconds = min(max(min(max(milliseconds, 0) / 1_000, last) + Int64(offset) * 60, 0), last)
        let date = date(day: seconds / 86_400)
        let minute = seconds % 86_400 / 60
        var zone = "UTC"
        if offset != 0 { zone += (offset < 0 ? "-" : "+") + two(Int64(abs(offset) / 60)) + ":" + two(Int64(abs(offset) % 60)) }
        return "\(date.year)-\(two(date.month))-\(two(date.day)) \(two(minute / 60)):\(two(minute % 60)) \(zone)"
    }

    /// The civil date of a day counted from 1970-01-01, in years that begin in March, so that the leap day comes last.
    private static func date(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let civilMonth = month < 10 ? month + 3 : month - 9
        return (yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0), civilMonth, dayOfYear - (153 * month + 2) / 5 + 1)
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
