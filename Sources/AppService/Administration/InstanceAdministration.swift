public import Bridge
import Logging
import NIOHTTP1
public import Transport

/// All that an administrator may see and do of one running instance. The plugin, and whoever else administrates, goes through here.
///
/// Whatever is changed here is durable and, as a rule, in effect when the call returns. What others change, be it a command beside the
/// service, shows up by ``changed(since:)``.
public final class InstanceAdministration: Sendable {
    /// What is in effect.
    struct Taken: Sendable {
        var revision: Int64
        var state: SettingsChange.State
    }

    /// How long a change may take to be in effect before the call returns all the same.
    static let patience: Duration = .seconds(3)

    /// The instance.
    public let address: InstanceAddress
    /// The one clock.
    public let clock: any WallClock
    /// What the configuration file says about who may use the fallback settings page.
    public let settingsPage: SettingsPageAccess
    let configuration: InstanceConfiguration
    let publicURL: PublicURL
    let sharedServiceURL: String?
    let storage: InstanceStorage
    let links: PBXLinks
    let health: InstanceHealth
    let directory: ConnectDirectory
    let webhook: WebhookLog
    let probe: WebhookProbe
    let log: InstanceLog
    let logger: Logger
    let parts: Parts
    /// Rung to have the settings looked at.
    let bell: Bell
    /// Joins accounts with a shared service; nil if there is none.
    let joining: Onboarding?
    /// Looks after the accounts.
    let care: AccountCare?
    /// Rung when a binding is to be ended.
    let endings: Bell
    private let trustedProxies: [AddressRange]
    let taken: Watched<Taken>
    let lastObject = Watched<InstanceOverview.AppObject?>(nil)
    private let pulse: Watched<Void>

    /// What others do for an administrator.
    public struct Parts: Sendable {
        /// What licences there are for the numbers of these settings, and which numbers are active because of it; nil: what the
        /// instance itself goes by.
        public var licences: (@Sendable (StoredSettings) -> LicenceStanding)?
        /// Makes accounts ready at Meta; nil if that is not possible.
        public var accountSetup: (any AccountSetup)?
        /// Checks that private posts stay private; nil: the instance itself does.
        public var privatePosts: (any PrivatePostChecks)?

        /// Creates the parts.
        public init(
            licences: (@Sendable (StoredSettings) -> LicenceStanding)? = nil, accountSetup: (any AccountSetup)? = nil,
            privatePosts: (any PrivatePostChecks)? = nil
        ) {
            self.licences = licences
            self.accountSetup = accountSetup
            self.privatePosts = privatePosts
        }
    }

    init(
        _ configuration: InstanceConfiguration, service: ServiceConfiguration, storage: InstanceStorage, links: PBXLinks, health: InstanceHealth,
        directory: ConnectDirectory, webhook: WebhookLog, probe: WebhookProbe, log: InstanceLog, parts: Parts, bell: Bell, joining: Onboarding?,
        care: AccountCare?, endings: Bell, pulse: Watched<Void>, clock: any WallClock, logger: Logger
    ) {
        address = configuration.address
        settingsPage = service.settings
        publicURL = service.publicURL
        sharedServiceURL = service.sharedServiceURL
        trustedProxies = service.trustedProxies
        self.configuration = configuration
        self.storage = storage
        self.links = links
        self.health = health
        self.directory = directory
        self.webhook = webhook
        self.probe = probe
        self.log = log
        self.bell = bell
        self.joining = joining
        self.care = care
        self.endings = endings
        self.pulse = pulse
        self.clock = clock
        self.logger = logger
        self.parts = parts
        let state = SettingsChange.State(settings: storage.settings, secrets: storage.secrets.current)
        taken = Watched(Taken(revision: -1, state: state))
    }

    // MARK: Being told of changes

    /// Changes with whatever an administrator sees, and sometimes without.
    public var version: Int { pulse.version }

    /// Returns once ``version`` is another one.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func changed(since version: Int) async throws { try await pulse.changed(since: version) }

    /// Something that administrators see may have changed.
    func touch() { pulse.update { _ in } }

    /// New settings are in effect.
    func note(_ revision: Int64, _ state: SettingsChange.State) {
        taken.update { $0 = Taken(revision: revision, state: state) }
        touch()
    }

    // MARK: For the other files

    /// The settings that are in effect.
    var settings: StoredSettings { taken.current.value.state.settings }

    /// What licences there are for the numbers of some settings.
    func licences(_ settings: StoredSettings) -> LicenceStanding {
        parts.licences?(settings) ?? LicenceStanding(count: 0, isTestMode: false, active: [])
    }

    /// Changes the settings, and waits until the change is in effect.
    func change<Result: Sendable>(_ body: @escaping @Sendable (inout StoredSettings) throws -> Result) async throws -> Result {
        let result = try await storage.settingsStore.change(body)
        let revision = try await storage.settingsStore.revision()
        bell.ring()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await self.taken.first { $0.revision >= revision } }
            group.addTask { try? await self.clock.sleep(for: Self.patience) }
            await group.next()
            group.cancelAll()
        }
        return result
    }

    // MARK: Clients

    /// Where a request comes from: the address that a trusted proxy forwards, or the connection's other end.
    public func client(of request: HTTPRequest) -> String {
        Self.forwardedClient(of: request, trustedProxies: trustedProxies) ?? request.remoteAddress
    }

    /// Whether a request comes from a private network or this machine. What was forwarded by somebody who is not trusted does not.
    public func isLocal(_ request: HTTPRequest) -> Bool {
        let isForwarded = ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"].contains { request.headers.contains(name: $0) }
        if isForwarded, !trustedProxies.contains(where: { $0.contains(request.remoteAddress) }) { return false }
        return Self.privateNetworks.contains { $0.contains(client(of: request)) }
    }

    /// The client's address as a trusted proxy forwards it; nil if no trusted proxy did.
    package static func forwardedClient(of request: HTTPRequest, trustedProxies: [AddressRange]) -> String? {
        func isTrusted(_ address: String) -> Bool { trustedProxies.contains { $0.contains(address) } }
        guard isTrusted(request.remoteAddress) else { return nil }
        let hops = request.headers[canonicalForm: "X-Forwarded-For"].map { $0.trimming(" \t") }
        // The newest hop that is no proxy of ours is the client; what stands before it, anybody can write.
        return hops.last { !isTrusted($0) }
    }

    /// Loopback, private and link-local addresses.
    private static let privateNetworks = [
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1", "fc00::/7", "fe80::/10",
    ].compactMap(AddressRange.init)
}

extension Substring {
    fileprivate func trimming(_ characters: String) -> String {
        var text = self
        while let first = text.first, characters.contains(first) { text.removeFirst() }
        while let last = text.last, characters.contains(last) { text.removeLast() }
        return String(text)
    }
}
