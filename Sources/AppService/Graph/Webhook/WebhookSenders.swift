import NIOCore
import NIOHTTP1

/// Who may post notifications, and how their requests are told from everybody else's.
///
/// There is no way to accept a notification unchecked: without any secret nobody may post.
public struct WebhookSenders: Sendable {
    /// The secrets of the Meta app: the current one, and during its replacement the previous one too.
    public var appSecrets: [Secret]

    /// - Parameter appSecrets: the app's secrets; empty ones do not count
    public init(appSecrets: [Secret]) {
        self.appSecrets = appSecrets.filter { !$0.isEmpty }
    }

    /// What a request claims to prove, before its body was read.
    enum Claim {
        /// Nobody may post at all.
        case nobodyMayPost
        /// It proves nothing.
        case none
        /// It carries a signature that the body has to fit.
        case signature(WebhookSignature)
    }

    /// What a request claims to prove. A signature that is there more than once is none.
    func claim(of headers: HTTPHeaders) -> Claim {
        guard !appSecrets.isEmpty else { return .nobodyMayPost }
        let values = headers[WebhookSignature.headerName]
        guard values.count == 1, let signature = WebhookSignature(header: values[0]) else { return .none }
        return .signature(signature)
    }

    /// Whether a signature fits a body.
    func accept(_ signature: WebhookSignature, for body: ByteBuffer) -> Bool {
        signature.isValid(for: body, secrets: appSecrets)
    }
}
