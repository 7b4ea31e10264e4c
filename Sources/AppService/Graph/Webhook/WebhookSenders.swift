import Bridge
import Crypto
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Protocol

/// Who may post notifications, and how their requests are told from everybody else's.
///
/// There is no way to accept a notification unchecked: without any secret nobody may post.
public struct WebhookSenders: Sendable {
    /// The secrets of the Meta app: the current one, and during its replacement the previous one too.
    public var appSecrets: [Secret]

    /// The keys that a shared service signs with.
    public var relayKeys: [RelayKey]

    /// - Parameters:
    ///   - appSecrets: the app's secrets; empty ones do not count
    ///   - relayKeys: the keys of a shared service
    public init(appSecrets: [Secret], relayKeys: [RelayKey] = []) {
        self.appSecrets = appSecrets.filter { !$0.isEmpty }
        self.relayKeys = relayKeys
    }

    /// What a request claims to prove, before its body was read.
    enum Claim {
        /// Nobody may post at all.
        case nobodyMayPost
        /// It proves nothing.
        case none
        /// It carries a signature of Meta's that the body has to fit.
        case signature(WebhookSignature)
        /// It carries a shared service's signature that the body has to fit.
        case relayed(RelaySignature, by: SymmetricKey)
        /// It carries a shared service's signature that is too old, or of a key that does not count.
        case outdated
    }

    /// What a request claims to prove. A signature that is there more than once is none.
    ///
    /// A shared service forwards Meta's header too, which proves nothing here: its own counts.
    func claim(of headers: HTTPHeaders, at now: Moment) -> Claim {
        let relayKeys = relayKeys.filter { $0.counts(at: now) }
        guard !appSecrets.isEmpty || !relayKeys.isEmpty else { return .nobodyMayPost }
        let relayed = headers[RelaySignature.headerName]
        if !relayed.isEmpty {
            guard relayed.count == 1, let signature = RelaySignature(header: relayed[0]) else { return .none }
            guard let key = relayKeys.first(where: { $0.id == signature.keyID })?.key,
                signature.isTimely(at: now.milliseconds / 1_000)
            else { return .outdated }
            return .relayed(signature, by: key)
        }
        let values = headers[WebhookSignature.headerName]
        guard values.count == 1, let signature = WebhookSignature(header: values[0]) else { return .none }
        return .signature(signature)
    }

    /// Whether a signature fits a body.
    func accept(_ signature: WebhookSignature, for body: ByteBuffer) -> Bool {
        signature.isValid(for: body, secrets: appSecrets)
    }
}
