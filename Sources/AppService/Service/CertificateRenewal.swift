package import Bridge
package import Logging
import NIOSSL
package import ServiceLifecycle
package import Transport

/// Takes a renewed certificate over while the service runs: it looks at the files once a minute.
package struct CertificateRenewal: Service {
    /// How often it looks.
    static let interval: Duration = .seconds(60)

    private let files: TLSConfiguration
    private let tls: ServerTLS
    private let clock: any WallClock
    private let logger: Logger

    /// Nil if nothing of it can be renewed: there is no TLS, or it stands in the configuration itself.
    /// - Parameters:
    ///   - files: where certificate and key come from
    ///   - tls: what a server uses
    package init?(_ files: TLSConfiguration?, of tls: ServerTLS?, clock: any WallClock, logger: Logger) {
        guard let files, let tls, files.certificate.path != nil || files.privateKey.path != nil else { return nil }
        self.files = files
        self.tls = tls
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var known = files.contents
            while (try? await clock.sleep(for: Self.interval)) != nil {
                let present = files.contents
                guard present != known else { continue }
                known = present
                do {
                    try tls.replace(with: files.forServer())
                    logger.notice("A renewed certificate is in use")
                } catch {
                    // Certificate and key are seldom written at the same moment; what comes next is looked at again.
                    logger.error("The certificate was changed and cannot be used; the one before stays in use", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}

extension TLSConfiguration {
    /// What a server needs.
    /// - Throws: ``ConfigurationError`` if certificate or key cannot be read, or do not fit each other
    package func open() throws(ConfigurationError) -> ServerTLS {
        let configuration = try forServer()
        do {
            return try ServerTLS(configuration)
        } catch {
            throw ConfigurationError("tls: the private key is not that of the certificate (\(error)); correct the files.")
        }
    }

    /// TLS as a server needs it.
    fileprivate func forServer() throws(ConfigurationError) -> NIOSSL.TLSConfiguration {
        do {
            let chain: [NIOSSLCertificate] =
                switch certificate {
                case .file(let path): try NIOSSLCertificate.fromPEMFile(path)
                case .text(let secret): try NIOSSLCertificate.fromPEMBytes(secret.revealedBytes)
                }
            let key: NIOSSLPrivateKey =
                switch privateKey {
                case .file(let path): try NIOSSLPrivateKey(file: path, format: .pem)
                case .text(let secret): try NIOSSLPrivateKey(bytes: secret.revealedBytes, format: .pem)
                }
            return .makeServerConfiguration(certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        } catch {
            throw ConfigurationError("tls: certificate or private key cannot be read as PEM (\(error)); correct the files.")
        }
    }

    /// What is in the files now; an empty part for one that cannot be read, or is none.
    fileprivate var contents: [[UInt8]] {
        [certificate.path, privateKey.path].map { path in path.flatMap { try? SmallFile($0).read(limit: 1 << 20) } ?? [] }
    }
}

extension PEMSource {
    /// The path of a file.
    fileprivate var path: String? {
        if case .file(let path) = self { path } else { nil }
    }
}
