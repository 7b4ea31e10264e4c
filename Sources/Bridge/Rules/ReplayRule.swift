/// Which rows of the ledger may be done again. Pure: asked by whoever lists them, and again when their turn comes.
public enum ReplayRule {
    /// What a replay does with a row.
    public enum Verdict: Equatable, Sendable {
        /// It is decided anew.
        case replay
        /// It is left alone, because of this.
        case leave(String)
    }

    /// Judges an inbound event by its state.
    public static func verdict(on state: InboundState) -> Verdict {
        switch state {
        case .held(.connect): .leave("only waits for its post in Connect, which is made by itself")
        case .held, .quarantined: .replay
        case .posted, .merged, .ignored: .leave("is done")
        }
    }

    /// Judges an outgoing message by its state. Towards WhatsApp every effect happens at most once: only what Meta surely never took is
    /// sent, and only if its reason is one that can have gone away.
    public static func verdict(on state: OutgoingState, wamid: Wamid?) -> Verdict {
        guard wamid == nil else { return .leave("WhatsApp has taken it once, so it is never sent again") }
        switch state {
        case .held: return .replay
        case .failed(let reason) where changeable.contains(reason): return .replay
        case .failed(let reason) where reason == earlierPart: return .leave("goes with the part of its post that is before it")
        case .failed: return .leave("would fail again, or its post is not to be sent any more")
        case .unknown: return .leave("WhatsApp may have it, so it is never sent again")
        case .queued, .sending: return .leave("is on its way")
        case .sent, .delivered, .read: return .leave("is done")
        }
    }

    /// The ledger's reason for a message to a number that is not set up.
    static let numberUnknown = "number not configured"
    /// The ledger's reason for a message to a number without a licence.
    static let noLicence = "no licence"
    /// The ledger's reason for a later part of a post.
    static let earlierPart = "an earlier part was not sent"
    /// The ledger's reason for a message of a post that is gone.
    static let deleted = "deleted in Connect"
    /// The ledger's reason for a message of a post that has another text now.
    static let replaced = "the post was changed in Connect"

    /// Reasons that are found out before anything is sent, and that an administrator can remove.
    private static let changeable: Set<String> = [numberUnknown, noLicence]
}
