import AsyncHTTPClient
import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Says in a phrase why there was no answer. Only fixed words: a client's error may quote headers, and those hold the token.
package enum GraphFailurePhrase {
    package static func phrase(for error: any Error) -> String {
        switch error {
        case is GraphTimeout: "no answer in time"
        case is IdleTimeout: "nothing moved for too long"
        case is UnreadableFile: "the file could not be read"
        case is CancellationError: "cancelled"
        case let error as HTTPClientError: error.shortDescription
        case let error as IOError: phrase(forErrno: error.errnoCode)
        default: phrase(forType: String(describing: type(of: error)))
        }
    }

    private static func phrase(forErrno code: CInt) -> String {
        switch code {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET, EPIPE: "connection reset"
        case EHOSTUNREACH, ENETUNREACH: "host not reachable"
        case ETIMEDOUT: "connection timed out"
        default: "system error \(code)"
        }
    }

    /// Types of modules that are not imported for a phrase's sake.
    private static func phrase(forType name: String) -> String {
        switch name {
        case "NIOConnectionError": "no connection to the host, or no such host"
        case "NIOSSLError", "BoringSSLError", "NIOSSLExtraError": "TLS failed"
        case "HTTPParserError": "the answer was not HTTP"
        default: name
        }
    }
}
