public import AppService
import NIOCore
import NIOHTTP1
import Protocol
import Transport

/// The mini App Platform: the endpoints of an App Platform that the PBX needs to find the plugin, and nothing else (Settings plugin,
/// External app service).
///
/// | path | what |
/// |---|---|
/// | `/manager/manager-domain` | a connection that registers a domain, with the manager password |
/// | `/manager/manager-domain-api` | connections of the PBX's object for the App Platform, and of the hidden app's pages |
/// | `/manager/manager-domain-api.htm`, `.js` | the hidden app, which provides the client API |
public enum AppPlatform {
    /// What the mini App Platform adds to a service; nothing if the configuration has no `manager`.
    public static func extend(_ service: ServiceAccess) async -> ServiceExtension {
        guard let manager = service.configuration.manager else { return ServiceExtension() }
        let registry = DomainRegistry(
            file: DomainFile(dataDirectory: service.configuration.dataDirectory), domains: service.configuration.instances.map(\.address.domain),
            sealer: service.sealer, logger: service.logger)
        await registry.load()
        let api = ManagerAPI(instances: service.instances, publicURL: service.configuration.publicURL, logger: service.logger)
        let platform = AppWebsocketServer(
            passwordsOfDomain: { domain in registry.password(of: domain).map { [$0] } ?? [] },
            describe: { app in
                AppInfoResult(app: app, info: app == Manager.app ? ["hidden": true, "apis": [Manager.api: [:]]] : [:], serviceInfo: [:])
            }, apis: [api], clock: service.clock, logger: service.logger)
        api.objects.attach(to: platform)
        let registration = RegistrationAPI(
            managerPassword: manager.password, registry: registry, clock: service.clock, logger: service.logger,
            registered: { await platform.closeOutdatedSessions() })
        let registrations = RegistrationServer(
            AppWebsocketServer(
                passwordsOfDomain: { _ in [Secret(Manager.dummyPassword)] }, describe: { AppInfoResult(app: $0) }, apis: [registration],
                clock: service.clock, logger: service.logger),
            clock: service.clock)
        let routes = PlatformRoutes(platform: platform, registrations: registrations) { service.client(of: $0) }
        return ServiceExtension(routes: [{ await routes.answer($0) }], run: { await registrations.run() })
    }
}

/// Finds what of the mini App Platform a request is for.
struct PlatformRoutes: Sendable {
    let platform: AppWebsocketServer
    let registrations: RegistrationServer
    /// Where a request comes from.
    let client: @Sendable (HTTPRequest) -> String

    func answer(_ request: HTTPRequest) async -> HTTPAnswer? {
        let path = request.path.hasSuffix("/") ? String(request.path.dropLast()) : request.path
        if request.isWebSocketUpgrade {
            switch path {
            case "/manager/manager-domain": return registrations.answer(request, from: client(request))
            // How much of the object's URL the PBX dials is not published.
            case "/manager/manager-domain-api", "/manager": return platform.answer(request, from: client(request))
            default: return nil
            }
        }
        guard request.method == .GET || request.method == .HEAD, request.path.hasPrefix("/manager/") else { return nil }
        return BrowserFiles.platform(String(request.path.dropFirst("/manager/".count))).map(Self.answer)
    }

    /// The page runs in a frame of the client, wherever that was loaded from, and talks to nobody but us.
    private static let policy = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"

    private static func answer(_ file: BrowserFiles.File) -> HTTPAnswer {
        .response(
            HTTPResponse(
                status: .ok,
                headers: [
                    "Content-Type": file.type, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
                    "Content-Security-Policy": policy,
                ], body: .bytes(ByteBuffer(bytes: file.bytes))))
    }
}
