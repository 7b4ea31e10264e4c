extension WhatsApp {
    /// What Meta tells of an account or of one of its numbers, besides messages (WhatsApp Cloud API, 1.8).
    public enum AccountNotice: Equatable, Sendable {
        /// The app has lost the account, for this reason in Meta's own word: nothing can be sent any more.
        case lost(account: String, reason: String)
        /// The app has the account again, as far as this event tells.
        case regained(account: String)
        /// A number's name or quality is another one, or the account is restricted: to be read anew.
        case changed(account: String)

        /// Events by which an app loses an account.
        static let losses: Set<String> = ["PARTNER_REMOVED", "PARTNER_APP_UNINSTALLED", "ACCOUNT_OFFBOARDED", "ACCOUNT_DELETED"]
        /// Events by which an app gets an account back.
        static let gains: Set<String> = ["ACCOUNT_RECONNECTED", "PARTNER_APP_INSTALLED", "PARTNER_ADDED"]

        /// All that a notification tells, in its order. What cannot be read tells nothing.
        ///
        /// - Parameter body: the raw bytes
        public static func all(in body: [UInt8]) -> [AccountNotice] {
            // Nearly every notification is about messages, and is read elsewhere.
            guard mentionsField(body), let webhook = try? Webhook.decode(body) else { return [] }
            return webhook.entries.flatMap { entry in
                guard let entry = entry.value else { return [AccountNotice]() }
                return entry.changes.compactMap { $0.value.flatMap { AccountNotice($0, entry) } }
            }
        }

        private init?(_ change: Change, _ entry: Entry) {
            guard case .other(.object(let value)) = change.value else { return nil }
            switch change.field {
            case "account_update":
                guard case .text(let event)? = value["event"] else { return nil }
                // In a partner's events the entry is its own portfolio.
                guard let account = Self.account(value["waba_info"]) ?? entry.id else { return nil }
                if Self.losses.contains(event) {
                    self = .lost(account: account, reason: event)
                } else if Self.gains.contains(event) {
                    self = .regained(account: account)
                } else {
                    self = .changed(account: account)
                }
            case "phone_number_name_update", "phone_number_quality_update", "account_review_update":
                guard let account = entry.id else { return nil }
                self = .changed(account: account)
            default: return nil
            }
        }

        private static func account(_ value: JSONValue?) -> String? {
            guard case .object(let info)? = value else { return nil }
            switch info["waba_id"] {
            case .text(let id)? where !id.isEmpty: return id
            case .integer(let id)?: return "\(id)"
            default: return nil
            }
        }

        /// Whether one of the fields is named anywhere, be it in a text. Looked for byte by byte: every notification is asked.
        private static func mentionsField(_ body: [UInt8]) -> Bool {
            body.withUnsafeBufferPointer { bytes in
                var rest = bytes[...]
                while let quote = rest.firstIndex(of: UInt8(ascii: "\"")) {
                    rest = rest[(quote + 1)...]
                    guard rest.first == UInt8(ascii: "a") || rest.first == UInt8(ascii: "p") else { continue }
                    if fieldNames.contains(where: { rest.starts(with: $0) }) { return true }
                }
                return false
            }
        }

        private static let fieldNames = [
            "account_update\"", "phone_number_name_update\"", "phone_number_quality_update\"", "account_review_update\"",
        ].map { Array($0.utf8) }
    }
}
