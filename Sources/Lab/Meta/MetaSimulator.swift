import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization
public import Transport

/// The simulated Graph API, served over HTTP, and the sender of its webhooks; scripts and the demo page play the customers.
///
/// All calls may come from any task at any time; each is one step of `MetaCore`.
public final class MetaSimulator: Sendable {
    struct State {
        var core: MetaCore
        var isReachable = true
        var isEnding = false
        var nextTransfer = 0
    }

    struct ConnectionCut: Error {}

    let state: Mutex<State>
    let clock: LabClock
    let wire: WireLog
    let client: HTTPClient
    let files: LabFileStore
    let changes = ChangeSignal()

    init(_ core: MetaCore, clock: LabClock, wire: WireLog, client: HTTPClient, files: LabFileStore) {
        var core = core
        // Nothing is delivered before the connector's address is known.
        core.webhooks.isPaused = true
        state = Mutex(State(core: core))
        self.clock = clock
        self.wire = wire
        self.client = client
        self.files = files
    }

    // MARK: The Graph API

    /// Answers a request to the Graph API.
    ///
    /// - Parameter path: The path below the base URL; begins with the version.
    public func answer(_ request: HTTPRequest, path: String) async -> HTTPAnswer {
        var graphRequest = GraphRequest(
            method: request.method.rawValue, path: path,
            query: Dictionary(request.query.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
            authorization: request.headers.first(name: "Authorization"), userAgent: request.headers.first(name: "User-Agent"),
            range: request.headers.first(name: "Range"))
        var reply: GraphReply
        if Self.isUpload(request, path: path) {
            wire.add(.meta, .fromService, "POST \(path), \(request.body.length.map { "\($0) bytes" } ?? "in chunks")", nil)
            reply = await upload(request, graphRequest)
        } else {
            guard let body = try? await request.body.collect(upTo: 1 << 20) else { return .response(.text(.payloadTooLarge, "too large")) }
            graphRequest.body = Array(body.readableBytesView)
            wire.add(.meta, .fromService, "\(graphRequest.method) \(graphRequest.title)", try? LabJSON(parsing: graphRequest.body))
            let now = clock.now()
            reply = state.withLock { $0.core.reply(to: graphRequest, now: now) }
        }
        if case .handshake(let handshake) = reply.kind {
            wire.add(.meta, .toService, "handshake", nil)
            let trouble = await troubleOfHandshake(at: handshake.url, token: handshake.token)
            reply = state.withLock { $0.core.finished(handshake, trouble: trouble) }
        }
        changes.signal()
        if reply.followsWebhooks { await settle() }
        if reply.delay > 0 { try? await clock.sleep(for: .milliseconds(reply.delay)) }
        return await answer(reply, to: graphRequest)
    }

    private func answer(_ reply: GraphReply, to request: GraphRequest) async -> HTTPAnswer {
        switch reply.kind {
        case .json(let status, let body):
            wire.add(.meta, .toService, "\(status) \(request.title)", body)
            return .response(
                HTTPResponse(
                    status: HTTPResponseStatus(statusCode: status), headers: ["Content-Type": "application/json; charset=UTF-8"],
                    body: .bytes(ByteBuffer(string: body.text(.escaped)))))
        case .page(let status):
            wire.add(.meta, .toService, "\(status) \(request.title), HTML", nil)
            return .response(
                HTTPResponse(
                    status: HTTPResponseStatus(statusCode: status), headers: ["Content-Type": "text/html; charset=utf-8"],
                    body: .bytes(ByteBuffer(string: "<!doctype html><title>Error</title><h1>Sorry, something went wrong.</h1>"))))
        case .file(let download):
            let response = response(with: download)
            wire.add(.meta, .toService, "\(response.status.code) \(request.title), \(response.body.length ?? 0) bytes", nil)
            return .response(response)
        case .handshake, .drop:
            wire.add(.meta, .toService, "connection cut, \(request.title)", nil)
            return .response(HTTPResponse(status: .ok, body: .stream(length: 1_000) { _ in throw ConnectionCut() }))
        case .hang:
            wire.add(.meta, .toService, "no answer, \(request.title)", nil)
            // Until the peer gives up, which cancels this task, or the lab ends.
            await waitForEnd()
            return .response(HTTPResponse(status: .ok, body: .stream(length: 1_000) { _ in throw ConnectionCut() }))
        }
    }

    private func waitForEnd() async {
        while !Task.isCancelled {
            let version = changes.version
            if state.withLock({ $0.isEnding }) { return }
            await changes.wait(after: version)
        }
    }

    /// Lets go of the requests that are kept without an answer.
    func end() { change { $0.isEnding = true } }

    /// Changes the state and tells it.
    func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        changes.signal()
    }
}
