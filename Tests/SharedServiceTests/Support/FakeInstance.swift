import AppService
import Crypto
import Logging
import NIOCore
import NIOHTTP1
import Protocol
import Transport

/// An instance as a shared service sees it: starts pairings, and takes what is forwarded, or does not.
final class FakeInstance: Sendable {
    struct State: Sendable {
        /// Bodies that came with a right signature, in order.
        var bodies: [String] = []
        /// Requests that came at all.
        var requests = 0
        /// What it answers.
        var status = 200
        /// Keys by their IDs.
        var keys: [String: SymmetricKey] = [:]
        var wrongSignatures = 0
        var paths: Set<String> = []
    }

    let name: String
    let state = Watched(State())
    let privateKey = Curve25519.KeyAgreement.PrivateKey()
    let verifier = Base64URL.text([UInt8](repeating: 7, count: 32))
    let port = Watched<Int?>(nil)

    init(_ name: String) { self.name = name }

    var callback: String { "http://127.0.0.1:\(port.current.value ?? 0)/\(name)" }
    var proof: Pairing.Proof { Pairing.Proof(verifier: verifier) }

    var start: Pairing.Start {
        Pairing.Start(
            instance: name, callback: callback, returnAddress: "\(callback)/onboarding/abc", mode: .relay, kind: .full,
            publicKey: Base64URL.text(privateKey.publicKey.rawRepresentation),
            verifierDigest: Base64URL.text(SHA256.hash(data: [UInt8](repeating: 7, count: 32))), language: "en")
    }

    /// Opens a handover, and knows its key from then on.
    func open(_ sealed: SealedHandover, of pairing: String) throws -> Handover {
        let handover = try sealed.open(with: privateKey, pairing: pairing)
        let key = SymmetricKey(data: Base64URL.bytes(handover.relay.key) ?? [])
        state.update { $0.keys[handover.relay.keyID] = key }
        return handover
    }

    /// Listens. Times of signatures are by the clock that is given.
    func server(now: @escaping @Sendable () -> Int64) -> HTTPServer {
        HTTPServer(
            configuration: .init(), logger: Logger(label: "instance") { _ in SwiftLogNoOpLogHandler() },
            onListening: { address in self.port.update { $0 = address.port } },
            handler: { request in
                let body = (try? await request.body.collect(upTo: 5 << 20)) ?? ByteBuffer()
                return .response(self.take(request, body, at: now()))
            })
    }

    private func take(_ request: HTTPRequest, _ body: ByteBuffer, at now: Int64) -> HTTPResponse {
        let status = state.update { state -> Int in
            state.requests += 1
            state.paths.insert(request.path)
            guard state.status == 200 else { return state.status }
            let signature = request.headers[RelaySignature.headerName].first.flatMap(RelaySignature.init(header:))
            guard let signature, let key = state.keys[signature.keyID], signature.isTimely(at: now),
                signature.isValid(for: body.readableBytesView, key: key)
            else {
                state.wrongSignatures += 1
                return 401
            }
            state.bodies.append(String(decoding: body.readableBytesView, as: UTF8.self))
            return 200
        }
        return HTTPResponse(status: .init(statusCode: status))
    }
}
