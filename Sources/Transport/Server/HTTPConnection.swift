import Logging
import NIOCore
import NIOHTTP1

/// What all connections of a server share.
final class HTTPServerContext: Sendable {
    let configuration: HTTPServer.Configuration
    let time: TimeSource
    let registry: ConnectionRegistry
    let logger: Logger
    let handler: @Sendable (HTTPRequest) async -> HTTPAnswer

    init(
        configuration: HTTPServer.Configuration, logger: Logger, handler: @escaping @Sendable (HTTPRequest) async -> HTTPAnswer
    ) {
        self.configuration = configuration
        self.logger = logger
        self.handler = handler
        time = TimeSource(configuration.clock)
        registry = ConnectionRegistry(limit: configuration.maximumConnections)
    }
}

/// One connection of a server, served request after request by one task.
struct HTTPConnection: Sendable {
    let connection: HTTPServerChannel
    let server: HTTPServerContext

    /// Where its task runs.
    var executor: EventLoopTaskExecutor { EventLoopTaskExecutor(connection.channel.eventLoop) }

    /// What becomes of the connection after an answer.
    private enum Next {
        case request
        case close
        /// Close, but let the peer read the answer although it is still sending.
        case linger
        /// Go on as a WebSocket.
        case webSocket(WebSocketConnection, @Sendable (WebSocketConnection) async -> Void)
    }

