import AppService
import AsyncHTTPClient
import Bridge
import Crypto
import NIOCore
import NIOHTTP1
import Protocol

/// Brings notifications to instances.
struct RelayClient: Sendable {
    /// How long an instance may take to answer.
    static let timeout = TimeAmount.seconds(15)

    /// What became of a delivery.
    enum Outcome: Equatable, Sendable {
        /// The instance has it.
        case taken
        /// It does not; a phrase for the log says why.
        case refused(String)
    }

    /// How the underlying client has to be set up: no redirects, and enough connections for many instances of one host.
    static var clientConfiguration: HTTPClient.Configuration {
        var configuration = GraphClient.clientConfiguration
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return configuration
    }

    let client: HTTPClient

    /// Posts a body to an instance, signed for it.
    func deliver(_ body: [UInt8], to binding: RelayBinding, key: SymmetricKey, at now: Moment) async -> Outcome {
        let signature = RelaySignature(body, keyID: binding.id, key: key, time: now.milliseconds / 1_000)
        var request = HTTPClientRequest(url: (binding.callback.hasSuffix("/") ? String(binding.callback.dropLast()) : binding.callback) + "/webhook")
        request.method = .POST
        request.headers = [
            "Content-Type": "application/json", RelaySignature.headerName: signature.header, "User-Agent": "whatsapp-connector",
        ]
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let response = try await client.execute(request, timeout: Self.timeout)
            // Read, so that the connection can be used again; an answer has no content that matters.
            _ = try? await response.body.collect(upTo: 4_096)
            return (200..<300).contains(response.status.code) ? .taken : .refused("the instance answered \(response.status.code)")
        } catch {
            return .refused(GraphFailurePhrase.phrase(for: error))
        }
    }
}
