import NIOCore
import NIOHTTP1
import Transport

enum TestError: Error {
    case ended(String)
    case tooSlow
}

/// Answers with the method, the target and the body's length and text.
@Sendable
func describe(_ request: HTTPRequest) async -> HTTPAnswer {
    do {
        let body = try await request.body.collect(upTo: 1 << 20)
        return .response(.text(.ok, "\(request.method.rawValue) \(request.uri) \(body.readableBytes) \(String(buffer: body))"))
    } catch is HTTPBodyTooLarge {
        return .response(.text(.payloadTooLarge, "too large"))
    } catch {
        return .response(.text(.internalServerError, "\(error)"))
    }
}

/// Echoes a WebSocket on paths that begin with `/ws`, answers other requests as ``describe(_:)``.
@Sendable
func echo(_ request: HTTPRequest) async -> HTTPAnswer {
    guard request.path.hasPrefix("/ws") else { return await describe(request) }
    return .webSocket(.init(), echoMessages)
}

@Sendable
func echoMessages(_ connection: WebSocketConnection) async {
    do {
        while let message = try await connection.receive() {
            switch message {
            case .text(let text): try await connection.send(text: text)
            case .binary(let bytes): try await connection.send(binary: bytes)
            }
        }
    } catch {
        // The peer closed while it was being answered.
    }
}
