import Glibc
package import NIOCore
import ServiceLifecycle
package import Transport

/// A listener whose failure to listen is a sentence.
package struct HTTPListener: Service {
    let server: HTTPServer
    let address: ListenAddress
    let key: String

    /// - Parameters:
    ///   - server: what listens
    ///   - address: where
    ///   - key: the key of the configuration that says so
    package init(server: HTTPServer, address: ListenAddress, key: String) {
        self.server = server
        self.address = address
        self.key = key
    }

    package func run() async throws {
        do {
            try await server.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw ServiceError(description: "\(address) is in use by another program; end that program or choose another address for `\(key)`.")
        } catch let error as IOError where error.errnoCode == EACCES || error.errnoCode == EPERM {
            throw ServiceError(description: "This user may not listen on \(address); choose a port above 1023 for `\(key)`.")
        } catch let error as IOError where error.errnoCode == EADDRNOTAVAIL {
            throw ServiceError(description: "\(address) is no address of this machine; correct `\(key)`.")
        }
    }

    /// Where and how a server listens.
    /// - Throws: `ConfigurationError` if certificate or key are none.
    package static func configuration(_ address: ListenAddress, tls: TLSConfiguration?) throws -> HTTPServer.Configuration {
        HTTPServer.Configuration(host: address.host, port: address.port, tls: try tls.map { try $0.open() })
    }

    /// An address as `host:port`.
    package static func text(_ address: SocketAddress) -> String {
        let host = address.ipAddress ?? "localhost"
        return "\(host.contains(":") ? "[\(host)]" : host):\(address.port ?? 0)"
    }
}
