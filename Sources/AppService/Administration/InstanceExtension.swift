public import Transport

/// What another module adds to an instance: APIs for its sessions, and routes below its root.
public struct InstanceExtension: Sendable {
    /// A route: gets the request and the path's segments below the instance's root; nil passes on to the next.
    public typealias Route = @Sendable (HTTPRequest, [String]) async -> HTTPAnswer?

    /// APIs for the sessions; of several with one name the first counts.
    public var apis: [any AppWebsocketApi]
    /// Routes, tried in order after those of the instance itself.
    public var routes: [Route]
    /// Runs beside the instance until its task is cancelled.
    public var run: @Sendable () async -> Void

    /// Creates an extension.
    public init(apis: [any AppWebsocketApi] = [], routes: [Route] = [], run: @escaping @Sendable () async -> Void = {}) {
        self.apis = apis
        self.routes = routes
        self.run = run
    }
}
