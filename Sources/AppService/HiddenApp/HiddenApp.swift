import NIOCore
import NIOHTTP1
import Transport

/// The app that users are granted to become members of the zone. It has no screen of its own; its page says so.
enum HiddenApp {
    /// The app's name: last segment of the app object's URL, and its licence's name.
    static let name = "innovaphone-whatsapp"

    /// The file of this name below the instance's root, or nil.
    static func file(named name: String) -> HTTPResponse? {
        switch name {
        case "\(Self.name).htm":
            response(PackageResources.innovaphone_whatsapp_htm, type: "text/html; charset=utf-8")
        case "\(Self.name).png":
            response(PackageResources.innovaphone_whatsapp_png, type: "image/png")
        default:
            nil
        }
    }

    private static func response(_ bytes: [UInt8], type: String) -> HTTPResponse {
        HTTPResponse(
            status: .ok,
            headers: [
                "Content-Type": type,
                "Cache-Control": "max-age=3600",
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
            ],
            body: .bytes(ByteBuffer(bytes: bytes))
        )
    }
}
