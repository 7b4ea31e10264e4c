import Glibc
import Synchronization
import Testing

/// A port on the loopback interface that nobody listened on a moment ago, that the system gives to nobody by itself, and that no other test
/// gets.
enum FreePort {
    private static let given = Mutex<Set<UInt16>>([])

    static func find() throws -> Int {
        while true {
            let port = UInt16.random(in: 20_000..<32_000)
            // Tests run at the same time: one may not listen yet while the other one looks.
            guard given.withLock({ $0.insert(port).inserted }) else { continue }
            if let port = try attempt(port) { return port }
        }
    }

    private static func attempt(_ port: UInt16) throws -> Int? {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(listener >= 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0
            }
        }
        return result ? Int(port) : nil
    }
}
