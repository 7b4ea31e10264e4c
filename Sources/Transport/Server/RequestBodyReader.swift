import NIOCore
import NIOHTTP1
import Synchronization

/// Reads one request's body from its connection, and knows afterwards how far it got.
final class RequestBodyReader: Sendable {
    enum Progress: Equatable {
        /// Nothing was asked for; the client may still wait for `100 Continue`.
        case unread(expectsContinue: Bool)
        case reading
        case finished
        case interrupted(HTTPBodyInterrupted)
    }

    private struct State {
        var progress: Progress
        var pace: BodyPace
        var received = 0
    }

    /// The declared length; nil if chunked.
    let length: Int?
    private let channel: HTTPServerChannel
    private let server: HTTPServerContext
    private let state: Mutex<State>

    init(channel: HTTPServerChannel, head: HTTPRequestHead, hasBody: Bool, server: HTTPServerContext) {
        self.channel = channel
        self.server = server
        length = hasBody ? HTTPRequestRules.bodyLength(of: head) : 0
        let expectsContinue = hasBody && HTTPRequestRules.expectsContinue(head)
        state = Mutex(
            State(
                progress: hasBody ? .unread(expectsContinue: expectsContinue) : .finished,
                pace: BodyPace(allowance: server.configuration.bodyTimeout, minimumRate: server.configuration.minimumBodyRate)))
    }

    var progress: Progress { state.withLock { $0.progress } }

    /// The bytes still to come, if the length was declared.
    var remaining: Int? {
        state.withLock { state in length.map { $0 - state.received } }
    }

    /// The next bytes; nil at the end.
    func next() async throws -> ByteBuffer? {
        let before = state.withLock { state in
            let before = state.progress
            if case .unread = before { state.progress = .reading }
            return before
        }
        switch before {
        case .finished: return nil
        case .interrupted(let error): throw error
        case .unread(expectsContinue: true): try await channel.write(Self.continueResponse)
        case .unread, .reading: break
        }
        return try await nextPart()
    }

    private func nextPart() async throws -> ByteBuffer? {
        let start = server.time.now()
        let until = state.withLock { $0.pace.deadline(from: start) }
        do {
            switch try await channel.next(expecting: .body(until: until)) {
            case .body(let bytes):
                let wait = server.time.now() - start
                state.withLock { state in
                    state.received += bytes.readableBytes
                    state.pace.received(bytes.readableBytes, after: wait)
                }
                return bytes
            case .end:
                state.withLock { $0.progress = .finished }
                return nil
            case .request, nil:
                throw interrupted(.connectionClosed)
            }
        } catch let error as HTTPBodyInterrupted {
            throw interrupted(error)
        } catch is HTTPParserError {
            throw interrupted(.malformed)
        }
    }

    private func interrupted(_ error: HTTPBodyInterrupted) -> HTTPBodyInterrupted {
        state.withLock { $0.progress = .interrupted(error) }
        return error
    }

    /// Reads and forgets what the handler left; returns whether the body is at its end.
    func drain(upTo limit: Int) async -> Bool {
        var left = limit
        while left >= 0 {
            do {
                guard let bytes = try await next() else { return true }
                left -= bytes.readableBytes
            } catch {
                return false
            }
        }
        return false
    }

    private static let continueResponse = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")
}
