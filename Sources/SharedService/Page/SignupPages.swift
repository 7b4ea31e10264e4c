import AppService
import FoundationEssentials
import Logging
import NIOCore
import NIOHTTP1
import Protocol
import Transport

/// The page that an administrator goes through, its files, and what its script posts.
struct SignupPages: Sendable {
    let desk: PairingDesk
    let app: SharedServiceConfiguration.App
    let graphVersion: String
    let publicURL: PublicURL
    let sdkURL: String
    let logger: Logger

    // MARK: What is shown

    /// The page of a pairing.
    func page(_ id: String, _ request: HTTPRequest) async -> HTTPResponse {
        let record = await desk.record(id, page: nil)
        let language = SignupTexts.Language(
            record?.start.language, acceptLanguage: request.headers[canonicalForm: "Accept-Language"].joined(separator: ","))
        let texts = SignupTexts(language)
        guard let record else {
            return html(status: .notFound, SignupPages.fill(PackageResources.ended_html, language, ["TITLE": texts.title, "TEXT": texts.unknown]))
        }
        let state = await desk.state(of: record, language: language)
        let values: [String: String] = [
            "TITLE": texts.title, "INTRODUCTION": texts.introduction(record.start), "INSTANCE": record.start.instance,
            "ADDRESS": record.start.callback, "WARNING": texts.warning, "BEGIN": texts.begin, "GIVE_UP": texts.giveUp, "CONFIRM": texts.confirm,
            "DECLINE": texts.decline, "TAKEOVER": texts.takeover, "NO_SCRIPT": texts.noScript, "INSTANCE_LABEL": texts.instanceLabel,
            "ADDRESS_LABEL": texts.addressLabel, "ID": record.id, "KIND": record.start.kind.rawValue,
            "COEXISTENCE": texts.coexistence, "COEXISTENCE_HINT": texts.coexistenceHint, "TOKEN": record.pageToken, "APP": app.id,
            "CONFIGURATION": app.configurationID, "VERSION": graphVersion, "SDK": sdkURL, "MESSAGE_ORIGIN": messageOrigin ?? "",
            "TEXTS": Self.json(texts.script), "STATE": Self.json(state),
        ]
        return html(status: .ok, Self.fill(PackageResources.signup_html, language, values))
    }

