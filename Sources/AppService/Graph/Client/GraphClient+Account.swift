import AsyncHTTPClient
import NIOCore
import NIOHTTP1
public import Protocol

/// An account and its numbers: what is read of them, and what sets them up.
///
/// What only asks changes nothing, so it may be repeated whatever became of it; and so may the rest, which says what shall be, not what to add.
extension GraphClient {
    /// Asks what an access token may do. An app token would need the ID of the app, so the token answers for itself.
    ///
    /// - Parameter credentials: the token to ask about
    public func tokenInfo(with credentials: GraphCredentials) async -> GraphResult<GraphTokenInfo> {
        await get(["debug_token"], query: ["input_token": credentials.accessToken.revealed], with: credentials) {
            try? GraphTokenInfo.decode($0.readableBytesView)
        }
    }

    /// Reads an account.
    ///
    /// - Parameters:
    ///   - account: the WhatsApp Business Account ID
    ///   - credentials: what to call with
    public func account(_ account: String, with credentials: GraphCredentials) async -> GraphResult<GraphAccount> {
        await get([account], query: ["fields": "id,name"], with: credentials) { try? GraphAccount.decode($0.readableBytesView) }
    }

    /// Reads all phone numbers of an account, in Meta's order, at most ``mostNumberPages`` pages of 50.
    ///
    /// - Parameters:
    ///   - account: the WhatsApp Business Account ID
    ///   - credentials: what to call with
    public func phoneNumbers(of account: String, with credentials: GraphCredentials) async -> GraphResult<[GraphPhoneNumber]> {
        var numbers: [GraphPhoneNumber] = []
        var cursor: String?
        for _ in 0..<Self.mostNumberPages {
            let after = cursor
            let result = await withKnownFields { fields in
                let query: KeyValuePairs = after.map { ["fields": fields, "limit": "50", "after": $0] } ?? ["fields": fields, "limit": "50"]
                return await get([account, "phone_numbers"], query: query, with: credentials) {
                    try? GraphPhoneNumberPage.decode($0.readableBytesView)
                }
            }
            guard case .accepted(let page) = result.outcome else { return result.map { _ in [] } }
            numbers += page.numbers
            guard let next = page.next, next != cursor, !page.numbers.isEmpty else { return result.map { _ in numbers } }
            cursor = next
        }
        return GraphResult(outcome: .notSent("the list of numbers did not end"))
    }

    /// Reads one phone number.
    ///
    /// - Parameters:
    ///   - number: the phone number ID
    ///   - credentials: what to call with
    public func phoneNumber(_ number: String, with credentials: GraphCredentials) async -> GraphResult<GraphPhoneNumber> {
        await withKnownFields { fields in
            await get([number], query: ["fields": fields], with: credentials) { try? GraphPhoneNumber.decode($0.readableBytesView) }
        }
    }

    /// Registers a number for the Cloud API. A number that is in use in the WhatsApp Business app too must not be registered.
    ///
    /// - Parameters:
    ///   - number: the phone number ID
    ///   - pin: the PIN of its two-step verification
    ///   - credentials: what to call with
    public func register(_ number: String, pin: PIN, with credentials: GraphCredentials) async -> GraphResult<GraphSuccess> {
        let result = await post({ try GraphRegistration(pin: pin.secret.revealed).encoded() }, to: [number, "register"], with: credentials) {
            Self.success($0)
        }
        // Meta may quote what it does not like.
        guard case .rejected(let error) = result.outcome else { return result }
        return GraphResult(outcome: .rejected(error.hiding(pin.secret)), usage: result.usage, traceID: result.traceID)
    }

    /// Subscribes the token's app to an account's webhooks.
    ///
    /// - Parameters:
    ///   - subscription: where they shall go
    ///   - account: the WhatsApp Business Account ID
    ///   - credentials: what to call with
    public func subscribe(
        _ subscription: GraphSubscription, to account: String, with credentials: GraphCredentials
    ) async -> GraphResult<GraphSuccess> {
        await post({ try subscription.encoded() }, to: [account, "subscribed_apps"], with: credentials) { Self.success($0) }
    }

    /// Reads which apps get an account's webhooks.
    ///
    /// - Parameters:
    ///   - account: the WhatsApp Business Account ID
    ///   - credentials: what to call with
    public func subscribedApps(of account: String, with credentials: GraphCredentials) async -> GraphResult<GraphSubscribedApps> {
        await get([account, "subscribed_apps"], query: [:], with: credentials) { try? GraphSubscribedApps.decode($0.readableBytesView) }
    }

    /// Brings a number's webhooks to a place of its own, or takes that back.
    ///
    /// - Parameters:
    ///   - callback: where they shall go
    ///   - number: the phone number ID
    ///   - credentials: what to call with
    public func setCallback(
        _ callback: GraphNumberCallback, of number: String, with credentials: GraphCredentials
    ) async -> GraphResult<GraphSuccess> {
        await post({ try callback.encoded() }, to: [number], with: credentials) { Self.success($0) }
    }

    /// More pages of numbers are not read: an account has far fewer than 1,000 numbers (WhatsApp Cloud API, 5.5).
    static let mostNumberPages = 20

    /// Asks for all fields of a number that say something, or, where one of them is unknown, which spoils the whole call
    /// (WhatsApp Cloud API, 5.4), for those of Meta's own API description.
    private func withKnownFields<Value: Sendable>(
        _ call: (_ fields: String) async -> GraphResult<Value>
    ) async -> GraphResult<Value> {
        let basic = "id,display_phone_number,verified_name,quality_rating,status,code_verification_status"
        let result = await call(basic + ",platform_type,is_on_biz_app")
        guard case .rejected(let error) = result.outcome, error.code == 100, !error.isMissingObject else { return result }
        return await call(basic)
    }

    /// Makes a call that changes nothing.
    func get<Value: Sendable>(
        _ path: [String], query: KeyValuePairs<String, String>, with credentials: GraphCredentials, read: @Sendable (ByteBuffer) -> Value?
    ) async -> GraphResult<Value> {
        guard let url = address(path, query: query, with: credentials) else { return GraphResult(outcome: .notSent(Self.badAddress)) }
        var request = HTTPClientRequest(url: url)
        request.headers = [
            "Authorization": "Bearer \(credentials.accessToken.revealed)",
            "Accept": "application/json",
            "User-Agent": "whatsapp-connector",
        ]
        do {
            return try await exchange(request).result(read: read, hiding: credentials.accessToken)
        } catch {
            return GraphResult(outcome: .notSent(GraphFailurePhrase.phrase(for: error)))
        }
    }

    static func success(_ body: ByteBuffer) -> GraphSuccess? {
        (try? GraphSuccess.decode(body.readableBytesView)).flatMap { $0.success ? $0 : nil }
    }
}

extension GraphResult {
    /// The same with another value.
    func map<Other>(_ transform: (Value) -> Other) -> GraphResult<Other> {
        let outcome: GraphOutcome<Other> =
            switch outcome {
            case .accepted(let value): .accepted(transform(value))
            case .rejected(let error): .rejected(error)
            case .notSent(let phrase): .notSent(phrase)
            case .ambiguous(let phrase): .ambiguous(phrase)
            }
        return GraphResult<Other>(outcome: outcome, usage: usage, traceID: traceID)
    }
}
