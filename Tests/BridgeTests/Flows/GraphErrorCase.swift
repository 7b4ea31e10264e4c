/// What happens to a post whose message WhatsApp refuses again and again, by code (Cloud API, 3.5). Waits are in milliseconds, with chance at its half.
struct GraphErrorCase: Sendable, CustomStringConvertible {
    enum Course: Sendable, Equatable {
        /// Sent once; the author is told at once.
        case told
        /// Sent again after each of these waits; then the author is told.
        case toldAfter([Int64])
        /// Sent again after these waits and so on, for as long as the window is open; then the author is told that the post has become too old.
        case goesOn([Int64])
        /// The account stops and its author is told of that; probed every five minutes for as long as the window is open.
        case stopsAccount
    }

    var code: Int
    var subcode: Int?
    /// After a refusal as the answer to our request.
    var answer: Course
    /// After a status `failed` for what had been accepted.
    var status: Course

    var description: String { "\(code)" + (subcode.map { "/\($0)" } ?? "") }

    private static let unavailable: [Int64] = [750, 1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000]
    private static let hourly: [Int64] = [60_000, 120_000, 240_000, 480_000, 960_000, 1_920_000, 3_600_000, 3_600_000]
    private static let pair: [Int64] = [1_000, 4_000, 16_000, 64_000, 256_000, 1_024_000, 1_024_000, 1_024_000]

    private static func cases(_ codes: [Int], _ answer: Course, _ status: Course? = nil) -> [GraphErrorCase] {
        codes.map { GraphErrorCase(code: $0, answer: answer, status: status ?? answer) }
    }

    /// Every code of the section, and 803 for an unknown object.
    static let all: [GraphErrorCase] =
        // Access, and what only an administrator can mend.
        cases([0, 190], .stopsAccount, .told)
        + [460, 463, 464, 467, 492].map { GraphErrorCase(code: 190, subcode: $0, answer: .stopsAccount, status: .told) }
        + cases([3, 10], .told) + cases(Array(200...299), .told) + cases([131_005, 104, 368, 131_031, 131_042, 134_011], .told)
        + cases([33, 803, 131_037, 131_045, 133_010], .told) + [GraphErrorCase(code: 100, subcode: 33, answer: .told, status: .told)]
        // Faults and limits.
        + cases([1], .toldAfter([750]), .told) + cases([131_000], .toldAfter([750, 1_500]), .told)
        + cases([2, 131_016, 133_004, 131_208], .goesOn(unavailable)) + cases([4, 17, 32, 613, 80_007], .goesOn(hourly))
        + cases([130_429], .goesOn(unavailable)) + cases([131_056], .goesOn(pair))
        + cases([131_057, 2_494_100], .goesOn([Int64](repeating: 60_000, count: 8)))
        // The window: once more, since our own clock says that it is open.
        + cases([131_047], .toldAfter([5_000]))
        // The message and its recipient.
        + cases([100, 130_403, 130_472, 130_497, 131_008, 131_009, 131_021, 131_026, 131_030], .told)
        + cases([131_048, 131_049, 131_050, 131_051, 131_052, 131_053, 131_060, 131_062, 135_000, 137_000], .told)
        + cases([131_020, 131_041], .told) + cases(Array(131_201...131_207) + [131_209], .told)
        // Templates, forms, registration.
        + cases([131_063, 131_064, 132_000, 132_001, 132_005, 132_007, 132_012, 132_015, 132_016, 132_018, 132_068, 132_069], .told)
        + cases([133_000, 133_005, 133_006, 133_008, 133_009, 133_015, 133_016, 136_024, 2_593_107, 2_593_108], .told)
        // What Meta has not thought of yet.
        + cases([-1, 99_999, 133_333, .max], .told)
}
