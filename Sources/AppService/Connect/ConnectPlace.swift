import Bridge

/// A zone and the Connect app that it is in. For the bridge both together are one `Zone`: a number that changes its app moves to another
/// zone, whatever the two are called.
struct ConnectPlace: Hashable, Sendable {
    /// The app that is meant where none is named.
    static let standardApp = "connect"

    /// The SIP name of the Connect app object, in lower case.
    var app: String
    /// The SIP name of the zone in it.
    var topic: String

    init(app: String, topic: String) {
        self.app = app.lowercased()
        self.topic = topic
    }

    /// Takes apart what `zone` made. SIP names have no `@`.
    init(_ zone: Zone) {
        guard let mark = zone.rawValue.lastIndex(of: "@") else {
            self.init(app: Self.standardApp, topic: zone.rawValue)
            return
        }
        self.init(app: String(zone.rawValue[zone.rawValue.index(after: mark)...]), topic: String(zone.rawValue[..<mark]))
    }

    /// Both as the bridge knows them.
    var zone: Zone { Zone(rawValue: app == Self.standardApp ? topic : "\(topic)@\(app)") }
}
