import Testing

@testable import Bridge

@Suite("Licences") struct LicencePoolTests {
    private let noon = Moment(seconds: 1_790_000_000)

    private func number(_ id: String, _ licensedAt: Int64?) -> LicencePool.Candidate {
        LicencePool.Candidate(id: PhoneNumberID(rawValue: id), licensedAt: licensedAt.map(Moment.init(milliseconds:)))
    }

    @Test("The numbers that were licensed first get the licences; those of the file come first, and of two at once the lower ID")
    func order() {
        let candidates = [number("5", 20), number("4", nil), number("3", 10), number("2", 10), number("1", 30)]
        let vectors: [(LicencePool.Grant, Set<String>)] = [
            (.numbers(0), []),
            (.numbers(1), ["4"]),
            (.numbers(2), ["4", "2"]),
            (.numbers(3), ["4", "2", "3"]),
            (.numbers(4), ["4", "2", "3", "5"]),
            (.numbers(9), ["1", "2", "3", "4", "5"]),
            (.all, ["1", "2", "3", "4", "5"]),
            (.unknown, ["1", "2", "3", "4", "5"]),
        ]
        for (grant, active) in vectors {
            #expect(Set(grant.active(of: candidates).map(\.rawValue)) == active, "\(grant)")
        }
    }

    @Test("There is room as long as fewer numbers are licensed than the PBX says")
    func room() {
        #expect(!LicencePool.Grant.numbers(0).hasRoom(besides: 0))
        #expect(LicencePool.Grant.numbers(3).hasRoom(besides: 2))
        #expect(!LicencePool.Grant.numbers(3).hasRoom(besides: 3))
        #expect(LicencePool.Grant.all.hasRoom(besides: 19))
        #expect(LicencePool.Grant.unknown.hasRoom(besides: 19))
    }

    @Test("The newest login counts, whether it raises or lowers the count")
    func newest() {
        var pool = LicencePool()
        #expect(pool.grant(at: noon) == .unknown)
        #expect(pool.graceUntil == nil)
        pool.loggedIn(count: 3, isInTestMode: false)
        #expect(pool.grant(at: noon) == .numbers(3))
        pool.loggedIn(count: 1, isInTestMode: false)
        #expect(pool.grant(at: noon) == .numbers(1))
        pool.loggedIn(count: 0, isInTestMode: true)
        #expect(pool.grant(at: noon) == .all)
        pool.loggedIn(count: -5, isInTestMode: false)
        #expect(pool.grant(at: noon) == .numbers(0))
        pool.loggedIn(count: .max, isInTestMode: false)
        #expect(pool.grant(at: noon) == .numbers(.max))
    }

    @Test("Without the PBX the count holds for 72 hours after the loss, test mode too; then it is 0 until the next login")
    func grace() {
        for isInTestMode in [false, true] {
            var pool = LicencePool()
            pool.loggedIn(count: 2, isInTestMode: isInTestMode)
            #expect(pool.graceUntil == nil)
            pool.lost(at: noon)
            // Several losses, a restart among them, do not prolong it.
            pool.lost(at: noon + .seconds(3_600))
            let end = noon + .seconds(72 * 3_600)
            #expect(pool.graceUntil == end)
            #expect(pool.grant(at: end - .milliseconds(1)) == (isInTestMode ? .all : .numbers(2)))
            #expect(pool.grant(at: end) == .numbers(0))
            pool.loggedIn(count: 4, isInTestMode: false)
            #expect(pool.grant(at: end) == .numbers(4))
            #expect(pool.graceUntil == nil)
        }
    }

    @Test("A loss before the first login gives nobody a grace")
    func never() {
        var pool = LicencePool()
        pool.lost(at: noon)
        #expect(pool.graceUntil == nil)
        #expect(pool.grant(at: noon + .seconds(1_000_000)) == .unknown)
    }
}
