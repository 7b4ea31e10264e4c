public import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// Asks at a webhook's address for the challenge, as Meta does (WhatsApp Cloud API, 1.1).
public struct WebhookProbe: Sendable {
    /// What came back.
    public enum Finding: Sendable, Equatable {
        /// The challenge, so it is ours.
        case answered
        /// Something else, with this HTTP status.
        case wrongAnswer(status: Int)
        /// A certificate that does not hold.
        case badCertificate
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
        } catch  where error is NIOSSLError || error is NIOSSLExtraError || error is BoringSSLError {
            return .badCertificate
        } catch {
            return .unreachable(GraphFailurePhrase.phrase(for: error))
        }
    }
}
