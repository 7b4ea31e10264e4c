import Protocol

/// What is agreed with an instance: what it gets of what Meta sends.
struct RelayBinding: Equatable, Sendable {
    /// Where a binding is.
    enum State: String, Sendable {
        /// Handed over, not acknowledged yet.
        case provisional
        /// For good, until somebody ends it.
        case live
        /// To be ended as soon as its queue is empty: unsubscribed if nobody else uses the account, then its secrets are erased.
        case ending
        /// Over; nothing secret is left.
        case ended
    }

    var id: String
    /// The instance as people know it.
    var instance: String
    /// The instance's base address.
    var callback: String
    var mode: Pairing.Mode
    /// The WhatsApp Business Account ID.
    var account: String
    /// The phone number IDs; empty for all of the account.
    var numbers: [String]
    var state: State

    /// Whether it includes a number of its account.
    func covers(_ number: String) -> Bool { numbers.isEmpty || numbers.contains(number) }

    /// Whether it has numbers of the account in common with somebody who wants those given, empty for all.
    func overlaps(_ wanted: [String]) -> Bool { numbers.isEmpty || wanted.isEmpty || !Set(numbers).isDisjoint(with: wanted) }
}
