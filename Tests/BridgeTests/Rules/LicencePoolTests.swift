import Testing

@testable import Bridge

@Suite("Licences") struct LicencePoolTests {
    private static let now = Moment(seconds: 1_790_000_000)
    private static let day: Duration = .seconds(86_400)

    private static func candidate(_ id: String, _ seconds: Int64?) -> LicencePool.Candidate {
        LicencePool.Candidate(id: PhoneNumberID(rawValue: id), licensedAt: seconds.map(Moment.init(seconds:)))
    }

    /// Licensed in the order c, b, d, a; b and d at the same time.
    private static let candidates = [candidate("a", 30), candidate("b", 20), candidate("c", nil), candidate("d", 20)]

    private static func active(_ pool: LicencePool, at now: Moment = now) -> String {
        pool.active(of: candidates, at: now).map(\.rawValue).sorted().joined()
    }

    private static func pool(_ count: Int, isTestMode: Bool = false) -> LicencePool {
        var pool = LicencePool()
        pool.granted(.init(count: count, isTestMode: isTestMode))
        return pool
    }

    @Test(
        "As many numbers are active as there are licences, the first licensed first, then by ID",
        arguments: [
            (-1, ""), (0, ""), (1, "c"), (2, "bc"), (3, "bcd"), (4, "abcd"), (9, "abcd"),
        ])
    func counts(_ count: Int, _ expected: String) {
        #expect(Self.active(Self.pool(count)) == expected)
    }

    @Test("In test mode all are active, whatever the count")
    func testMode() {
        #expect(Self.active(Self.pool(0, isTestMode: true)) == "abcd")
    }

    @Test("Before the first login none is active, and losing what never was changes nothing")
    func never() {
        var pool = LicencePool()
        pool.lost(at: Self.now)
        #expect(pool == LicencePool())
        #expect(Self.active(pool) == "")
        #expect(pool.nextChange(after: Self.now) == nil)
    }

    @Test("The newest login counts, in both directions")
    func newest() {
        var pool = Self.pool(1)
        pool.granted(.init(count: 3, isTestMode: false))
        #expect(Self.active(pool) == "bcd")
        pool.granted(.init(count: 0, isTestMode: true))
        #expect(Self.active(pool) == "abcd")
        pool.granted(.init(count: 2, isTestMode: false))
        #expect(Self.active(pool) == "bc")
    }

    @Test("After the PBX went its word holds for 72 hours to the millisecond, test mode included", arguments: [false, true])
    func grace(_ isTestMode: Bool) {
        var pool = Self.pool(4, isTestMode: isTestMode)
        #expect(pool.graceUntil(at: Self.now) == nil)
        pool.lost(at: Self.now)
        pool.lost(at: Self.now + Self.day)
        let end = Self.now + .seconds(72 * 3_600)
        #expect(pool.graceUntil(at: Self.now) == end)
        #expect(pool.nextChange(after: Self.now) == end)
        #expect(Self.active(pool, at: end - .milliseconds(1)) == "abcd")
        #expect(Self.active(pool, at: end) == "")
        #expect(pool.graceUntil(at: end) == nil)
        #expect(pool.nextChange(after: end) == nil)
        pool.granted(.init(count: 1, isTestMode: false))
        #expect(Self.active(pool, at: end) == "c")
        pool.lost(at: end)
        #expect(pool.nextChange(after: end) == end + LicencePool.grace)
    }

    @Test("What was remembered holds from when the PBX was seen last")
    func remembered() {
        let pool = LicencePool(remembering: .init(count: 2, isTestMode: false), seenAt: Self.now)
        #expect(!pool.isGranted)
        #expect(Self.active(pool, at: Self.now + .seconds(71 * 3_600)) == "bc")
        #expect(Self.active(pool, at: Self.now + .seconds(72 * 3_600)) == "")
    }
}
