/// What the PBX grants: how many numbers may be licensed, and for how long that holds without it (AppWebsocket, Licences).
///
/// A value: whoever keeps it tells it of logins and losses, and asks what is granted at some moment.
public struct LicencePool: Equatable, Sendable, Codable {
    /// How long the count holds while the PBX is away.
    public static let grace: Duration = .seconds(72 * 3_600)

    /// What the newest login said: the number of service licences; nil if no PBX has ever logged in.
    public private(set) var count: Int?
    /// Whether the newest login said that licences are in test mode, where all numbers may be used.
    public private(set) var isInTestMode = false
    /// Since when no PBX is connected; nil while one is.
    public private(set) var lostAt: Moment?

    /// Nothing is known yet.
    public init() {}

    /// The PBX has logged in.
    /// - Parameter count: `lics` of the login; less than nothing is nothing.
    public mutating func loggedIn(count: Int64, isInTestMode: Bool) {
        self.count = Int(clamping: max(0, count))
        self.isInTestMode = isInTestMode
        lostAt = nil
    }

    /// No PBX is connected any more, or not yet after a start. Repeating it changes nothing.
    public mutating func lost(at now: Moment) {
        if lostAt == nil { lostAt = now }
    }

    /// Until when the count holds although the PBX is away; nil while it is there, and if it never was.
    public var graceUntil: Moment? { count == nil ? nil : lostAt.map { $0 + Self.grace } }

    /// What is granted now.
    public func grant(at now: Moment) -> Grant {
        guard let count else { return .unknown }
        if let graceUntil, graceUntil <= now { return .numbers(0) }
        return isInTestMode ? .all : .numbers(count)
    }

    /// How many numbers may be used.
    public enum Grant: Equatable, Sendable {
        /// Nobody has said yet. All may be used: without the PBX there is no Connect, so nothing gets there either.
        case unknown
        /// So many.
        case numbers(Int)
        /// As many as there are: test mode.
        case all

        /// Whether one more number may be licensed besides so many.
        public func hasRoom(besides licensed: Int) -> Bool {
            switch self {
            case .unknown, .all: true
            case .numbers(let count): licensed < count
            }
        }

        /// Which of the licensed numbers may be used: those that were licensed first.
        public func active(of candidates: [Candidate]) -> Set<PhoneNumberID> {
            switch self {
            case .unknown, .all: Set(candidates.map(\.id))
            case .numbers(let count): Set(candidates.sorted().prefix(count).map(\.id))
            }
        }
    }

    /// A number for which a licence is wanted.
    public struct Candidate: Comparable, Sendable {
        /// The number.
        public var id: PhoneNumberID
        /// When it was licensed; nil for a number of the configuration file, which comes first.
        public var licensedAt: Moment?

        /// Names a number.
        public init(id: PhoneNumberID, licensedAt: Moment?) {
            self.id = id
            self.licensedAt = licensedAt
        }

        /// Who was licensed earlier comes first, then the lower ID.
        public static func < (one: Candidate, other: Candidate) -> Bool {
            (one.licensedAt?.milliseconds ?? .min, one.id.rawValue) < (other.licensedAt?.milliseconds ?? .min, other.id.rawValue)
        }
    }
}