    /// A file of the page.
    func file(_ name: String) -> HTTPResponse {
        let (bytes, type): ([UInt8], String)
        switch name {
        case "signup.js": (bytes, type) = (PackageResources.signup_js, "text/javascript; charset=utf-8")
        case "signup.css": (bytes, type) = (PackageResources.signup_css, "text/css; charset=utf-8")
        default: return .text(.notFound, "There is nothing here.\n")
        }
        return HTTPResponse(
            status: .ok, headers: ["Content-Type": type, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"],
            body: .bytes(ByteBuffer(bytes: bytes)))
    }

    /// Where window messages come from besides Meta: a stand-in's origin.
    private var messageOrigin: String? {
        sdkURL == SharedServiceConfiguration.metaSDK ? nil : WebOrigin(ofAddress: sdkURL)?.description
    }

    private func html(status: HTTPResponseStatus, _ text: String) -> HTTPResponse {
        let sdk = messageOrigin ?? "https://connect.facebook.net"
        let meta = "https://www.facebook.com https://web.facebook.com https://graph.facebook.com"
        let policy = [
            "default-src 'none'", "script-src 'self' \(sdk)", "style-src 'self'", "connect-src 'self' \(messageOrigin ?? meta)",
            "img-src 'self' \(messageOrigin ?? meta)", "frame-src \(messageOrigin ?? meta)", "base-uri 'none'", "form-action 'none'",
            "frame-ancestors 'none'",
        ]
        return HTTPResponse(
            status: status,
            headers: [
                "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": policy.joined(separator: "; "), "Referrer-Policy": "strict-origin",
                // Meta's dialog is a window that has to reach this one.
                "Cross-Origin-Opener-Policy": "same-origin-allow-popups", "X-Frame-Options": "DENY",
            ],
            body: .bytes(ByteBuffer(string: text)))
    }

    static func fill(_ template: [UInt8], _ language: SignupTexts.Language, _ values: [String: String]) -> String {
        var text = ""
        var rest = String(decoding: template, as: UTF8.self)[...]
        // One pass, so that a value that looks like a place is none.
        while let start = rest.firstRange(of: "{{") {
            text += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: "}}") else { break }
            let name = String(rest[..<end.lowerBound])
            text += name == "LANGUAGE" ? language.rawValue : escaped(values[name] ?? "")
            rest = rest[end.upperBound...]
        }
        return text + rest
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    private static func json(_ value: some Encodable) -> String { String(decoding: (try? Pairing.encode(value)) ?? [], as: UTF8.self) }

    // MARK: What the script posts

    /// What the page's script says.
    private struct Message {
        var page: String
        var code: String?
        var session: JSON?
        var isConfirmed: Bool
    }

    /// Takes what the page's script posts.
    func act(_ id: String, _ verb: String, _ request: HTTPRequest) async -> HTTPResponse {
        await JSONAnswer.catching(logger) {
            guard isOwn(request) else { throw Pairing.Refusal(.badRequest, "This request does not come from the page.") }
            let message = try await message(of: request)
            guard let record = await desk.record(id, page: message.page) else { throw PairingDesk.notFound }
            let language = SignupTexts.Language(
                record.start.language, acceptLanguage: request.headers[canonicalForm: "Accept-Language"].joined(separator: ","))
            do {
                let changed = try await act(verb, message, on: record)
                return try JSONAnswer.success(await desk.state(of: changed, language: language))
            } catch let refusal as Pairing.Refusal where refusal.known == .codeRefused {
                // Another window was faster; this one shows so, and the other goes on.
                return try JSONAnswer.success(PageState(step: .working, text: SignupTexts(language).elsewhere))
            }
        }
    }

    private func act(_ verb: String, _ message: Message, on record: PairingRecord) async throws -> PairingRecord {
        switch verb {
        case "code":
            guard let code = message.code, (1...4_096).contains(code.utf8.count) else { throw Pairing.Refusal(.badRequest, "The code is missing.") }
            return try await desk.take(code: code, session: message.session, at: record.id)
        case "session": return try await desk.take(session: message.session ?? .null, at: record.id)
        case "takeover": return try await desk.takeOver(message.isConfirmed, at: record.id)
        case "state": return record
        case "cancel":
            try await desk.end(
                record.id, Pairing.Refusal(.cancelled, "The administrator gave up on the service's page. Start again if you still want it."))
            return await desk.record(record.id, page: nil) ?? record
        default: throw Pairing.Refusal(.notFound, "There is nothing here.")
        }
    }

    /// Whether a request was made by our own page: browsers say so, and what is no browser has nothing to do here.
    private func isOwn(_ request: HTTPRequest) -> Bool {
        let origins = request.headers["Origin"]
        let sites = request.headers["Sec-Fetch-Site"]
        guard origins.count <= 1, sites.allSatisfy({ $0 == "same-origin" }) else { return false }
        guard let origin = origins.first else { return !sites.isEmpty }
        return origin == WebOrigin(publicURL).description
    }

    private func message(of request: HTTPRequest) async throws -> Message {
        let types = request.headers["Content-Type"]
        let bytes = try await JSONAnswer.body(of: request)
        guard types.count == 1, types[0].lowercased().hasPrefix("application/json"), let json = try? JSON(Array(bytes.readableBytesView)),
            case .string(let page)? = json["page"]
        else { throw Pairing.Refusal(.badRequest, "The request cannot be read.") }
        let code: String? = if case .string(let text)? = json["code"] { text } else { nil }
        let session = json["session"].flatMap { $0 == .null ? nil : $0 }
        return Message(page: page, code: code, session: session, isConfirmed: json["confirm"]?.bool ?? false)
    }
}
