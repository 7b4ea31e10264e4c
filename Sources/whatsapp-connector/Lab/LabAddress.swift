import AppService
import ArgumentParser

/// Where the lab listens: a port of this machine. The lab asks nobody for a password, so other machines have no business there.
struct LabAddress: ExpressibleByArgument {
    /// The host that goes into its URLs.
    static let host = "127.0.0.1"
    /// 0 for any free port.
    var port: Int

    init(port: Int) {
        self.port = port
    }

    init?(argument: String) {
        guard let address = ListenAddress(argument), address.host == Self.host || address.host == "localhost" else { return nil }
        port = address.port
    }

    var defaultValueDescription: String { description }
}

extension LabAddress: CustomStringConvertible {
    var description: String { "\(Self.host):\(port)" }
}
