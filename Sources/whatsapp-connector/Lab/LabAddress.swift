import AppService
import ArgumentParser

/// Where the lab listens: a port of this machine. The lab asks nobody for a password, so other machines have no business there.
struct LabAddress: Equatable, CustomStringConvertible {
    /// The host that goes into its URLs.
    static let host = "127.0.0.1"
    /// What is used if nothing else is said.
    static let standard = LabAddress(port: 8600)

    /// 0 for any free port.
    var port: Int

    init(port: Int) {
        self.port = port
    }

    /// Reads an argument of the command line.
    init(argument: String) throws {
        guard let address = ListenAddress(argument), address.host == Self.host || address.host == "localhost" else {
            throw ValidationError("--listen must be a port of this machine such as \(Self.standard), not \(Setting.quoted(argument))")
        }
        port = address.port
    }

    var description: String { "\(Self.host):\(port)" }

    /// Takes the port.
    ///
    /// - Throws: ``LabFailure``.
    func reserve() throws(LabFailure) -> PortReservation {
        do {
            return try PortReservation(port: port)
        } catch {
            switch error {
            case .inUse:
                throw LabFailure("\(self) is in use by another program; end that program or choose another address with --listen")
            case .refused(let code):
                throw LabFailure("\(self) cannot be used (\(SmallFile.Problem.text(of: code))); choose another address with --listen")
            }
        }
    }
}

/// Why lab or demo cannot run, as one sentence that says what to do.
struct LabFailure: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
