import NIOHTTP1
import Transport

/// Serves the files of WhatsApp messages to the demo page: `GET /lab/files/whatsapp/<media ID>`.
///
/// They are from strangers: nothing in them may run in the page's origin.
struct LabFileRoute: Sendable {
    static let prefix = "/lab/files/whatsapp/"
    /// What a browser may show by itself; everything else is only saved.
    private static let shown: Set<String> = [
        "image/jpeg", "image/png", "image/webp", "image/gif", "audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "video/mp4", "video/3gpp",
    ]
    let lab: Lab

    static func path(of attachment: MetaAttachment) -> String { prefix + attachment.mediaID }

    func answer(_ request: HTTPRequest) -> HTTPResponse {
        guard request.method == .GET, let attachment = lab.meta.attachment(mediaID: String(request.path.dropFirst(Self.prefix.count))) else {
            return .text(.notFound, "not found")
        }
        let type = MetaMediaClass.essence(of: attachment.mimeType)
        let isShown = Self.shown.contains(type)
        let headers: HTTPHeaders = [
            "Content-Type": isShown ? type : "application/octet-stream",
            "Content-Disposition": isShown ? "inline" : "attachment; filename*=UTF-8''\(Self.encoded(attachment.name ?? "file"))",
            "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox", "Referrer-Policy": "no-referrer",
            // An ID never gets other bytes.
            "Cache-Control": "private, max-age=3600",
        ]
        return lab.files.response(with: attachment.file, range: request.headers.first(name: "Range"), headers: headers)
    }

    /// A name as RFC 8187 wants it, without what would lead into another folder.
    static func encoded(_ name: String) -> String {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
        return name.prefix(200).utf8.map { byte in
            if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") { return "_" }
            return allowed.contains(byte) ? String(UnicodeScalar(byte)) : "%" + [byte].hex.uppercased()
        }.joined()
    }
}
