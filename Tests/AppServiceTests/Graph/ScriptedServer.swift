import Glibc
import Synchronization

/// A server on the loopback interface that does what a script says, connection by connection, however wrong that is.
///
/// It is written with plain sockets, so that it can also do what a proper server refuses to do.
final class ScriptedServer: Sendable {
    /// What to do with a connection.
    enum Step: Sendable {
        /// Reads a request and answers.
        case answer(status: Int, headers: [String] = [], body: String)
        /// Reads a request and sends these bytes, then closes.
        case send(String)
        /// Reads a request and closes: it was taken, but its answer is lost.
        case close
        /// Reads a request and resets the connection.
        case reset
        /// Reads a request and never answers; waits until the client gives up.
        case stall
        /// Sends these bytes before anything was asked, then waits until the client gives up.
        case interrupt(String)
    }

    struct Failure: Error {}

    let port: Int
    private let listener: Int32
    private let received = Mutex<[String]>([])

    /// The requests that were read completely, head and body.
    var requests: [String] { received.withLock { $0 } }
    var baseURL: String { "http://127.0.0.1:\(port)" }

    /// - Parameter script: one step for each connection; without any, connections are refused
    init(_ script: [Step]) throws {
        (listener, port) = try Self.bind()
        guard !script.isEmpty else { return }
        guard listen(listener, 16) == 0 else { throw Failure() }
        let work = Work(server: self, script: script)
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            Unmanaged.passRetained(work).toOpaque()
        )
        guard result == 0 else { throw Failure() }
        pthread_detach(thread)
    }

    /// Closed only here: a descriptor that is closed earlier may be somebody else's when ``stop()`` comes.
    deinit {
        Glibc.close(listener)
    }

    /// Refuses further connections and ends the script.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private static func bind() throws -> (listener: Int32, port: Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                Glibc.bind(listener, address, length) == 0 && getsockname(listener, address, &length) == 0
            }
        }
        guard listener >= 0, result else { throw Failure() }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    private final class Work: Sendable {
        let server: ScriptedServer
        let script: [Step]

        init(server: ScriptedServer, script: [Step]) {
            self.server = server
            self.script = script
        }

        func run() {
            defer { server.stop() }
            for step in script {
                let connection = accept(server.listener, nil, nil)
                guard connection >= 0 else { return }
                server.perform(step, on: connection)
                Glibc.close(connection)
            }
        }
    }

    private func perform(_ step: Step, on connection: Int32) {
        if case .interrupt(let text) = step {
            write(text, to: connection)
            while !read(from: connection).isEmpty {}
            return
        }
        guard readRequest(from: connection) else { return }
        switch step {
        case .answer(let status, let headers, let body):
            let fields = (headers + ["Content-Length: \(body.utf8.count)", "Connection: close"]).map { $0 + "\r\n" }.joined()
            write("HTTP/1.1 \(status) Status\r\n\(fields)\r\n\(body)", to: connection)
        case .send(let text):
            write(text, to: connection)
        case .close, .interrupt:
            break
        case .reset:
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        case .stall:
            while !read(from: connection).isEmpty {}
        }
    }

    /// Reads up to the end of one request and keeps it; false if it broke off.
    private func readRequest(from connection: Int32) -> Bool {
        var bytes: [UInt8] = []
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let field = text[..<end.lowerBound].split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                let length = field.flatMap { Int($0.dropFirst("content-length:".count).drop { $0 == " " }) } ?? 0
                if text[end.upperBound...].utf8.count >= length {
                    received.withLock { $0.append(text) }
                    return true
                }
            }
            let part = read(from: connection)
            guard !part.isEmpty else { return false }
            bytes += part
        }
    }

    private func read(from connection: Int32) -> [UInt8] {
        var part = [UInt8](repeating: 0, count: 65_536)
        let count = recv(connection, &part, part.count, 0)
        return count > 0 ? Array(part[..<count]) : []
    }

    private func write(_ text: String, to connection: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
