import Bridge
import Logging
import NIOCore
import NIOHTTP1
import Protocol
import Transport

/// Takes the notifications of numbers whose app is somebody else's, each at an address of its own (design: Who may post to the webhook).
///
/// No signature can be checked here. That the address is secret, that Meta has shown the number's own token there, and that all in a
/// notification is about this number, is all there is.
struct DirectWebhook: Sendable {
    let paths: @Sendable () async -> [DirectPath]
    let clock: any WallClock
    let logger: Logger
    var observe: @Sendable (WebhookEndpoint.Outcome) -> Void = { _ in }
    let append: WebhookEndpoint.Append

    /// Answers a request for the address with this last segment.
    func respond(to request: HTTPRequest, at segment: String) async -> HTTPResponse {
        guard let path = await paths().last(where: { $0.isAt(segment) }) else { return .text(.notFound, "There is nothing here.\n") }
        switch request.method {
        case .GET:
            guard let challenge = WebhookVerification(verifyToken: path.verifyToken).challenge(in: request.query) else {
                return HTTPResponse(status: .forbidden)
            }
            return .text(.ok, challenge)
        case .POST:
            // Before the number is stored, Meta keeps it and sends it again.
            guard !path.isPending else { return HTTPResponse(status: .serviceUnavailable) }
            return HTTPResponse(status: await take(request, for: path))
        default: return HTTPResponse(status: .methodNotAllowed, headers: ["Allow": "GET, POST"])
        }
    }

    private func take(_ request: HTTPRequest, for path: DirectPath) async -> HTTPResponseStatus {
        let body: [UInt8]
        do {
            body = Array(try await request.body.collect(upTo: WebhookEndpoint.maximumBodySize).readableBytesView)
        } catch is HTTPBodyTooLarge {
            logger.warning("A webhook notification was refused: it is larger than 4 MiB")
            return .payloadTooLarge
        } catch {
            return .badRequest
        }
        let receivedAt = clock.now()
        guard let webhook = try? WhatsApp.Webhook.decode(body), path.holdsOnly(webhook) else {
            logger.notice(
                "A webhook notification was refused: it is about something else than the number of its address",
                metadata: ["number": "\(path.number.rawValue)", "peer": "\(request.remoteAddress)"])
            return .forbidden
        }
        do {
            try await append(body, receivedAt)
            observe(.stored)
            return .ok
        } catch {
            logger.error("A webhook notification could not be stored; Meta will send it again", metadata: ["error": "\(error)"])
            observe(.notStored)
            return .serviceUnavailable
        }
    }
}
