import NIOHTTP1
import Transport

/// A file of somebody else for the demo page, served so that nothing in it runs there.
struct InertFile {
    var name: String
    var mime: String
    var file: LabFile

    /// What browsers draw or play without running anything; everything else is only kept.
    private static let images: Set<String> = ["image/png", "image/jpeg", "image/gif", "image/webp"]

    private var isShown: Bool { Self.images.contains(mime) || mime.hasPrefix("audio/") }

    /// The whole file, or the part that a `Range` header asks for.
    func response(from store: LabFileStore, range: String?) -> HTTPResponse {
        store.response(
            with: file, range: range,
            headers: [
                "Content-Type": isShown ? mime : "application/octet-stream",
                "Content-Disposition": ConnectFileName.disposition(ConnectFileName.shown(name), inline: isShown),
                "Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff",
                "Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
            ])
    }
}
