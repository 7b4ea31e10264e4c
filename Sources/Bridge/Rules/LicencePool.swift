/// Which numbers may be used, from what the PBX grants (design: Licences).
///
/// What the newest login of the PBX said holds while the PBX is there and for 72 hours after it went; then there is none. Without any
/// login so far there is none either. Numbers have their turn in the order in which they were licensed.
public struct LicencePool: Equatable, Sendable {
    /// How long the PBX's word holds while it is away.
    public static let grace: Duration = .seconds(72 * 60 * 60)

    /// What a login of the PBX says (AppWebsocket, `lics` and `testmode` of a login's `info`). `unlicensed` is about users' licences and
    /// says nothing here.
    public struct Grant: Equatable, Sendable {
        /// How many numbers may be licensed.
        public var count: Int
        /// Whether all numbers may be.
        public var isTestMode: Bool

        /// Creates a grant; a negative count is none.
        public init(count: Int, isTestMode: Bool) {
            self.count = max(0, count)
            self.isTestMode = isTestMode
        }

        static let none = Grant(count: 0, isTestMode: false)
    }

    /// A number that is meant to have a licence.
    public struct Candidate: Equatable, Sendable {
        /// The number.
        public var id: PhoneNumberID
        /// When it was licensed; nil for one that was licensed from the beginning, by the configuration file.
        public var licensedAt: Moment?

        /// Creates a candidate.
        public init(id: PhoneNumberID, licensedAt: Moment?) {
            self.id = id
            self.licensedAt = licensedAt
        }
    }

    /// What the newest login said; nil if there was none.
    public private(set) var grant: Grant?
    /// When the PBX went; nil while it is there, and if it never was.
    public private(set) var lostAt: Moment?

    /// A pool before the first login.
    public init() {}

    /// A pool as it was remembered: until the PBX comes it is away since it was seen last.
    public init(remembering grant: Grant, seenAt moment: Moment) {
        self.grant = grant
        lostAt = moment
    }

    /// Whether the PBX is there.
    public var isGranted: Bool { grant != nil && lostAt == nil }

    /// The PBX has logged in.
    public mutating func granted(_ grant: Grant) {
        self.grant = grant
        lostAt = nil
    }

    /// The last connection of the PBX has ended. Losing what is lost already changes nothing.
    public mutating func lost(at now: Moment) {
        if isGranted { lostAt = now }
    }

    /// Until when the grant holds although the PBX is away; nil while it is there, if it never was, and once that is over.
    public func graceUntil(at now: Moment) -> Moment? {
        guard let end = lostAt.map({ $0 + Self.grace }), now < end else { return nil }
        return end
    }

    /// When something changes by itself; nil if nothing does.
    public func nextChange(after now: Moment) -> Moment? { graceUntil(at: now) }

    /// What holds now.
    public func standing(at now: Moment) -> Grant {
        guard let grant else { return .none }
        return isGranted || graceUntil(at: now) != nil ? grant : .none
    }

    /// The numbers that may be used: in test mode all, else as many as there are licences, the first licensed first. Those that were
    /// licensed at the same time are taken in the order of their IDs.
    public func active(of candidates: [Candidate], at now: Moment) -> Set<PhoneNumberID> {
        let grant = standing(at: now)
        if grant.isTestMode { return Set(candidates.map(\.id)) }
        func place(_ candidate: Candidate) -> (Moment, String) {
            (candidate.licensedAt ?? Moment(milliseconds: 0), candidate.id.rawValue)
        }
        return Set(candidates.sorted { place($0) < place($1) }.prefix(grant.count).map(\.id))
    }
}
