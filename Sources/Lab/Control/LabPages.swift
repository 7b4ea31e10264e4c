import NIOCore
import NIOHTTP1
import Transport

/// The demo page's files, which are part of the program.
enum LabPages {
    static func page(at path: String) -> HTTPResponse? {
        switch path {
        case "/", "/index.html": response(PackageResources.index_html, "text/html; charset=utf-8")
        case "/demo.css": response(PackageResources.demo_css, "text/css; charset=utf-8")
        case "/phone.css": response(PackageResources.phone_css, "text/css; charset=utf-8")
        case "/demo.js": script(PackageResources.demo_js)
        case "/attachment.js": script(PackageResources.attachment_js)
        case "/chat.js": script(PackageResources.chat_js)
        case "/changes.js": script(PackageResources.changes_js)
        case "/composer.js": script(PackageResources.composer_js)
        case "/dom.js": script(PackageResources.dom_js)
        case "/files.js": script(PackageResources.files_js)
        case "/phone.js": script(PackageResources.phone_js)
        case "/picker.js": script(PackageResources.picker_js)
        case "/stream.js": script(PackageResources.stream_js)
        case "/text.js": script(PackageResources.text_js)
        case "/wire.js": script(PackageResources.wire_js)
        case "/zone.js": script(PackageResources.zone_js)
        case "/icon.svg", "/favicon.ico": response(PackageResources.icon_svg, "image/svg+xml")
        default: nil
        }
    }

    /// Nothing but the page's own files and calls: whatever a message smuggles into the page has nothing to run or load.
    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "media-src 'self'", "connect-src 'self'", "base-uri 'none'",
        "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    private static func script(_ bytes: [UInt8]) -> HTTPResponse { response(bytes, "text/javascript; charset=utf-8") }

    private static func response(_ bytes: [UInt8], _ type: String) -> HTTPResponse {
        HTTPResponse(
            status: .ok,
            headers: [
                "Content-Type": type, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
                "Content-Security-Policy": policy,
            ],
            body: .bytes(ByteBuffer(bytes: bytes)))
    }
}
