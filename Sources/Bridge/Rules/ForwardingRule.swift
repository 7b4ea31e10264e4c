/// Decides whether a post is known to be public. Only such posts ever go to a customer.
///
/// The four checks are independent: each of them alone keeps some private post in (BridgeTests has a history for each).
public struct ForwardingRule: Sendable {
    /// One check of the rule.
    enum Check: CaseIterable {
        /// The post was read on the plain login, where the server hides the private posts of others.
        case readOnPlainLogin
        /// The post is not marked as private.
        case notMarkedPrivate
        /// The post does not name the connector: to name it is what makes a private post visible to it.
        case connectorNotNotified
        /// Every post up to the root of the discussion is known and public.
        case ancestorsPublic
    }

    /// What is known of a post.
    public enum Verdict: Equatable, Sendable {
        /// It is known to be public.
        case isPublic
        /// It is private, or cannot be told from a private one.
        case isNotPublic(Reason)
        /// It depends on a post that was never seen.
        case unknownAncestor(PostReference)
        /// It depends on a post of the connector itself that Connect has not confirmed yet.
        case unconfirmedOwnPost(PostReference)
    }

    /// Why a post is not known to be public.
    public enum Reason: Equatable, Sendable {
        /// It was read on another login than the plain one.
        case notReadOnPlainLogin
        /// It is marked as private.
        case markedPrivate
        /// It is addressed to the connector.
        case addressedToConnector
        /// It answers a post that is not public.
        case answersPrivatePost
    }

    /// A chain longer than this is treated as endless, hence as not public.
    static let longestChain = 1_000

    private let checks: Set<Check>

    /// The rule with all its checks.
    public init() {
        self.init(checks: Set(Check.allCases))
    }

    /// The rule with some of its checks, so that tests can show that each is needed.
    init(checks: Set<Check>) {
        self.checks = checks
    }

    /// Judges a post by itself, without its ancestors. Returns nil if nothing speaks against it.
    public func objection(to post: ConnectPost, identity: ConnectorIdentity) -> Reason? {
        if checks.contains(.readOnPlainLogin), post.readOn != .plain { return .notReadOnPlainLogin }
        if checks.contains(.notMarkedPrivate), post.isPrivate { return .markedPrivate }
        if checks.contains(.connectorNotNotified), post.notifies.contains(where: identity.isNamed) { return .addressedToConnector }
        return nil
    }

    /// Judges a post with everything that it answers.
    /// - Parameter known: what is remembered of a post.
    public func verdict(
        on post: ConnectPost,
        identity: ConnectorIdentity,
        known: (PostReference) throws -> KnownPost?
    ) rethrows -> Verdict {
        if let reason = objection(to: post, identity: identity) { return .isNotPublic(reason) }
        guard !post.isRoot else { return .isPublic }
        // A reply that does not say what it answers, answers the root.
        return try verdict(onAncestor: post.repliesTo ?? post.discussion, in: post.discussion, known: known)
    }

    /// Judges a post again that is remembered: a mark, or what is known of what it answers, may have changed since.
    public func verdict(on post: KnownPost, known: (PostReference) throws -> KnownPost?) rethrows -> Verdict {
        guard post.isPublic else { return .isNotPublic(.markedPrivate) }
        guard post.reference != post.discussion else { return .isPublic }
        return try verdict(onAncestor: post.repliesTo ?? post.discussion, in: post.discussion, known: known)
    }

    private func verdict(
        onAncestor first: PostReference,
        in discussion: PostReference,
        known: (PostReference) throws -> KnownPost?
    ) rethrows -> Verdict {
        guard checks.contains(.ancestorsPublic) else { return .isPublic }
        var next: PostReference? = first
        for _ in 0..<Self.longestChain {
            guard let reference = next else { return .isPublic }
            guard let ancestor = try known(reference) else { return .unknownAncestor(reference) }
            if ancestor.origin == .ownUnconfirmed { return .unconfirmedOwnPost(reference) }
            guard ancestor.isPublic, ancestor.discussion == discussion else { return .isNotPublic(.answersPrivatePost) }
            next = reference == discussion ? nil : ancestor.repliesTo ?? discussion
        }
        return .isNotPublic(.answersPrivatePost)
    }
}
