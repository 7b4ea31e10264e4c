import Protocol

/// What the PBX's list of services says about the Connect app that a connector uses.
enum ConnectOffer: Equatable, Sendable {
    /// There is no connection to the PBX.
    case noLink
    /// The list has no plain entry.
    case notListed
    /// Where to read and, if the moderator mode is granted, where to write.
    case listed(plain: ConnectServiceEntry, moderator: ConnectServiceEntry?)

    /// Selects the entries called `app` and `app~moderator`. Names are compared without regard to case.
    init(_ list: [ConnectServiceEntry]?, app: String) {
        guard let list else {
            self = .noLink
            return
        }
        func entry(_ name: String) -> ConnectServiceEntry? {
            list.first { $0.name.lowercased() == name.lowercased() && $0.isConnect }
        }
        if let plain = entry(app) {
            self = .listed(plain: plain, moderator: entry("\(app)~moderator"))
        } else {
            self = .notListed
        }
    }
}

extension ConnectServiceEntry {
    /// Whether it is Connect: by the service id, or by the URL where the entry does not say what it offers.
    var isConnect: Bool {
        if apis.contains(Connect.serviceID) { return true }
        guard apis.isEmpty else { return false }
        let path = url.prefix { $0 != "?" && $0 != "#" }
        return path.split(separator: "/").last.map { $0 == Connect.appName } ?? false
    }
}
