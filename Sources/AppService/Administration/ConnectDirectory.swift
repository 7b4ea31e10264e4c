import Bridge
import Logging
import Protocol

/// A Connect app that the App object may use.
public struct ConnectApp: Equatable, Sendable {
    /// Its SIP name.
    public var name: String
    /// Its title.
    public var title: String
    /// Whether the App object may use its moderator mode too.
    public var hasModerator: Bool
    /// Whether the PBX is connected with it.
    public var isConnected: Bool
}

/// A zone of a Connect app that the connector may use.
public struct ConnectZone: Equatable, Sendable {
    /// Its SIP name.
    public var name: String
    /// Its display name.
    public var title: String
}

/// Looks up what there is to be chosen from in Connect: its apps in the PBX's list of services, its zones in the app itself.
struct ConnectDirectory: Sendable {
    /// How long reading the zones may take.
    static let patience: Duration = .seconds(10)

    let links: PBXLinks
    let services: any ConnectServices
    let clock: any WallClock
    let logger: Logger

    /// The apps in the order of their names; nil while no PBX lists services.
    var apps: [ConnectApp]? {
        let lists = links.current.compactMap(\.services)
        guard !lists.isEmpty else { return nil }
        var known: Set<String> = []
        let services = lists.joined().filter { known.insert($0.name.lowercased()).inserted && $0.isConnect }
        let names = Set(services.map { $0.name.lowercased() })
        return services.filter { !$0.name.contains("~") }
            .map {
                ConnectApp(
                    name: $0.name, title: $0.title.isEmpty ? $0.name : $0.title, hasModerator: names.contains("\($0.name.lowercased())~moderator"),
                    isConnected: $0.info != nil)
            }
            .sorted { $0.name < $1.name }
    }

    /// The zones of an app, read in the app itself, in the order of their names.
    /// - Throws: ``AdministrationFailure/noConnect(_:)``, or `notFound` if the PBX does not list the app.
    func zones(of app: String) async throws(AdministrationFailure) -> [ConnectZone] {
        let offer = ConnectOffer(PBXConnectServices.list(links.current), app: app)
        let plain: ConnectServiceEntry
        switch offer {
        case .listed(let entry, _): plain = entry
        case .noLink: throw .noConnect("No PBX is connected, so Connect cannot be asked for its zones.")
        case .notListed:
            throw .notFound(field: "app", "The PBX does not list a Connect app \(app); tick it in the Apps tab of the connector's object.")
        }
        let wiring = ConnectWiring(app: app, services: services, clock: clock, logger: logger, jitter: { 1 }, reading: PostReading(app: app))
        wiring.offers.update { $0 = offer }
        let topics: [Connect.Topic]
        do {
            topics = try await withThrowingTaskGroup(of: [Connect.Topic]?.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await wiring.withFreshLine(to: plain) { try await $0.readTopics() } }
                group.addTask {
                    try await clock.sleep(for: Self.patience)
                    return nil
                }
                guard let topics = try await group.next() ?? nil else { throw ConnectUnavailable() }
                return topics
            }
        } catch {
            logger.notice("The zones of a Connect app could not be read", metadata: ["app": "\(app)", "error": "\(error)"])
            throw .noConnect("Connect (\(app)) cannot be asked for its zones at the moment.")
        }
        return topics.filter { !$0.sip.isEmpty }
            .map { ConnectZone(name: $0.sip, title: $0.dn ?? $0.sip) }
            .sorted { $0.name < $1.name }
    }
}

extension ServicesInfo.Service {
    fileprivate var isConnect: Bool {
        let offers = info?["apis"]?.members ?? info?.members ?? []
        return ConnectServiceEntry(name: name, url: url, apis: Set(offers.map(\.name))).isConnect
    }
}
