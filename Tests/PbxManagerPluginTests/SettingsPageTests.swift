import AppService
import AsyncHTTPClient
import Lab
import NIOCore
import NIOHTTP1
import Testing
import Transport

@testable import PbxManagerPlugin

@Suite("The plugin's files and the fallback page, as they are served", .timeLimit(.minutes(1))) struct SettingsPageTests {
    private func get(_ url: String, _ headers: HTTPHeaders = [:]) async throws -> (HTTPClientResponse, String) {
        var request = HTTPClientRequest(url: url)
        request.headers = headers
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        return (response, String(buffer: try await response.body.collect(upTo: 1 << 20)))
    }

    @Test("Everything is there, is asked for anew each time, and the page loads nothing from elsewhere")
    func served() async throws {
        try await PluginBench.run { bench in
            let root = "\(bench.service)/\(bench.instance)"
            for name in BrowserFiles.pluginNames + ["settings"] + BrowserFiles.settingsNames.map({ "settings/\($0)" }) {
                let (response, body) = try await get("\(root)/\(name)")
                #expect(response.status == .ok, "\(name)")
                #expect(!body.isEmpty)
                #expect(response.headers["Cache-Control"] == ["no-cache"])
                #expect(response.headers["X-Content-Type-Options"] == ["nosniff"])
            }
            let (page, _) = try await get("\(root)/settings")
            let policy = try #require(page.headers.first(name: "Content-Security-Policy"))
            for part in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self'"] {
                #expect(policy.contains(part))
            }
            #expect(!policy.contains("unsafe"))
            for name in ["settings/nothing.js", "settings/settings.htm", "settings/a/b", "innovaphone.js"] {
                #expect(try await get("\(root)/\(name)").0.status == .notFound)
            }
        }
    }

    @Test(
        "Who gets the page is what the configuration says",
        arguments: [
            (SettingsPageAccess.off, false, false), (.off, true, false), (.local, false, false), (.local, true, true), (.on, false, true),
            (.on, true, true),
        ])
    func access(access: SettingsPageAccess, isLocal: Bool, isServed: Bool) async {
        let routes = PluginRoutes(access: access) { _ in isLocal }
        let request = HTTPRequest(method: .GET, uri: "/example.com/whatsapp/settings", headers: [:], remoteAddress: "192.0.2.1")
        #expect((await routes.route(request, ["settings"]) != nil) == isServed)
        #expect((await routes.route(request, ["settings", "settings.js"]) != nil) == isServed)
        #expect(await routes.route(request, ["innovaphone.whatsappmanager.js"]) != nil)
    }

    @Test("A forwarded request is local only if a trusted proxy says so")
    func forwarded() async throws {
        for (proxies, headers, status) in [
            ([], [:], HTTPResponseStatus.ok), ([], ["X-Forwarded-For": "10.1.2.3"], .notFound), ([], ["Via": "1.1 proxy"], .notFound),
            (["127.0.0.1"], ["X-Forwarded-For": "10.1.2.3"], .ok), (["127.0.0.1"], ["X-Forwarded-For": "203.0.113.7"], .notFound),
            (["127.0.0.1"], ["X-Forwarded-For": "10.1.2.3, 203.0.113.7"], .notFound),
        ] as [([String], HTTPHeaders, HTTPResponseStatus)] {
            try await PluginBench.run { _ in
            } service: { service in
                service.trustedProxies = proxies.compactMap(AddressRange.init)
            } _: { bench in
                let answer = try await get("\(bench.service)/\(bench.instance)/settings", headers).0
                #expect(answer.status == status, "\(proxies) \(headers)")
            }
        }
    }
}
