public import Bridge

/// What the PBX grants, and which numbers may be used because of it.
public struct LicenceStanding: Equatable, Sendable {
    /// How many numbers may be licensed; 0 too while nobody has said.
    public var count: Int
    /// Whether licences are in test mode, where all numbers may be used.
    public var isTestMode: Bool
    /// Until when the count holds although the PBX is away; nil while it is there, and if it never was.
    public var graceUntil: Moment?
    /// The numbers that have one, of those that are licensed and joined to a zone.
    public var active: Set<PhoneNumberID>
    private let grant: LicencePool.Grant

    /// The standing of the numbers of some settings.
    init(_ pool: LicencePool, for settings: StoredSettings, at now: Moment) {
        grant = pool.grant(at: now)
        count = if case .numbers(let count) = grant { count } else { pool.count ?? 0 }
        isTestMode = grant == .all
        graceUntil = pool.graceUntil
        let candidates = settings.activeNumbers.filter { $0.value.isLicensed && $0.value.isJoined }
        active = grant.active(of: candidates.map { LicencePool.Candidate(id: $0.key, licensedAt: $0.value.licensedAt) })
    }

    /// Whether one more number may be licensed.
    func hasRoom(besides licensed: Int) -> Bool { grant.hasRoom(besides: licensed) }
}

extension StoredSettings.Number {
    /// Whether it is known where its discussions appear.
    var isJoined: Bool { !app.isEmpty && zone != nil }
}
