import NIOCore
import NIOHTTP1
import Transport

/// The demo page's files, which are part of the program.
enum LabPages {
    static func page(at path: String) -> HTTPResponse? {
        switch path {
        case "/", "/index.html": response(PackageResources.index_html, "text/html; charset=utf-8")
        default: nil
        }
    }

    private static func response(_ bytes: [UInt8], _ type: String) -> HTTPResponse {
        HTTPResponse(
            status: .ok,
            headers: [
                "Content-Type": type, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy":
                    "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; frame-ancestors 'self'",
            ],
            body: .bytes(ByteBuffer(bytes: bytes)))
    }
}
