import Synchronization

/// How much may still be built from one document. What is small in it can cost far more memory and time than its bytes.
final class ValueBudget: Sendable {
    /// Most values of unknown meaning that are kept: Meta's own payloads stay in the hundreds.
    static let limit = 10_000
    /// Most elements of arrays that are read, in all of a document: Meta puts at most 1,000 updates into a notification
    /// (WhatsApp Cloud API, 1.4), each of at most five elements: its entry, change, contact, itself and an error.
    static let elementLimit = 6_000
    /// Where a decoder carries its budget.
    static let key = CodingUserInfoKey(rawValue: "WhatsApp.ValueBudget")

    /// The budget that a decoder carries, if it has one.
    static func of(_ userInfo: [CodingUserInfoKey: Any]) -> ValueBudget? { key.flatMap { userInfo[$0] as? ValueBudget } }

    private let left = Mutex(limit)
    private let elementsLeft = Mutex(elementLimit)

    var isSpent: Bool { left.withLock { $0 <= 0 } }

    func spend() {
        left.withLock { $0 -= 1 }
    }

    /// Takes one element; returns false if there is none left.
    func takeElement() -> Bool {
        elementsLeft.withLock { left in
            left -= 1
            return left >= 0
        }
    }
}
