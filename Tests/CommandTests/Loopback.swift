import Foundation
import Glibc

/// Plain sockets on 127.0.0.1, for tests that speak with the executable.
enum Loopback {
    struct Failure: Error {
        var errorNumber: Int32
    }

    /// A socket that listens, and with that takes its port from everybody else.
    final class Listener {
        let port: Int
        private let descriptor: Int32

        /// - Parameter port: 0 for any free one.
        init(port: Int = 0) throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            var yes: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            var address = Loopback.address(port)
            let descriptor = descriptor
            let result = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
                    return bind(descriptor, address, length) == 0 && listen(descriptor, 1) == 0 && getsockname(descriptor, address, &length) == 0
                        ? 0 : errno
                }
            }
            self.port = Int(UInt16(bigEndian: address.sin_port))
            guard result == 0 else { throw Failure(errorNumber: result) }
        }

        deinit {
            close(descriptor)
        }
    }

    /// Asks for a URL such as `http://127.0.0.1:8080/healthz`, with a JSON body if one is given; returns the status line and the body.
    static func request(_ url: String, json: String? = nil) throws -> (status: String, body: String) {
        guard let url = URL(string: url), let host = url.host, let port = url.port else { throw Failure(errorNumber: EINVAL) }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var longest = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &longest, socklen_t(MemoryLayout<timeval>.size))
        var address = address(port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard result == 0 else { throw Failure(errorNumber: errno) }
        var text = "\(json == nil ? "GET" : "POST") \(url.path) HTTP/1.1\r\nHost: \(host):\(port)\r\nConnection: close\r\n"
        if let json { text += "Content-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n" }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        try handle.write(contentsOf: Data((text + "\r\n" + (json ?? "")).utf8))
        let answer = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
        let parts = answer.firstRange(of: "\r\n\r\n")
        return (String(answer.prefix { $0 != "\r\n" }), parts.map { String(answer[$0.upperBound...]) } ?? "")
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        return address
    }
}
