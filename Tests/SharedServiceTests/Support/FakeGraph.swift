import AppService
import Logging
import NIOCore
import NIOHTTP1
import Protocol
import Transport

/// As much of the Graph API as a signup needs.
final class FakeGraph: Sendable {
    /// A token as Meta knows it.
    struct Token: Sendable {
        var app = World.appID
        var scopes = ["whatsapp_business_management", "whatsapp_business_messaging"]
        /// Nil: all accounts of the business.
        var targets: [String]? = ["1001"]
        var expiresAt = 1_795_000_000
    }

    struct State: Sendable {
        /// Codes that can still be used.
        var codes: [String: String] = [:]
        var tokens: [String: Token] = [:]
        /// Numbers by account.
        var accounts: [String: [String]] = ["1001": ["2001", "2002"], "1002": ["2101"]]
        var subscribed: Set<String> = []
        /// `METHOD path` of every call.
        var calls: [String] = []
        /// Whether the exchange answers with the token alone.
        var answersBareTokens = false
        /// Calls that wait until they are let go, by `METHOD path`.
        var held: Set<String> = []
        /// Calls that fail with a status and a code of the Graph API.
        var failing: [String: (status: Int, code: Int)] = [:]
    }

    let state = Watched(State())

    func serve(onListening: @escaping @Sendable (Int) async -> Void) -> HTTPServer {
        HTTPServer(
            configuration: .init(), logger: Logger(label: "graph") { _ in SwiftLogNoOpLogHandler() },
            onListening: { await onListening($0.port ?? 0) }, handler: { .response(await self.answer($0)) })
    }

    /// A code that can be exchanged for a token.
    func issue(_ code: String, token: String, _ properties: Token = Token()) {
        state.update {
            $0.codes[code] = token
            $0.tokens[token] = properties
        }
    }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let segments = request.path.split(separator: "/").map(String.init)
        guard segments.first == "v25.0" else { return Self.error(400, 2500) }
        let call = "\(request.method) \(segments.dropFirst().joined(separator: "/"))"
        state.update { $0.calls.append(call) }
        _ = try? await state.first { !$0.held.contains(call) }
        if let failure = state.current.value.failing[call] { return Self.error(failure.status, failure.code) }
        switch (request.method, segments.dropFirst()) {
        case (.GET, ["oauth", "access_token"]): return exchange(request)
        case (.GET, ["debug_token"]): return debug(request)
        case (.GET, let path) where path.count == 1: return account(segments[1], request)
        case (.GET, let path) where path.last == "phone_numbers": return numbers(segments[1], request)
        case (.POST, let path) where path.last == "subscribed_apps": return subscribe(segments[1], true, request)
        case (.POST, let path) where path.count == 1: return Self.json(["success": true])
        case (.DELETE, let path) where path.last == "subscribed_apps": return subscribe(segments[1], false, request)
        default: return Self.error(400, 2500)
        }
    }

    private func exchange(_ request: HTTPRequest) -> HTTPResponse {
        guard request.query["client_id"] == World.appID, request.query["client_secret"] == World.appSecret else { return Self.error(400, 101) }
        let (token, isBare) = state.update { ($0.codes.removeValue(forKey: request.query["code"] ?? ""), $0.answersBareTokens) }
        guard let token else { return Self.error(400, 100) }
        return isBare ? .text(.ok, token) : Self.json(["access_token": .string(token), "token_type": "bearer"])
    }

    private func debug(_ request: HTTPRequest) -> HTTPResponse {
        guard request.headers["Authorization"] == ["Bearer \(World.appID)|\(World.appSecret)"] else { return Self.error(400, 190) }
        guard let token = state.current.value.tokens[request.query["input_token"] ?? ""] else {
            return Self.json(["data": ["is_valid": false, "scopes": [], "error": ["message": "gone"]]])
        }
        let grants = token.scopes.map { scope -> JSON in
            token.targets.map { ["scope": .string(scope), "target_ids": .array($0.map(JSON.string))] } ?? ["scope": .string(scope)]
        }
        return Self.json([
            "data": [
                "app_id": .string(token.app), "is_valid": true, "expires_at": .number(JSONNumber(Int64(token.expiresAt))),
                "data_access_expires_at": 0, "scopes": .array(token.scopes.map(JSON.string)), "granular_scopes": .array(grants),
            ]
        ])
    }

    private func isAllowed(_ account: String, _ request: HTTPRequest) -> Bool {
        let field = request.headers["Authorization"].first ?? ""
        guard let token = state.current.value.tokens[String(field.dropFirst("Bearer ".count))] else { return false }
        return token.targets?.contains(account) ?? (state.current.value.accounts[account] != nil)
    }

    private func account(_ id: String, _ request: HTTPRequest) -> HTTPResponse {
        guard isAllowed(id, request), state.current.value.accounts[id] != nil else { return Self.error(400, 100) }
        return Self.json(["id": .string(id), "name": "Example"])
    }

    private func numbers(_ id: String, _ request: HTTPRequest) -> HTTPResponse {
        guard isAllowed(id, request), let numbers = state.current.value.accounts[id] else { return Self.error(400, 100) }
        return Self.json(["data": .array(numbers.map { ["id": .string($0), "display_phone_number": "+49 30 1"] })])
    }

    private func subscribe(_ id: String, _ isSubscribed: Bool, _ request: HTTPRequest) -> HTTPResponse {
        guard isAllowed(id, request) else { return Self.error(400, 190) }
        state.update { if isSubscribed { $0.subscribed.insert(id) } else { $0.subscribed.remove(id) } }
        return Self.json(["success": true])
    }

    private static func json(_ value: JSON) -> HTTPResponse {
        HTTPResponse(status: .ok, headers: ["Content-Type": "application/json"], body: .bytes(ByteBuffer(bytes: value.bytes)))
    }

    private static func error(_ status: Int, _ code: Int64) -> HTTPResponse {
        let value: JSON = ["error": ["message": "refused", "type": "OAuthException", "code": .number(JSONNumber(code))]]
        return HTTPResponse(status: .init(statusCode: status), body: .bytes(ByteBuffer(bytes: value.bytes)))
    }

    private static func error(_ status: Int, _ code: Int) -> HTTPResponse { error(status, Int64(code)) }
}
