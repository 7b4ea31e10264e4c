public import Bridge
public import Logging
public import Transport

/// What another module adds to the whole service, besides what it adds to each instance.
public struct ServiceExtension: Sendable {
    /// A route: gets every request that is for no instance; nil passes on to the next.
    public typealias Route = @Sendable (HTTPRequest) async -> HTTPAnswer?

    /// Routes, tried in order.
    public var routes: [Route]
    /// Runs beside the instances until its task is cancelled.
    public var run: @Sendable () async -> Void

    /// Creates an extension.
    public init(routes: [Route] = [], run: @escaping @Sendable () async -> Void = {}) {
        self.routes = routes
        self.run = run
    }
}

/// What the service gives to those who extend it.
public struct ServiceAccess: Sendable {
    /// The whole configuration.
    public let configuration: ServiceConfiguration
    /// The instances that run.
    public let instances: [InstanceAccess]
    /// Seals what is stored, under the key of the whole service.
    public let sealer: Sealer
    /// The one clock.
    public let clock: any WallClock
    /// The service's log.
    public let logger: Logger
}

extension ServiceAccess {
    /// Where a request comes from: the address that a trusted proxy forwards, or the connection's other end.
    public func client(of request: HTTPRequest) -> String {
        InstanceAdministration.forwardedClient(of: request, trustedProxies: configuration.trustedProxies) ?? request.remoteAddress
    }
}
