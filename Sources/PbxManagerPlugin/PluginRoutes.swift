import AppService
import NIOCore
import NIOHTTP1
import Transport

/// Serves the plugin's files, and the fallback page to whom the configuration allows it.
struct PluginRoutes: Sendable {
    private let access: SettingsPageAccess
    private let isLocal: @Sendable (HTTPRequest) -> Bool

    init(_ administration: InstanceAdministration) {
        self.init(access: administration.settingsPage) { administration.isLocal($0) }
    }

    init(access: SettingsPageAccess, isLocal: @escaping @Sendable (HTTPRequest) -> Bool) {
        self.access = access
        self.isLocal = isLocal
    }

    /// The answer to a request; nil if it is for something else.
    @Sendable func route(_ request: HTTPRequest, _ path: [String]) async -> HTTPAnswer? {
        guard request.method == .GET || request.method == .HEAD else { return nil }
        if path.count == 1, let file = BrowserFiles.plugin(path[0]) { return Self.answer(file) }
        guard path.first == "settings", path.count <= 2, mayUseSettings(request) else { return nil }
        guard path.count == 2 else {
            // The page names its scripts from where it is, so it must be where it thinks it is.
            if request.path.hasSuffix("/") { return .response(HTTPResponse(status: .permanentRedirect, headers: ["Location": "../settings"])) }
            return Self.answer(BrowserFiles.settingsPage, policy: Self.pagePolicy)
        }
        return BrowserFiles.settings(path[1]).map { Self.answer($0) }
    }

    private func mayUseSettings(_ request: HTTPRequest) -> Bool {
        switch access {
        case .off: false
        case .local: isLocal(request)
        case .on: true
        }
    }

    /// What the fallback page may load: nothing but our own files, and its web socket.
    private static let pagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'"

    private static func answer(_ file: BrowserFiles.File, policy: String? = nil) -> HTTPAnswer {
        var headers: HTTPHeaders = [
            "Content-Type": file.type,
            "Cache-Control": "no-cache",
            "X-Content-Type-Options": "nosniff",
        ]
        if let policy {
            headers.add(name: "Content-Security-Policy", value: policy)
            headers.add(name: "Referrer-Policy", value: "no-referrer")
        }
        return .response(HTTPResponse(status: .ok, headers: headers, body: .bytes(ByteBuffer(bytes: file.bytes))))
    }
}
