import NIOCore
import Transport

extension WebSocketConnection {
    /// The next text message; nil at the end. No document uses binary messages.
    func nextText() async -> [UInt8]? {
        while true {
            switch try? await receive() {
            case .text(let buffer): return Array(buffer.readableBytesView)
            case .binary: continue
            case nil: return nil
            }
        }
    }
}
