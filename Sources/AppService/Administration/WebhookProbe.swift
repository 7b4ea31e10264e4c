import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// What a test of the webhook's address came to.
public struct WebhookTest: Equatable, Sendable {
    /// Whether this instance answered at its public address.
    public var isReachable: Bool
    /// The status of whatever answered.
    public var status: Int?
    /// Whether there was a connection with a certificate that holds; nil if the address is no https address, or nothing was there.
    public var isTLSValid: Bool?
    /// Why it is not reachable and what to do, as a sentence.
    public var text: String?
}

/// Calls the webhook's public address as Meta's handshake does.
struct WebhookProbe: Sendable {
    /// How long the whole test may take.
    static let patience = TimeAmount.seconds(10)

    let client: HTTPClient
    /// The webhook's public address.
    let url: String

    func run(verifyToken: Secret, challenge: String) async -> WebhookTest {
        let isTLS = url.hasPrefix("https:")
        let query = "hub.mode=subscribe&hub.challenge=\(challenge)&hub.verify_token=\(PercentEncoding.component(verifyToken.revealed))"
        var request = HTTPClientRequest(url: "\(url)?\(query)")
        request.headers = ["User-Agent": "whatsapp-connector"]
        do {
            let response = try await client.execute(request, timeout: Self.patience)
            let body = try? await response.body.collect(upTo: 1_024)
            let status = Int(response.status.code)
            guard response.status == .ok, body.map({ String(buffer: $0) }) == challenge else {
                return WebhookTest(
                    isReachable: false, status: status, isTLSValid: isTLS ? true : nil,
                    text: "Something else answers at \(url) (status \(status)); let the reverse proxy pass this path to the connector.")
            }
            return WebhookTest(isReachable: true, status: status, isTLSValid: isTLS ? true : nil)
        } catch  where error is NIOSSLError || error is NIOSSLExtraError || error is BoringSSLError {
            return WebhookTest(
                isReachable: false, isTLSValid: false,
                text: "The certificate at \(url) does not hold; Meta wants one of a public authority, with its whole chain.")
        } catch {
            return WebhookTest(
                isReachable: false, text: "\(url) cannot be reached from here (\(GraphFailurePhrase.phrase(for: error))); check publicURL and proxy.")
        }
    }
}
