import Synchronization

/// A value that can be taken out once.
final class SingleUse<Value: Sendable>: Sendable {
    private let value: Mutex<Value?>

    init(_ value: Value?) {
        self.value = Mutex(value)
    }

    func take() -> Value? {
        value.withLock { value in
            defer { value = nil }
            return value
        }
    }
}
