import Protocol

/// What came of a request to a shared service.
enum ServiceAnswer<Value: Sendable>: Sendable {
    /// It answered as it should.
    case answered(Value)
    /// It refused, and said why.
    case refused(Pairing.Refusal)
    /// It did not answer, or not itself; the phrase says what happened. Everything may be asked again.
    case unanswered(String)
    /// It answered something that is no answer.
    case unreadable
}

extension ServiceAnswer: Equatable where Value: Equatable {}
