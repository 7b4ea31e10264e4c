import Glibc

/// Keeps a TCP port of 127.0.0.1 for a listener of this process that is about to come.
///
/// The port is bound, but not listened on, which a listener with `SO_REUSEADDR` does not mind, while the system gives the port to nobody
/// who asks for any free one. So a port can be named before its listener is there.
final class PortReservation: Sendable {
    /// Why a port cannot be had.
    enum Failure: Error, Equatable {
        /// Another program listens there.
        case inUse
        /// The system refuses; with its error number.
        case refused(Int32)
    }

    /// The port.
    let port: Int
    private let descriptor: Int32

    /// Takes a port.
    ///
    /// - Parameter port: The port, or 0 for any free one.
    init(port: Int) throws(Failure) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .refused(errno) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(descriptor, address, length) == 0 else { return errno }
                return getsockname(descriptor, address, &length) == 0 ? 0 : errno
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw result == EADDRINUSE ? .inUse : .refused(result)
        }
        self.descriptor = descriptor
        self.port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit {
        close(descriptor)
    }
}
