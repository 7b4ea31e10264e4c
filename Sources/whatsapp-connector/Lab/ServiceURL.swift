import AppService
import ArgumentParser

/// The base URL under which the lab finds the service: plain HTTP on this machine.
struct ServiceURL: Equatable, CustomStringConvertible {
    /// What is used if nothing else is said.
    static let standard = ServiceURL(listen: ListenAddress(host: "127.0.0.1", port: 8080))

    /// Where the service listens.
    var listen: ListenAddress

    init(listen: ListenAddress) {
        self.listen = listen
    }

    /// Reads an argument of the command line.
    init(argument: String) throws {
        guard let url = PublicURL(argument), url.scheme == "http", url.path.isEmpty, url.isLoopback else {
            throw ValidationError("--service must be a URL on this machine such as \(Self.standard), not \(Setting.quoted(argument))")
        }
        listen = ListenAddress(host: url.host.trimming { $0 == "[" || $0 == "]" }, port: url.port ?? 80)
    }

    /// The URL without a slash at its end.
    var description: String { "http://\(listen)" }
}
