public import Bridge
public import Protocol

/// Sends what the bridge decides over the Graph API.
public struct GraphSender: WhatsAppPort {
    private let client: GraphClient
    private let credentials: @Sendable (_ account: String) async -> GraphCredentials?
    private let observe: @Sendable (_ account: String, GraphUsage) -> Void

    /// - Parameters:
    ///   - client: what to call with
    ///   - credentials: the credentials of a WhatsApp Business Account, `nil` if none are stored
    ///   - observe: gets how much of an account's call limits is used up
    public init(
        client: GraphClient,
        credentials: @escaping @Sendable (_ account: String) async -> GraphCredentials?,
        observe: @escaping @Sendable (_ account: String, GraphUsage) -> Void = { _, _ in }
    ) {
        self.client = client
        self.credentials = credentials
        self.observe = observe
    }

    /// Sends once.
    public func send(_ request: SendRequest) async -> SendResult {
        guard let credentials = await credentials(request.account), !credentials.accessToken.isEmpty else {
            // As if the token were refused: its numbers' queues stop until there is one.
            return .refused(DeliveryError(code: 190, details: "No access token is stored for the account."))
        }
        guard let recipient = Self.recipient(among: request.recipient) else {
            return .refused(DeliveryError(code: 131_008, details: "The recipient has neither a phone number nor a user ID."))
        }
        guard let content = GraphMessage.Content(request.content) else {
            return .refused(DeliveryError(code: 131_009, details: "The message was not ready to be sent."))
        }
        let message = GraphMessage(
            to: recipient,
            content: content,
            quotedMessageID: content.canQuote ? request.quotes?.rawValue : nil,
            callbackData: request.messageID
        )
        let result = await client.send(message, from: request.number.rawValue, with: credentials)
        if let usage = result.usage { observe(request.account, usage) }
        return switch result.outcome {
        case .accepted(let receipt): .accepted(Wamid(rawValue: receipt.wamid))
        case .rejected(let error): .refused(DeliveryError(error))
        case .notSent(let reason): .notSent(reason)
        case .ambiguous(let reason): .ambiguous(reason)
        }
    }

    /// Tells a customer that a message was read. What became of it does not matter.
    public func markRead(_ receipt: ReadReceipt) async {
        guard let credentials = await credentials(receipt.account), !credentials.accessToken.isEmpty else { return }
        _ = await client.markRead(
            GraphReadReceipt(messageID: receipt.wamid.rawValue, showsTyping: receipt.showsTyping),
            at: receipt.number.rawValue,
            with: credentials
        )
    }

    /// Which of a customer's names to send to: the phone number if Meta shows it, for it survives where a user ID changes;
    /// then the user ID, and last its parent.
    static func recipient(among aliases: [Alias]) -> GraphMessage.Recipient? {
        for kind in [Alias.Kind.group, .phone, .businessScopedUserID, .parentBusinessScopedUserID] {
            guard let alias = aliases.first(where: { $0.kind == kind }) else { continue }
            return switch alias {
            case .group(let id): .group(id)
            case .phone(let digits): .phone(digits)
            case .businessScopedUserID(let id), .parentBusinessScopedUserID(let id): .user(id)
            }
        }
        return nil
    }
}

extension DeliveryError {
    /// Says in the product's words what the Graph API said. An answer without a code counts as the unknown error, 1.
    init(_ error: GraphError) {
        self.init(
            code: error.code ?? 1,
            subcode: error.subcode,
            isTransient: error.isTransient,
            details: error.details ?? error.userMessage ?? error.message
        )
    }
}
