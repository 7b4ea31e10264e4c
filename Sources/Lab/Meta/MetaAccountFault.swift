/// Something that the simulated Graph API does wrong with the next requests of one step of setting up an account.
public struct MetaAccountFault: Sendable, Equatable {
    /// The kind of request that is spoiled.
    public enum Step: String, Sendable, CaseIterable {
        /// `debug_token`.
        case token
        /// Reading the account.
        case account
        /// Listing its numbers, or reading one.
        case numbers
        /// Subscribing to its webhooks, or looking who is.
        case subscribe
        /// Giving a number an address of its own.
        case override
        /// Registering a number.
        case register
        /// Making a token out of a code.
        case exchange
    }

    /// What happens.
    public enum Kind: Sendable, Equatable {
        /// Refused with this Graph error.
        case error(MetaError)
        /// A page of HTML with this HTTP status, and nothing was done.
        case page(Int)
        /// The connection ends without a response, and nothing was done.
        case drop
        /// Done, then the connection ends without a response. A handshake is not made.
        case acceptThenDrop
        /// No response at all, and nothing was done.
        case hang
    }

    /// Which requests.
    public var step: Step
    /// What happens.
    public var kind: Kind
    /// How many requests of that step pass unharmed first.
    public var skipping: Int
    /// How many requests it spoils.
    public var times: Int

    /// A fault for the next request of a step, unless told otherwise.
    public init(_ kind: Kind, on step: Step, skipping: Int = 0, times: Int = 1) {
        self.kind = kind
        self.step = step
        self.skipping = skipping
        self.times = times
    }
}

extension MetaCore {
    /// Takes the next fault of a step.
    mutating func takeAccountFault(_ step: MetaAccountFault.Step) -> MetaAccountFault.Kind? {
        guard let index = accountFaults.firstIndex(where: { $0.step == step }) else { return nil }
        if accountFaults[index].skipping > 0 {
            accountFaults[index].skipping -= 1
            return nil
        }
        let kind = accountFaults[index].kind
        accountFaults[index].times -= 1
        if accountFaults[index].times <= 0 { accountFaults.remove(at: index) }
        return kind
    }

    /// Answers a request of a step, as far as the step's next fault lets it.
    mutating func answering(_ step: MetaAccountFault.Step, _ answer: (inout MetaCore) -> GraphReply) -> GraphReply {
        switch takeAccountFault(step) {
        case .error(let error): return failure(error)
        case .page(let status): return GraphReply(kind: .page(status))
        case .drop: return GraphReply(kind: .drop)
        case .hang: return GraphReply(kind: .hang)
        case .acceptThenDrop:
            _ = answer(&self)
            return GraphReply(kind: .drop)
        case nil: return answer(&self)
        }
    }
}
