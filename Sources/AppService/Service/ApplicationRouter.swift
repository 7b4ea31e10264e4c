import NIOHTTP1
public import Transport

/// Finds the instance that a request is for, and what of it.
///
/// All paths lie below `/<domain>/<instance>`; any upgrade below that is an AppWebsocket session, whatever the rest of the path says.
public struct ApplicationRouter: Sendable {
    /// What one instance answers to.
    public struct Instance: Sendable {
        /// Answers an upgrade anywhere below the instance's root.
        public var session: @Sendable (HTTPRequest) async -> HTTPAnswer
        /// Answers Meta at `…/webhook`.
        public var webhook: @Sendable (HTTPRequest) async -> HTTPResponse
        /// Further routes, tried in order with the path's segments below the root; nil passes on to the next.
        public var routes: [@Sendable (HTTPRequest, [String]) async -> HTTPAnswer?]

        /// Creates the answers of an instance.
        public init(
            session: @escaping @Sendable (HTTPRequest) async -> HTTPAnswer,
            webhook: @escaping @Sendable (HTTPRequest) async -> HTTPResponse,
            routes: [@Sendable (HTTPRequest, [String]) async -> HTTPAnswer?] = []
        ) {
            self.session = session
            self.webhook = webhook
            self.routes = routes
        }
    }

    /// Names an instance: its PBX domain and its own name.
    public struct Name: Hashable, Sendable {
        /// The PBX's domain.
        public var domain: String
        /// The instance's name.
        public var instance: String

        /// Names an instance. Host-like names are compared without regard to case.
        public init(domain: String, instance: String) {
            self.domain = domain.lowercased()
            self.instance = instance.lowercased()
        }
    }

    private let instances: [Name: Instance]
    private let serviceRoutes: [ServiceExtension.Route]

    /// Creates a router.
    ///
    /// - Parameters:
    ///   - instances: by their names
    ///   - serviceRoutes: routes of the whole service, tried in order where no instance is
    public init(instances: [Name: Instance], serviceRoutes: [ServiceExtension.Route] = []) {
        self.instances = instances
        self.serviceRoutes = serviceRoutes
    }

    /// Answers a request.
    public func answer(_ request: HTTPRequest) async -> HTTPAnswer {
        let segments = request.path.split(separator: "/").map(String.init)
        guard segments.count >= 2, let instance = instances[Name(domain: segments[0], instance: segments[1])] else {
            for route in serviceRoutes {
                if let answer = await route(request) { return answer }
            }
            return .response(.text(.notFound, "There is nothing here.\n"))
        }
        if request.isWebSocketUpgrade { return await instance.session(request) }
        let rest = Array(segments.dropFirst(2))
        switch rest {
        case ["webhook"]:
            return .response(await instance.webhook(request))
        case _ where rest.count == 1 && request.method == .GET:
            if let file = HiddenApp.file(named: rest[0]) { return .response(file) }
        default:
            break
        }
        for route in instance.routes {
            if let answer = await route(request, rest) { return answer }
        }
        return .response(.text(.notFound, "There is nothing here.\n"))
    }
}
