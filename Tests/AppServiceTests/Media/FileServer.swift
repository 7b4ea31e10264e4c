import Glibc
import Synchronization

/// A server on the loopback interface for files: it serves any number of connections side by side, keeps them, and does what it is told,
/// however wrong that is.
///
/// It is written with plain sockets, so that it can also do what a proper server refuses to do.
final class FileServer: Sendable {
    /// A request as it came.
    struct Request: Sendable {
        /// Such as `GET /a?b=c HTTP/1.1`.
        var line: String
        /// By their names in lower case.
        var headers: [String: String]
        /// The whole body.
        var body: [UInt8]
        /// Which connection it came on, from 0.
        var connection: Int
    }

    /// What is done with a request, one after the other; then the connection is kept for the next request.
    enum Step: Sendable {
        /// Sends these bytes.
        case send(String)
        /// Sends bytes of ``pattern(_:)``.
        case file(Range<Int>)
        /// Closes the connection.
        case close
        /// Resets the connection.
        case reset
        /// Waits until the client closes the connection, and reads nothing.
        case wait
    }

    struct Failure: Error {}

    private struct State {
        var requests: [Request] = []
        var connections: [Int32] = []
        var isStopped = false
        var isBlocked = false
        var hasSentAll = false
    }

    let port: Int
    private let listener: Int32
    private let readsBodies: Bool
    private let answer: @Sendable (Request, _ index: Int) -> [Step]
    private let state = Mutex(State())

    /// The requests whose head was read, in their order.
    var requests: [Request] { state.withLock { $0.requests } }
    /// How many connections were made.
    var connectionCount: Int { state.withLock { $0.connections.count } }
    /// Whether a client let the server wait with sending for at least 200 ms.
    var isBlocked: Bool { state.withLock { $0.isBlocked } }
    /// Whether all steps of some request were done.
    var hasSentAll: Bool { state.withLock { $0.hasSentAll } }
    var baseURL: String { "http://127.0.0.1:\(port)" }

    /// - Parameters:
    ///   - readsBodies: whether it reads a request to its end before it answers
    ///   - answer: what to do with a request, counted from 0
    init(readsBodies: Bool = true, _ answer: @escaping @Sendable (Request, _ index: Int) -> [Step]) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard listener >= 0, isBound, listen(listener, 64) == 0 else { throw Failure() }
        port = Int(UInt16(bigEndian: address.sin_port))
        self.readsBodies = readsBodies
        self.answer = answer
        try Self.thread { [self] in accept() }
    }

    /// Refuses further connections and ends those that there are.
    func stop() {
        let connections = state.withLock { state in
            state.isStopped = true
            return state.connections
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    /// An answer with a body of its own.
    static func answer(_ status: Int, _ headers: [String] = [], body: String = "") -> [Step] {
        [.send(head(status, headers + ["Content-Length: \(body.utf8.count)"]) + body)]
    }

    /// An answer's head; its last header must tell the length.
    static func head(_ status: Int, _ headers: [String]) -> String {
        "HTTP/1.1 \(status) Status\r\n" + headers.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    /// The first bytes of a file without end.
    static func pattern(_ range: Range<Int>) -> [UInt8] { range.map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) } }

    private static func thread(_ body: @escaping @Sendable () -> Void) throws {
        final class Work: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            },
            Unmanaged.passRetained(Work(body)).toOpaque()
        )
        guard result == 0 else { throw Failure() }
        pthread_detach(thread)
    }

    private func accept() {
        defer { Glibc.close(listener) }
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else { return }
            let index = state.withLock { state -> Int? in
                guard !state.isStopped else { return nil }
                state.connections.append(connection)
                return state.connections.count - 1
            }
            guard let index else {
                Glibc.close(connection)
                return
            }
            try? Self.thread { [self] in
                serve(connection, index)
                // The number stays taken until all is over, or ``stop()`` could shut down somebody else's socket.
                shutdown(connection, Int32(SHUT_RDWR))
            }
        }
    }

    deinit {
        for connection in state.withLock({ $0.connections }) { Glibc.close(connection) }
    }

    private func serve(_ connection: Int32, _ index: Int) {
        var patience = timeval(tv_sec: 0, tv_usec: 200_000)
        setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var unread: [UInt8] = []
        while let request = readRequest(from: connection, index, &unread) {
            let number = state.withLock { state in
                state.requests.append(request)
                return state.requests.count - 1
            }
            for step in answer(request, number) {
                switch step {
                case .send(let text): guard send(Array(text.utf8), to: connection) else { return }
                case .file(let range):
                    var start = range.lowerBound
                    while start < range.upperBound {
                        let end = min(range.upperBound, start + 65_536)
                        guard send(Self.pattern(start..<end), to: connection) else { return }
                        start = end
                    }
                case .close: return
                case .reset:
                    var option = linger(l_onoff: 1, l_linger: 0)
                    setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
                    // Only closing resets, so the number is given up for a copy.
                    let null = open("/dev/null", O_RDONLY)
                    dup2(null, connection)
                    Glibc.close(null)
                    return
                case .wait:
                    // POLLRDHUP, which the C library shows to GNU sources only.
                    var waited = pollfd(fd: connection, events: 0x2000, revents: 0)
                    while poll(&waited, 1, -1) < 0, errno == EINTR {}
                    return
                }
            }
            state.withLock { $0.hasSentAll = true }
        }
    }

    private func readRequest(from connection: Int32, _ index: Int, _ unread: inout [UInt8]) -> Request? {
        var bytes = unread
        unread = []
        while true {
            if let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
                var lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n").map(String.init)
                let line = lines.removeFirst()
                var headers: [String: String] = [:]
                for field in lines {
                    guard let colon = field.firstIndex(of: ":") else { continue }
                    headers[field[..<colon].lowercased()] = String(field[field.index(after: colon)...].drop { $0 == " " })
                }
                var body = Array(bytes[end.upperBound...])
                let length = headers["content-length"].flatMap { Int($0) } ?? 0
                while readsBodies, body.count < length {
                    let part = read(from: connection)
                    guard !part.isEmpty else { return nil }
                    body += part
                }
                return Request(line: line, headers: headers, body: body, connection: index)
            }
            let part = read(from: connection)
            guard !part.isEmpty else { return nil }
            bytes += part
        }
    }

    private func read(from connection: Int32) -> [UInt8] {
        var part = [UInt8](repeating: 0, count: 65_536)
        let count = recv(connection, &part, part.count, 0)
        return count > 0 ? Array(part[..<count]) : []
    }

    private func send(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EAGAIN {
                state.withLock { $0.isBlocked = true }
                if state.withLock({ $0.isStopped }) { return false }
                continue
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
