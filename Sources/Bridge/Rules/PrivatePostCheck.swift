/// The check that private posts between colleagues never reach the connector, and that those to it are marked as such.
///
/// A colleague writes two posts in one of the zones: one to another colleague, whose text must not be seen, and one to the connector,
/// which must be seen and be marked as private. An administrator says when both are written. A value: whoever runs it hands in what was
/// read, and the time.
public struct PrivatePostCheck: Equatable, Sendable, Codable {
    /// How long it waits for both posts.
    public static let patience: Duration = .seconds(600)

    /// How the check ended.
    public enum Result: Equatable, Sendable {
        /// It never did.
        case none
        /// Private posts stay private.
        case verified(at: Moment)
        /// They may not, or it could not be found out.
        case failed(Reason, at: Moment)
    }

    /// Why the check failed.
    public enum Reason: String, Sendable, CaseIterable, Codable {
        /// The post to a colleague was seen.
        case foreignSeen = "foreign-seen"
        /// The post to the connector was not marked as private.
        case markMissing = "mark-missing"
        /// The post to the connector was not seen.
        case ownNotSeen = "own-not-seen"
        /// Time ran out.
        case expired
    }

    /// A check under way.
    public struct Run: Equatable, Sendable, Codable {
        /// Where the posts count.
        public var zones: [Zone]
        /// The text of the post to a colleague.
        public var foreignText: String
        /// The text of the post to the connector.
        public var ownText: String
        /// When time runs out.
        public var until: Moment
        /// Whether the post to the connector was seen.
        public var ownSeen = false
    }

    /// The check under way, if there is one.
    public private(set) var run: Run?
    /// How the last one ended.
    public private(set) var result = Result.none
    /// The texts of the newest check; they stay what they are when it is over, for somebody may be late.
    private var texts: [String] = []

    /// A check that never was.
    public init() {}

    /// Begins anew, whatever is under way.
    /// - Parameters:
    ///   - foreignText: of the post to a colleague; nobody would write it otherwise
    ///   - ownText: of the post to the connector; neither contains the other
    public mutating func start(in zones: [Zone], foreignText: String, ownText: String, at now: Moment) {
        run = Run(zones: zones, foreignText: foreignText, ownText: ownText, until: now + Self.patience)
        texts = [foreignText, ownText]
    }

    /// Whether a post belongs to the newest check. Such a post is nobody's message: it is never forwarded, whatever its marks say.
    public func owns(_ post: ConnectPost) -> Bool { texts.contains { Self.text(of: post).contains($0) } }

    /// A post was read. Only what the plain login shows counts, since only that is ever acted on.
    public mutating func seen(_ post: ConnectPost, at now: Moment) {
        expire(at: now)
        guard let run, post.readOn == .plain, run.zones.contains(post.zone) else { return }
        let text = Self.text(of: post)
        if text.contains(run.foreignText) {
            end(.foreignSeen, at: now)
        } else if text.contains(run.ownText) {
            if post.isPrivate { self.run?.ownSeen = true } else { end(.markMissing, at: now) }
        }
    }

    /// Both posts were written.
    public mutating func confirm(at now: Moment) {
        expire(at: now)
        guard let run else { return }
        guard run.ownSeen else { return end(.ownNotSeen, at: now) }
        self.run = nil
        result = .verified(at: now)
    }

    /// Ends what is under way; what was known before holds again.
    public mutating func cancel() { run = nil }

    /// Ends what is under way if its time is over.
    public mutating func expire(at now: Moment) {
        if let run, run.until <= now { end(.expired, at: now) }
    }

    private mutating func end(_ reason: Reason, at now: Moment) {
        run = nil
        result = .failed(reason, at: now)
    }

    private static func text(of post: ConnectPost) -> String { WhatsAppText.text(fromConnect: post.html) }
}

extension PrivatePostCheck.Result: Codable {
    private enum CodingKeys: CodingKey { case reason, at }

    /// Reads what `encode` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let at = try container.decodeIfPresent(Moment.self, forKey: .at) else {
            self = .none
            return
        }
        let reason = try container.decodeIfPresent(PrivatePostCheck.Reason.self, forKey: .reason)
        self = reason.map { .failed($0, at: at) } ?? .verified(at: at)
    }

    /// Writes the reason, if there is one, and the time.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .none: break
        case .verified(let at): try container.encode(at, forKey: .at)
        case .failed(let reason, let at):
            try container.encode(reason, forKey: .reason)
            try container.encode(at, forKey: .at)
        }
    }
}
