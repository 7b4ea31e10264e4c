public import NIOSSL
import Synchronization

/// Certificate and key of a server, TLS 1.2 and 1.3 only; they can be replaced while it runs.
public final class ServerTLS: Sendable {
    private let current: Mutex<NIOSSLContext>

    /// - Throws: if certificate and key do not fit each other or cannot be used
    public init(_ configuration: TLSConfiguration) throws {
        current = Mutex(try Self.context(configuration))
    }

    /// Connections that begin from now on get the new certificate; those that are open keep the old one.
    ///
    /// - Throws: if certificate and key do not fit each other or cannot be used; the old ones stay
    public func replace(with configuration: TLSConfiguration) throws {
        let context = try Self.context(configuration)
        current.withLock { $0 = context }
    }

    /// What a new connection gets.
    var context: NIOSSLContext { current.withLock { $0 } }

    private static func context(_ configuration: TLSConfiguration) throws -> NIOSSLContext {
        var configuration = configuration
        if configuration.minimumTLSVersion == .tlsv1 || configuration.minimumTLSVersion == .tlsv11 { configuration.minimumTLSVersion = .tlsv12 }
        // Nothing but HTTP/1.1 inside.
        configuration.applicationProtocols = ["http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }
}
