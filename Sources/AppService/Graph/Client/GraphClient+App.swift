import AsyncHTTPClient
import NIOCore
import NIOHTTP1
public import Protocol

/// What only the owner of a Meta app can do (WhatsApp Cloud API, 5.2 and 5.6).
extension GraphClient {
    /// Exchanges a signup's code for the account's access token. A code can be used once, and lives for 30 seconds.
    ///
    /// - Parameters:
    ///   - code: what Meta's dialog gave to the browser
    ///   - app: the app's ID
    ///   - secret: the app's secret
    public func exchange(code: Secret, app: String, secret: Secret) async -> GraphResult<GraphIssuedToken> {
        let query: KeyValuePairs = ["client_id": app, "client_secret": secret.revealed, "code": code.revealed]
        // What proves us here is the secret; no token exists yet.
        let nobody = GraphCredentials(accessToken: Secret(""))
        guard let url = address(["oauth", "access_token"], query: query, with: nobody) else { return GraphResult(outcome: .notSent(Self.badAddress)) }
        var request = HTTPClientRequest(url: url)
        request.headers = ["Accept": "application/json", "User-Agent": "whatsapp-connector"]
        do {
            let result = try await exchange(request).result(read: { GraphIssuedToken.decode($0.readableBytesView) }, hiding: secret)
            return result.hiding(code)
        } catch {
            return GraphResult(outcome: .ambiguous(GraphFailurePhrase.phrase(for: error)))
        }
    }

    /// Asks as an app what an access token may do.
    ///
    /// - Parameters:
    ///   - token: the token to ask about
    ///   - app: the app's ID
    ///   - secret: the app's secret
    public func tokenInfo(of token: Secret, app: String, secret: Secret) async -> GraphResult<GraphTokenInfo> {
        let credentials = GraphCredentials(accessToken: Secret("\(app)|\(secret.revealed)"))
        let result = await get(["debug_token"], query: ["input_token": token.revealed], with: credentials) {
            try? GraphTokenInfo.decode($0.readableBytesView)
        }
        return result.hiding(token)
    }

    /// Takes a number's own address for webhooks back, whoever set it (WhatsApp Cloud API, 1.6). Doing it twice does no harm.
    ///
    /// - Parameters:
    ///   - number: the phone number ID
    ///   - credentials: what to call with
    public func removeOverride(of number: String, with credentials: GraphCredentials) async -> GraphResult<GraphSuccess> {
        let body = Array(#"{"webhook_configuration":{"override_callback_uri":""}}"#.utf8)
        return await post({ body }, to: [number], with: credentials) { Self.success($0) }
    }

    /// Ends the subscription of the token's app to an account's webhooks. Doing it twice does no harm.
    ///
    /// - Parameters:
    ///   - account: the WhatsApp Business Account ID
    ///   - credentials: what to call with
    public func unsubscribe(from account: String, with credentials: GraphCredentials) async -> GraphResult<GraphSuccess> {
        guard let url = address([account, "subscribed_apps"], with: credentials) else { return GraphResult(outcome: .notSent(Self.badAddress)) }
        var request = HTTPClientRequest(url: url)
        request.method = .DELETE
        request.headers = [
            "Authorization": "Bearer \(credentials.accessToken.revealed)",
            "Accept": "application/json",
            "User-Agent": "whatsapp-connector",
        ]
        do {
            return try await exchange(request).result(read: { Self.success($0) }, hiding: credentials.accessToken)
        } catch {
            return GraphResult(outcome: .ambiguous(GraphFailurePhrase.phrase(for: error)))
        }
    }
}

extension GraphResult {
    /// The same without a secret that Meta may have quoted.
    fileprivate func hiding(_ secret: Secret) -> Self {
        guard case .rejected(let error) = outcome else { return self }
        return GraphResult(outcome: .rejected(error.hiding(secret)), usage: usage, traceID: traceID)
    }
}

extension GraphCredentials {
    /// What proves that a call comes from the app's owner, for somebody who is not to have the secret itself.
    package var proofForOthers: String? { proof }
}
