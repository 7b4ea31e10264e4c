import NIOCore
import NIOHTTP1
import Transport

/// The files of the lab's pages, which are part of the program, and the scripts that were given to the lab.
struct LabPages: Sendable {
    let lab: Lab

    func page(for request: HTTPRequest) -> HTTPResponse? {
        if request.path.hasPrefix("/sdk/") {
            let name = request.path.dropFirst("/sdk/".count)
            return lab.scripts.first { $0.name == name }.map { Self.script($0.bytes) }
        }
        if request.path == "/settings" { return Self.response(PackageResources.settings_html, Self.html, policy: settingsPolicy(for: request)) }
        return Self.page(at: request.path)
    }

    private static func page(at path: String) -> HTTPResponse? {
        switch path {
        case "/", "/index.html": response(PackageResources.index_html, html)
        case "/objects": response(PackageResources.objects_html, html)
        case "/admin.css": response(PackageResources.admin_css, css)
        case "/demo.css": response(PackageResources.demo_css, css)
        case "/phone.css": response(PackageResources.phone_css, css)
        case "/demo.js": script(PackageResources.demo_js)
        case "/attachment.js": script(PackageResources.attachment_js)
        case "/chat.js": script(PackageResources.chat_js)
        case "/changes.js": script(PackageResources.changes_js)
        case "/client.js": script(PackageResources.client_js)
        case "/composer.js": script(PackageResources.composer_js)
        case "/dom.js": script(PackageResources.dom_js)
        case "/files.js": script(PackageResources.files_js)
        case "/objects.js": script(PackageResources.objects_js)
        case "/phone.js": script(PackageResources.phone_js)
        case "/picker.js": script(PackageResources.picker_js)
        case "/settings.js": script(PackageResources.settings_js)
        case "/stream.js": script(PackageResources.stream_js)
        case "/text.js": script(PackageResources.text_js)
        case "/wire.js": script(PackageResources.wire_js)
        case "/zone.js": script(PackageResources.zone_js)
        case "/meta/dialog": response(PackageResources.dialog_html, html)
        case "/meta/dialog.js": script(PackageResources.dialog_js)
        case "/meta/sdk.js": script(PackageResources.facebooksdk_js, resourcePolicy: "cross-origin")
        case "/hiddenapp.js": script(PackageResources.hiddenapp_js)
        case "/icon.svg", "/favicon.ico": response(PackageResources.icon_svg, "image/svg+xml")
        default: nil
        }
    }

    // MARK: Policies

    /// Nothing but the page's own files and calls: whatever a message smuggles into the page has nothing to run or load.
    private static let policy = policy(sources: "'self'", connect: "'self'")

    /// As in the PBX Manager, plugins come from the app service, which is another origin, and connect to it.
    private func settingsPolicy(for request: HTTPRequest) -> String {
        func socket(_ base: String) -> String { base.hasPrefix("http") ? "ws" + base.dropFirst("http".count) : base }
        let service = lab.serviceURL.map { " \($0)" } ?? ""
        let own = request.headers.first(name: "Host").map { " ws://\($0)" } ?? ""
        return Self.policy(
            sources: "'self'\(service)", connect: "'self'\(own)\(lab.serviceURL.map { " \($0) \(socket($0))" } ?? "")",
            frame: service.isEmpty ? nil : service)
    }

    /// - Parameter frame: Where frames may come from; nil for nowhere.
    private static func policy(sources: String, connect: String, frame: String? = nil) -> String {
        [
            "default-src 'none'", "script-src \(sources)", "style-src \(sources)", "img-src \(sources)", "media-src 'self'",
            "connect-src \(connect)", "frame-src\(frame ?? " 'none'")", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }

    // MARK: Responses

    private static let html = "text/html; charset=utf-8"
    private static let css = "text/css; charset=utf-8"

    /// - Parameter resourcePolicy: Whose pages may load it (`Cross-Origin-Resource-Policy`).
    private static func script(_ bytes: [UInt8], resourcePolicy: String? = nil) -> HTTPResponse {
        var response = response(bytes, "text/javascript; charset=utf-8")
        if let resourcePolicy { response.headers.add(name: "Cross-Origin-Resource-Policy", value: resourcePolicy) }
        return response
    }

    private static func response(_ bytes: [UInt8], _ type: String, policy: String = policy) -> HTTPResponse {
        HTTPResponse(
            status: .ok,
            headers: [
                "Content-Type": type, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
                "Content-Security-Policy": policy,
            ],
            body: .bytes(ByteBuffer(bytes: bytes)))
    }
}
