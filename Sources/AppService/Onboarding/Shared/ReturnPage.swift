import Bridge
import NIOCore
import NIOHTTP1
import Transport

/// What a browser sees when it comes back from a shared service: a page that does nothing and says that the tab may be closed.
enum ReturnPage {
    /// Longest code that is taken, in bytes.
    private static let longestCode = 256

    /// The code that a browser brought; nil if there is none, or something that is no code.
    static func code(in query: [QueryItem]) -> String? {
        guard let code = query["code"], (1...longestCode).contains(code.utf8.count), code.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return nil
        }
        return code
    }

    /// The page.
    static func response(in language: Language) -> HTTPResponse {
        let title = language.of("Connector for WhatsApp", "Connector für WhatsApp")
        let text = language.of(
            "You can close this tab. The set-up goes on in the tab where it was started.",
            "Sie können diesen Tab schließen. Die Einrichtung geht in dem Tab weiter, in dem sie gestartet wurde.")
        let page = """
            <!doctype html>
            <html lang="\(language.rawValue)">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>\(title)</title>
            <h1>\(title)</h1>
            <p>\(text)</p>
            </html>

            """
        return HTTPResponse(status: .ok, headers: headers, body: .bytes(ByteBuffer(string: page)))
    }

    private static let headers: HTTPHeaders = [
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    ]
}

extension Language {
    fileprivate func of(_ english: String, _ german: String) -> String { self == .de ? german : english }
}
