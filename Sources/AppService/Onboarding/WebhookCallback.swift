public import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Protocol

/// Where Meta shall deliver, and what it proves itself with when it asks for the challenge.
public struct WebhookCallback: Sendable, Equatable {
    /// The webhook's public address.
    public var url: String
    /// The token of the handshake.
    public var verifyToken: Secret

    /// An address and its token.
    public init(url: String, verifyToken: Secret) {
        self.url = url
        self.verifyToken = verifyToken
    }
}

/// Asks at a webhook's address for the challenge, as Meta does (WhatsApp Cloud API, 1.1).
public struct WebhookProbe: Sendable {
    /// What came back.
    public enum Finding: Sendable, Equatable {
        /// The challenge, so it is ours.
        case answered
        /// Something else, with this HTTP status.
        case wrongAnswer(status: Int)
        /// Nothing; the phrase says why. From within a network its public address may be unreachable though Meta reaches it.
        case unreachable(String)
    }

    private let client: HTTPClient
    private let timeout: Duration

    /// - Parameters:
    ///   - client: what to ask with; redirects must be off, since Meta follows none
    ///   - timeout: until the whole answer is there
    public init(client: HTTPClient, timeout: Duration = .seconds(10)) {
        self.client = client
        self.timeout = timeout
    }

    /// Asks once.
    public func probe(_ callback: WebhookCallback) async -> Finding {
        let challenge = String(UInt32.random(in: 100_000_000 ... .max))
        let items = [("hub.mode", "subscribe"), ("hub.challenge", challenge), ("hub.verify_token", callback.verifyToken.revealed)]
        let query = items.map { "\($0)=\(PercentEncoding.component($1))" }.joined(separator: "&")
        var request = HTTPClientRequest(url: "\(callback.url)?\(query)")
        request.headers = ["User-Agent": "whatsapp-connector", "Accept": "*/*"]
        do {
            let response = try await client.execute(request, timeout: TimeAmount(timeout))
            let body = try? await response.body.collect(upTo: 1_024)
            let isOurs = response.status == .ok && body.map { String(buffer: $0) } == challenge
            return isOurs ? .answered : .wrongAnswer(status: Int(response.status.code))
        } catch {
            return .unreachable(GraphFailurePhrase.phrase(for: error))
        }
    }
}