    /// Serves until either side closes. Cancelling cuts the connection.
    func run() async {
        await withTaskCancellationHandler {
            await serve()
        } onCancel: {
            connection.channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.cut)
        }
    }

    private func serve() async {
        // Nothing of what requests took is kept for as long as the WebSocket lasts.
        if let (webSocket, body) = try? await inOwnTask({ await serveHTTP() }) {
            await body(webSocket)
            await webSocket.close()
            await connection.close()
        }
        // The socket is gone before its place is given to another.
        try? await connection.channel.closeFuture.get()
    }

    /// Serves requests until the connection ends, or until it goes on as a WebSocket.
    private func serveHTTP() async -> (WebSocketConnection, @Sendable (WebSocketConnection) async -> Void)? {
        do {
            switch try await serveRequests() {
            case .request, .close: await connection.close()
            case .linger: await connection.linger()
            case .webSocket(let webSocket, let body): return (webSocket, body)
            }
        } catch {
            server.logger.debug("Connection ended", metadata: ["error": "\(error)"])
            await connection.close()
        }
        return nil
    }

    private func serveRequests() async throws -> Next {
        var expectation = HTTPServerHandler.Expectation.firstRequest
        while true {
            let part: HTTPServerHandler.Inbound?
            do {
                part = try await connection.next(expecting: expectation)
            } catch let error as HTTPParserError {
                return try await refuse(Self.status(for: error))
            } catch is HTTPServerHandler.SlowHead {
                return try await refuse(.requestTimeout)
            }
            guard case .request(let head, let hasBody) = part else { return .close }
            let next = try await serve(head, hasBody: hasBody)
            guard case .request = next else { return next }
            if HTTPRequestRules.stopsParser(head) { connection.resumeParser() }
            expectation = .nextRequest
        }
    }

    private func serve(_ head: HTTPRequestHead, hasBody: Bool) async throws -> Next {
        if let status = HTTPRequestRules.refusal(of: head) { return try await refuse(status) }
        let reader = RequestBodyReader(channel: connection, head: head, hasBody: hasBody, server: server)
        let request = HTTPRequest(
            method: head.method,
            uri: head.uri,
            headers: head.headers,
            body: hasBody ? HTTPRequestBody(length: reader.length) { try await reader.next() } : HTTPRequestBody(),
            remoteAddress: connection.channel.remoteAddress?.ipAddress ?? "",
            isSecure: server.configuration.tls != nil,
            version: head.version
        )
        let answer = await server.handler(request)
        // What is cut gets no answer any more.
        try Task.checkCancellation()
        switch answer {
        case .response(let response):
            return try await respond(response, to: head, reader)
        case .webSocket(let configuration, let body):
            switch WebSocketHandshake.verdict(method: head.method, version: head.version, headers: head.headers, hasBody: hasBody) {
            case .acceptable:
                let answer = try await WebSocketHandshake.answer(to: head, on: connection.channel)
                return .webSocket(try await connection.becomeWebSocket(answer, configuration), body)
            case .upgradeRequired:
                var response = HTTPResponse.text(.upgradeRequired, "This address speaks WebSocket (RFC 6455, version 13).\n")
                response.headers.add(name: "Upgrade", value: "websocket")
                response.headers.add(name: "Sec-WebSocket-Version", value: "13")
                return try await respond(response, to: head, reader)
            case .malformed:
                return try await respond(.text(.badRequest, "The opening handshake is invalid.\n"), to: head, reader)
            }
        }
    }

    // MARK: - Responses

    private func respond(_ answer: HTTPResponse, to head: HTTPRequestHead, _ reader: RequestBodyReader) async throws -> Next {
        var response = answer
        // Where the handler could not read the body, the peer is told the reason that it can do something about.
        switch reader.progress {
        case .interrupted(.malformed): response = .text(.badRequest, "The body is malformed.\n")
        case .interrupted(.timedOut): response = .text(.requestTimeout, "The body came too slowly.\n")
        case .interrupted(.connectionClosed), .unread, .reading, .finished: break
        }
        let plan: HTTPResponsePlan
        do {
            plan = try HTTPResponsePlan(
                response, method: head.method, version: head.version, keepsConnection: keepsConnection(after: head, reader), date: HTTPDate.now())
        } catch {
            server.logger.error("A handler's response cannot be sent", metadata: ["path": "\(RequestTarget.path(of: head.uri))"])
            return try await refuse(.internalServerError)
        }
        try await send(response.body, plan)
        guard plan.keepsConnection else { return reader.progress == .finished ? .close : .linger }
        return await reader.drain(upTo: server.configuration.unreadBodyLimit) ? .request : .linger
    }

    private func keepsConnection(after head: HTTPRequestHead, _ reader: RequestBodyReader) -> Bool {
        guard head.isKeepAlive, !server.registry.isQuiescing else { return false }
        switch reader.progress {
        case .finished: return true
        case .interrupted: return false
        // Nobody knows whether the client sends the body now.
        case .unread(expectsContinue: true): return false
        case .unread, .reading: return (reader.remaining ?? 0) <= server.configuration.unreadBodyLimit
        }
    }

    private func send(_ body: HTTPResponseBody, _ plan: HTTPResponsePlan) async throws {
        switch (plan.framing, body) {
        case (.none, _), (_, .empty):
            try await connection.write(plan.head)
        case (_, .bytes(let bytes)):
            try await send(bytes, after: plan.head)
        case (let framing, .stream(_, let write)):
            try await connection.write(plan.head)
            try await stream(framing, write)
        }
    }

    /// Large bodies go in parts, so that the write time-out is one for a part.
    private func send(_ bytes: ByteBuffer, after head: ByteBuffer) async throws {
        var rest = bytes
        var part = head
        part.writeImmutableBuffer(rest.readSlice(length: min(rest.readableBytes, Self.partSize)) ?? ByteBuffer())
        try await connection.write(part)
        while let part = rest.readSlice(length: min(rest.readableBytes, Self.partSize)), part.readableBytes > 0 {
            try await connection.write(part)
        }
    }

    private static let partSize = 64 * 1024

    private func stream(
        _ framing: HTTPResponsePlan.Framing, _ write: @Sendable (inout HTTPBodyWriter) async throws -> Void
    ) async throws {
        let sent = Collected.Count()
        var writer = HTTPBodyWriter { [connection] bytes in
            if case .length(let length) = framing, sent.add(bytes.readableBytes) > length { throw HTTPBodyTooLarge(limit: length) }
            var rest = bytes
            while let part = rest.readSlice(length: min(rest.readableBytes, Self.partSize)), part.readableBytes > 0 {
                try await connection.write(framing == .chunked ? HTTPResponsePlan.chunk(part) : part)
            }
        }
        try await write(&writer)
        switch framing {
        case .length(let length): guard sent.add(0) == length else { throw HTTPBodyInterrupted.malformed }
        case .chunked: try await connection.write(HTTPResponsePlan.lastChunk)
        case .none, .untilClose: break
        }
    }

    /// Answers without a handler, and closes.
    private func refuse(_ status: HTTPResponseStatus) async throws -> Next {
        let response = HTTPResponse.text(status, "\(status.code) \(status.reasonPhrase)\n")
        let plan = try HTTPResponsePlan(response, method: .GET, version: .http1_1, keepsConnection: false, date: HTTPDate.now())
        try await send(response.body, plan)
        return .linger
    }

    private static func status(for error: HTTPParserError) -> HTTPResponseStatus {
        switch error {
        case .headerOverflow: .requestHeaderFieldsTooLarge
        case .invalidVersion: .httpVersionNotSupported
        default: .badRequest
        }
    }
}
