import Synchronization

/// How many values of unknown meaning may still be kept from one document. Each costs far more memory and time than its bytes.
final class ValueBudget: Sendable {
    /// Meta's own payloads stay in the hundreds.
    static let limit = 10_000
    /// Where a decoder carries its budget.
    static let key = CodingUserInfoKey(rawValue: "WhatsApp.ValueBudget")

    private let left = Mutex(limit)

    var isSpent: Bool { left.withLock { $0 <= 0 } }

    func spend() {
        left.withLock { $0 -= 1 }
    }
}

extension Decoder {
    /// The budget of the document, if it has one.
    var valueBudget: ValueBudget? {
        ValueBudget.key.flatMap { userInfo[$0] as? ValueBudget }
    }
}
