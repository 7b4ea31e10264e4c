import NIOSSL
import Synchronization

/// Makes a client's TLS context when it is first needed, for loading the trust roots takes time.
final class TLSContextCache: Sendable {
    private let configuration: TLSConfiguration
    private let context = Mutex<NIOSSLContext?>(nil)

    init(_ configuration: TLSConfiguration?) {
        var configuration = configuration ?? .makeClientConfiguration()
        if configuration.minimumTLSVersion == .tlsv1 || configuration.minimumTLSVersion == .tlsv11 {
            configuration.minimumTLSVersion = .tlsv12
        }
        self.configuration = configuration
    }

    func get() throws -> NIOSSLContext {
        try context.withLock { context in
            if let context { return context }
            let new = try NIOSSLContext(configuration: configuration)
            context = new
            return new
        }
    }
}
