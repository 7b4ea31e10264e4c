import Bridge
import BridgeTestSupport
import Synchronization

/// WhatsApp as a test tells it to be.
final class ScriptedWhatsApp: WhatsAppPort {
    private let requests = Mutex<[SendRequest]>([])
    private let answer: @Sendable (SendRequest) async -> SendResult

    init(answer: @escaping @Sendable (SendRequest) async -> SendResult = { .accepted(Wamid(rawValue: "wamid.\($0.messageID)")) }) {
        self.answer = answer
    }

    var sent: [String] { requests.withLock { $0.map(\.text) } }

    /// The receipts, in order.
    var receipts: [ReadReceipt] { given.withLock { $0 } }
    private let given = Mutex<[ReadReceipt]>([])

    func markRead(_ receipt: ReadReceipt) async { given.withLock { $0.append(receipt) } }

    func send(_ request: SendRequest) async -> SendResult {
        requests.withLock { $0.append(request) }
        return await answer(request)
    }
}
