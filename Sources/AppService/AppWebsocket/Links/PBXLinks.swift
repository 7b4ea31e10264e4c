import Bridge
import Logging
import Protocol
import Synchronization

/// The connections of an instance's PBXs: master, slaves and standby may each hold one.
public final class PBXLinks: LicenceSource {
    private let links = Watched<[PBXLink]>([])

    /// No connections yet.
    public init() {}

    /// What is known of each link, the newest first.
    public var current: [PBXLink.Status] { links.current.value.map(\.status) }

    /// What the newest login says about licences; nil without a link.
    var grant: LicencePool.Grant? {
        guard let info = links.current.value.first?.status.login.info else { return nil }
        return LicencePool.Grant(count: Int(clamping: info.lics), isTestMode: info.testmode)
    }

    /// Changes with what is known of the links.
    var version: Int { links.version }

    /// Returns once ``version`` is another one, when the clock shows `moment` if there is one, or when the task is cancelled.
    func wait(since version: Int, until moment: Moment?, clock: any WallClock) async {
        await links.wait(since: version, until: moment, clock: clock)
    }

    /// What is known of each link, the newest first: what is known now, then after each change.
    public func statuses() -> AsyncStream<[PBXLink.Status]> { stream { $0 } }

    /// Something that follows from what is known of the links: what it is now, then after each change.
    func stream<Element: Sendable>(_ element: @escaping @Sendable ([PBXLink.Status]) -> Element) -> AsyncStream<Element> {
        let seen = Mutex<Int?>(nil)
        return AsyncStream { [links] in
            if let version = seen.withLock({ $0 }) {
                guard (try? await links.changed(since: version)) != nil else { return nil }
            }
            let (version, value) = links.current
            seen.withLock { $0 = version }
            return element(value.map(\.status))
        }
    }

    /// The link to ask for a login to a service: the newest one that lists it, with what it says of it.
    ///
    /// - Parameter name: of the service's App object
    func link(listing name: String) -> (PBXLink, ServicesInfo.Service)? {
        for link in links.current.value {
            if let service = link.status.services?.first(where: { $0.name == name }) { return (link, service) }
        }
        return nil
    }

    /// Enters a session of the PBX.
    func add(_ session: AppSession, at now: Moment, clock: any WallClock, logger: Logger) -> PBXLink {
        let link = PBXLink(session, at: now, clock: clock, logger: logger) { [links] in links.update { _ in } }
        links.update { $0.insert(link, at: 0) }
        return link
    }

    /// Takes a link out, and ends everything that it gave.
    func remove(_ link: PBXLink) {
        links.update { $0.removeAll { $0 === link } }
        link.end()
    }
}
