import Bridge
import Protocol

/// The persons of one change, found by their identifiers: contacts belong to the change, not to a message at the same position.
struct People {
    private let contacts: [WhatsApp.Contact]
    /// The only contact of a change whose messages all come from one sender: it is that sender, whatever the spelling.
    private let only: WhatsApp.Contact?

    init(contacts: [WhatsApp.Contact], messages: some Sequence<WhatsApp.Message>) {
        self.contacts = contacts
        only = contacts.count == 1 && Set(messages.lazy.map { [$0.from, $0.fromUserID] }).count == 1 ? contacts.first : nil
    }

    /// Who a conversation is with: the sender under every name that the change gives, or the group alone.
    ///
    /// - Returns: the names, the one that survives longest first; none if the change does not say. And what the sender calls themselves.
    func sender(of message: WhatsApp.Message) -> (aliases: [Alias], name: String?) {
        let contact = contact(of: message)
        let name = contact?.name ?? contact?.username.map { "@" + $0 }
        if let group = message.groupID { return ([.group(group)], name) }
        let named = [
            message.fromUserID, contact?.userID, message.fromParentUserID, contact?.parentUserID, message.from, contact?.waID,
        ].compactMap(\.self)
        let system: WhatsApp.SystemNotice? = if case .system(let notice) = message.content { notice } else { nil }
        // News of a customer may name them only inside: as they were known, else as they are known now.
        let identifiers = named.isEmpty ? [system?.previousUserID ?? system?.userID, system?.customer ?? system?.waID].compactMap(\.self) : named
        // The fields of BSUIDs hold nothing else, but the fields of phone numbers were seen holding BSUIDs.
        let opaque = Set(
            [
                message.fromUserID, contact?.userID, message.fromParentUserID, contact?.parentUserID, system?.previousUserID, system?.userID,
            ].compactMap(\.self)
        )
        let parents = Set([message.fromParentUserID, contact?.parentUserID].compactMap(\.self))
        var aliases: [Alias] = []
        for identifier in identifiers {
            let alias: Alias?
            if WhatsApp.isParentBusinessScopedUserID(identifier) || parents.contains(identifier) {
                alias = .parentBusinessScopedUserID(identifier)
            } else if WhatsApp.isBusinessScopedUserID(identifier) || opaque.contains(identifier) {
                alias = .businessScopedUserID(identifier)
            } else {
                alias = Self.phone(identifier)
            }
            if let alias, alias.value.utf8.count <= 256, !aliases.contains(alias) { aliases.append(alias) }
        }
        if aliases.isEmpty, let other = [message.from, contact?.waID].compactMap(\.self).first(where: { $0.utf8.count <= 256 }) {
            // No number, and no form that is known: it can still be an identifier that Meta takes back.
            aliases.append(.businessScopedUserID(other))
        }
        return (aliases, name)
    }

    /// Whom the business wrote to with WhatsApp's own app, and what they call themselves.
    func recipient(of message: WhatsApp.Message) -> (aliases: [Alias], name: String?) {
        if let group = message.groupID { return ([.group(group)], nil) }
        let contact = contacts.first { contact in
            if let userID = message.toUserID { return contact.userID == userID }
            return message.to != nil && contact.waID == message.to
        }
        var aliases: [Alias] = []
        for identifier in [message.toUserID, contact?.userID, contact?.parentUserID, message.to].compactMap(\.self) {
            let alias = Self.alias(identifier)
            if let alias, alias.value.utf8.count <= 256, !aliases.contains(alias) { aliases.append(alias) }
        }
        return (aliases, contact?.name ?? contact?.username.map { "@" + $0 })
    }

    /// What kind of name an identifier is, by its form.
    static func alias(_ identifier: String) -> Alias? {
        if WhatsApp.isParentBusinessScopedUserID(identifier) { return .parentBusinessScopedUserID(identifier) }
        if WhatsApp.isBusinessScopedUserID(identifier) { return .businessScopedUserID(identifier) }
        return phone(identifier)
    }

    private func contact(of message: WhatsApp.Message) -> WhatsApp.Contact? {
        let match = contacts.first { contact in
            if let userID = message.fromUserID { return contact.userID == userID }
            return message.from != nil && (contact.waID == message.from || contact.userID == message.from)
        }
        return match ?? only
    }

    /// A phone number out of digits, with whatever people put between them; `nil` if that leaves no number.
    private static func phone(_ text: String) -> Alias? {
        let separators: Set<Character> = ["+", " ", "-", "(", ")", ".", "/"]
        let digits = text.filter { !separators.contains($0) }
        guard (1...20).contains(digits.utf8.count), digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return .phone(digits)
    }
}
