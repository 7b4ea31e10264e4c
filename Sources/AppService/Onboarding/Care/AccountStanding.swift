import Bridge
import Protocol

/// What Meta said last about an account and its access token. A value; it is kept over a restart.
struct AccountStanding: Codable, Equatable, Sendable {
    /// How many days before its end a token is warned of, the earliest first (WhatsApp Cloud API, 5.6).
    static let warnings = [14, 7, 1]
    /// A token that lived no longer than this when it was stored is one for first tests.
    static let shortLife: Duration = .seconds(49 * 3_600)

    /// Tells one token from another, and nothing of it.
    var token: String
    /// When Meta was asked last.
    var checkedAt: Moment?
    /// When the token ends; nil if it does not, or if that is not known.
    var expiresAt: Moment?
    /// When its access to data ends; nil if it does not, or if that is not known.
    var dataAccessExpiresAt: Moment?
    /// Whether Meta refuses the token.
    var isRevoked = false
    /// Why the app has lost the account, in Meta's own word; nil if it has not.
    var loss: String?
    /// When this token was seen first.
    var firstSeenAt: Moment?
    /// The last warning that stands in the log, in days; nil if there is none.
    var warnedDays: Int?

    /// A token that nothing is known of.
    init(token: String, firstSeenAt: Moment? = nil) {
        self.token = token
        self.firstSeenAt = firstSeenAt
    }

    /// What Meta says of the token.
    mutating func take(_ info: GraphTokenInfo, at now: Moment) {
        checkedAt = now
        isRevoked = !info.isValid
        guard info.isValid else { return }
        expiresAt = info.expiresAt.map(Moment.init(seconds:)) ?? (info.tellsExpiry ? nil : expiresAt)
        dataAccessExpiresAt = info.dataAccessExpiresAt.map(Moment.init(seconds:)) ?? (info.tellsExpiry ? nil : dataAccessExpiresAt)
    }

    /// Something that somebody should know.
    enum Finding: Equatable, Sendable {
        /// The app has lost the account.
        case lost(String)
        /// The token is refused.
        case revoked
        /// The token ends.
        case expires(Moment, isUrgent: Bool)
        /// The token is one for first tests, and ends within a day or two.
        case shortLived(Moment)
        /// The token's access to data ends.
        case dataAccessExpires(Moment, isUrgent: Bool)
    }

    /// All that somebody should know now.
    func findings(at now: Moment) -> [Finding] {
        if let loss { return [.lost(loss)] }
        if isRevoked { return [.revoked] }
        var findings: [Finding] = []
        if let expiresAt {
            if let firstSeenAt, expiresAt.since(firstSeenAt) <= Self.shortLife {
                findings.append(.shortLived(expiresAt))
            } else if let days = Self.days(until: expiresAt, at: now) {
                findings.append(.expires(expiresAt, isUrgent: days <= 1))
            }
        }
        if let dataAccessExpiresAt, let days = Self.days(until: dataAccessExpiresAt, at: now) {
            findings.append(.dataAccessExpires(dataAccessExpiresAt, isUrgent: days <= 1))
        }
        return findings
    }

    /// The warning that is due for the log, in days; nil if there is none, or if it stands there already.
    mutating func takeWarning(at now: Moment) -> Int? {
        let ends = [expiresAt, dataAccessExpiresAt].compactMap(\.self)
        guard !isRevoked, loss == nil, let days = ends.compactMap({ Self.days(until: $0, at: now) }).min() else {
            warnedDays = nil
            return nil
        }
        if let warnedDays, warnedDays <= days { return nil }
        warnedDays = days
        return days
    }

    /// The tightest of ``warnings`` that has come; nil if there is more time.
    private static func days(until end: Moment, at now: Moment) -> Int? {
        warnings.last { end.since(now) <= .seconds($0 * 24 * 3_600) }
    }
}

extension GraphTokenInfo {
    /// Whether it says when the token ends, be it that it does not.
    fileprivate var tellsExpiry: Bool { scopes != nil }
}
