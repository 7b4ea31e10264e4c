/// Builds webhook bodies (WhatsApp, Envelope).
enum MetaPayload {
    static func envelope(_ updates: [MetaUpdate], _ batching: MetaOptions.Batching, _ routing: MetaRouting) -> LabJSON {
        var entries: [(id: String, changes: [LabJSON])] = []
        let groups = batching == .oneChange ? merged(updates) : updates.map { [$0] }
        for group in groups {
            guard let first = group.first else { continue }
            let id = routing.entry(of: first)
            let change = change(group, routing.numbers)
            if batching != .entries, entries.last?.id == id {
                entries[entries.count - 1].changes.append(change)
            } else {
                entries.append((id, [change]))
            }
        }
        return [
            "object": "whatsapp_business_account",
            "entry": .array(entries.map { ["id": .string($0.id), "changes": .array($0.changes)] }),
        ]
    }

    /// Neighbours that may share a change: the same number, and nothing but messages and statuses.
    private static func merged(_ updates: [MetaUpdate]) -> [[MetaUpdate]] {
        var groups: [[MetaUpdate]] = []
        for update in updates {
            if let last = groups.last?.last, last.numberID == update.numberID, !last.isOther, !update.isOther {
                groups[groups.count - 1].append(update)
            } else {
                groups.append([update])
            }
        }
        return groups
    }

    private static func change(_ updates: [MetaUpdate], _ numbers: [MetaNumber]) -> LabJSON {
        if case .other(let field, let value)? = updates.first?.content { return ["value": value, "field": .string(field)] }
        var contacts: [LabJSON] = []
        var messages: [LabJSON] = []
        var statuses: [LabJSON] = []
        for update in updates {
            if let contact = update.contact, !contacts.contains(contact) { contacts.append(contact) }
            switch update.content {
            case .message(let message): messages.append(message)
            case .status(let status): statuses.append(status)
            case .other: break
            }
        }
        let number = numbers.first { $0.id == updates.first?.numberID }
        let value = LabJSON.object(
            ("messaging_product", "whatsapp"),
            (
                "metadata",
                [
                    "display_phone_number": .string(number?.displayNumber ?? ""), "phone_number_id": .string(updates.first?.numberID ?? ""),
                ]
            ),
            ("contacts", contacts.isEmpty ? nil : .array(contacts)), ("messages", messages.isEmpty ? nil : .array(messages)),
            ("statuses", statuses.isEmpty ? nil : .array(statuses)))
        return ["value": value, "field": "messages"]
    }
}

extension MetaUpdate {
    fileprivate var isOther: Bool {
        if case .other = content { return true }
        return false
    }
}
