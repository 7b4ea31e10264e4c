import Bridge
import Crypto
import Protocol

/// Where Meta delivers one number's notifications itself though the app is somebody else's (WhatsApp Cloud API, 1.7 C).
struct DirectPath: Equatable, Sendable {
    /// The number.
    var number: PhoneNumberID
    /// Its account.
    var account: String
    /// The segment behind `webhook`: 128 random bits.
    var path: Secret
    /// What Meta shows in its handshake.
    var verifyToken: Secret
    /// Whether the number is still being joined: there is a handshake then, and nothing else yet.
    var isPending = false

    /// Makes a path.
    init(number: PhoneNumberID, account: String, path: Secret, verifyToken: Secret, isPending: Bool = false) {
        self.number = number
        self.account = account
        self.path = path
        self.verifyToken = verifyToken
        self.isPending = isPending
    }

    /// Makes a path at random.
    static func random(for number: PhoneNumberID, of account: String) -> DirectPath {
        let path = Base64URL.text(SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) })
        return DirectPath(number: number, account: account, path: Secret(path), verifyToken: Secret(SealingKey.randomToken()), isPending: true)
    }

    /// Whether a segment of an address is this path, compared in constant time.
    func isAt(_ segment: String) -> Bool { path == Secret(segment) }

    /// The fields that Meta delivers to a number's own address and that the connector reads (WhatsApp Cloud API, 1.6). What an account is
    /// told of does not come here, so nobody can say here that it has ended.
    static let fields: Set<String> = ["messages", "message_echoes", "smb_message_echoes", "smb_app_state_sync", "history"]

    /// Whether all that a notification holds is of this number. Nothing else proves that it is Meta's.
    func holdsOnly(_ webhook: WhatsApp.Webhook) -> Bool {
        guard webhook.object == "whatsapp_business_account", !webhook.entries.isEmpty else { return false }
        return webhook.entries.allSatisfy { entry in
            guard let entry = entry.value, entry.id == account, !entry.changes.isEmpty else { return false }
            return entry.changes.allSatisfy { $0.value.map(isOurs) ?? false }
        }
    }

    private func isOurs(_ change: WhatsApp.Change) -> Bool {
        guard let field = change.field, Self.fields.contains(field) else { return false }
        switch change.value {
        case .messages(let value): return value.metadata?.phoneNumberID == number.rawValue
        case .other(.object(let value)):
            guard case .object(let metadata)? = value["metadata"] else { return false }
            return metadata["phone_number_id"] == .text(number.rawValue)
        case .other: return false
        }
    }
}
