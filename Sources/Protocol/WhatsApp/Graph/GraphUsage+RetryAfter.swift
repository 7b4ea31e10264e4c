extension GraphUsage.RetryAfter {
    /// Reads the header's value: seconds up to a week, or a date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    init?(header: String) {
        if let seconds = Int(header) {
            guard seconds >= 0 else { return nil }
            self = .seconds(min(seconds, 7 * 24 * 3600))
            return
        }
        let parts = header.split(separator: " ")
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT", let month = names.firstIndex(of: String(parts[2])) else { return nil }
        let time = parts[4].split(separator: ":").compactMap { Int64($0) }
        guard let day = Int64(parts[1]), let year = Int64(parts[3]), time.count == 3 else { return nil }
        guard (1...31).contains(day), (1970...9999).contains(year) else { return nil }
        guard (0...23).contains(time[0]), (0...59).contains(time[1]), (0...60).contains(time[2]) else { return nil }
        let days = Self.days(year: year, month: Int64(month) + 1, day: day)
        self = .at(days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2])
    }

    /// Days since 1970 in the Gregorian calendar: the year is counted from March, so that the leap day is its last.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
