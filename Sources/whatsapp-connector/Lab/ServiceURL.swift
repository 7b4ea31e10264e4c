import AppService
import ArgumentParser

/// The base URL under which the lab finds the service: plain HTTP on this machine, as `http://127.0.0.1:8080`.
struct ServiceURL: ExpressibleByArgument {
    /// Where the service listens.
    var listen: ListenAddress
    /// The URL without a slash at its end.
    var description: String { "http://\(listen)" }

    init(listen: ListenAddress) {
        self.listen = listen
    }

    init?(argument: String) {
        guard let url = PublicURL(argument), url.scheme == "http", url.path.isEmpty, url.isLoopback else { return nil }
        let host = url.host.hasPrefix("[") ? String(url.host.dropFirst().dropLast()) : url.host
        listen = ListenAddress(host: host, port: url.port ?? 80)
    }

    var defaultValueDescription: String { description }
}
