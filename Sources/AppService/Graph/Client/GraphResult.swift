public import Protocol

/// What became of a call to the Graph API, and what its answer's headers told.
public struct GraphResult<Value: Sendable>: Sendable {
    /// What became of the call.
    public var outcome: GraphOutcome<Value>
    /// How much of the call limits is used up; `nil` without an answer.
    public var usage: GraphUsage?
    /// What Meta's support asks for, from the answer's headers.
    public var traceID: String?
}

/// What became of a call to the Graph API that must not be done twice (WhatsApp Cloud API, 6.4).
public enum GraphOutcome<Value: Sendable>: Sendable {
    /// Meta did it.
    case accepted(Value)
    /// Meta answered that it did not.
    case rejected(GraphError)
    /// Nothing of the request's body left us, so Meta cannot have done it. The phrase says why.
    case notSent(String)
    /// Meta may have done it. The phrase says what happened instead of an answer.
    case ambiguous(String)
}

extension GraphOutcome: Equatable where Value: Equatable {}
extension GraphResult: Equatable where Value: Equatable {}

/// A message that Meta accepted.
public struct GraphReceipt: Sendable, Equatable {
    /// The message's ID.
    public var wamid: String
    /// The recipient's WhatsApp ID: the truth about a phone number.
    public var waID: String?
    /// The recipient's business-scoped user ID, when the message went to one.
    public var userID: String?

    /// - Parameters:
    ///   - wamid: the message's ID
    ///   - waID: the recipient's WhatsApp ID
    ///   - userID: the recipient's business-scoped user ID
    public init(wamid: String, waID: String? = nil, userID: String? = nil) {
        self.wamid = wamid
        self.waID = waID
        self.userID = userID
    }
}
