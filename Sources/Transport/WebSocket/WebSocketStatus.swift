import Synchronization

/// How a WebSocket ended, readable from everywhere.
final class WebSocketStatus: Sendable {
    private let value = Mutex<WebSocketClosure?>(nil)

    var closure: WebSocketClosure? {
        value.withLock { $0 }
    }

    func ended(_ closure: WebSocketClosure) {
        value.withLock { $0 = closure }
    }
}
