import Protocol

/// Who gets what of a webhook notification. Each instance gets its own changes only, in the bytes that Meta wrote; if a whole
/// notification is for one instance, it gets the original (WhatsApp Cloud API, 5.8).
struct WebhookSplit: Sendable {
    /// What goes to one instance.
    struct Share: Equatable, Sendable {
        /// The binding's ID.
        var binding: String
        /// The notification's body.
        var body: [UInt8]
        /// Whether it tells the instance that its account is gone, so that the binding ends with it.
        var isFarewell: Bool
    }

    /// One change, and where it belongs.
    private struct Change: Sendable {
        var raw: RawJSON
        var account: String?
        var number: String?
        var field: String?
        var isFarewell: Bool
    }

    private struct Entry: Sendable {
        var object: RawJSONObject
        var changes: [Change]
    }

    private let original: [UInt8]
    private let body: RawJSONObject
    private let entries: [Entry]
    /// Changes that could not even be read as such.
    private let unreadable: Int

    /// Takes a notification apart; nil if it cannot be read.
    init?(_ bytes: [UInt8]) {
        guard let body = try? RawJSONObject(bytes), let list = body.raw("entry")?.elements else { return nil }
        original = bytes
        self.body = body
        var entries: [Entry] = []
        var unreadable = 0
        for element in list {
            guard let object = try? RawJSONObject(element), let changes = object.raw("changes")?.elements else {
                unreadable += 1
                continue
            }
            let id = object["id"]?.text
            entries.append(Entry(object: object, changes: changes.map { Self.change($0, entry: id) }))
        }
        self.entries = entries
        self.unreadable = unreadable
    }

    private static func change(_ raw: RawJSON, entry: String?) -> Change {
        guard let object = try? RawJSONObject(raw) else { return Change(raw: raw, account: entry, isFarewell: false) }
        let field = object["field"]?.text
        let value = object.raw("value").flatMap { try? RawJSONObject($0) }
        let event = field == "account_update" ? value?["event"]?.text : nil
        // In some partner events the entry's ID is a portfolio's, and the account stands in the value (WhatsApp Cloud API, 1.3).
        let account = field == "account_update" ? value?["waba_info"]?["waba_id"]?.text ?? entry : entry
        return Change(
            raw: raw, account: account, number: value?["metadata"]?["phone_number_id"]?.text, field: field,
            isFarewell: event.map(WebhookFields.farewells.contains) ?? false)
    }

    /// The accounts that something happened to.
    var accounts: Set<String> { Set(entries.flatMap { $0.changes.compactMap(\.account) }) }

    /// Divides it among bindings.
    ///
    /// - Parameter bindings: those of ``accounts``, by account
    /// - Returns: a share for each that gets something, and how many changes nobody gets
    func shares(among bindings: [String: [RelayBinding]]) -> (shares: [Share], unclaimed: Int) {
        var order: [String] = []
        /// By binding: the changes' places in their entries, entry by entry.
        var taken: [String: [[Int]]] = [:]
        var farewells: Set<String> = []
        var unclaimed = unreadable
        for (place, entry) in entries.enumerated() {
            for (index, change) in entry.changes.enumerated() {
                let receivers = Self.receivers(of: change, among: change.account.flatMap { bindings[$0] } ?? [])
                if receivers.isEmpty { unclaimed += 1 }
                for receiver in receivers where Self.isForwarded(change, to: receiver) {
                    if taken[receiver.id] == nil {
                        order.append(receiver.id)
                        taken[receiver.id] = Array(repeating: [], count: entries.count)
                    }
                    taken[receiver.id]?[place].append(index)
                    if change.isFarewell { farewells.insert(receiver.id) }
                }
            }
        }
        let shares = order.map { id in
            Share(binding: id, body: content(of: taken[id] ?? []), isFarewell: farewells.contains(id))
        }
        return (shares, unclaimed)
    }

    /// Whoever is not acknowledged yet comes after whoever is.
    private static func receivers(of change: Change, among bindings: [RelayBinding]) -> [RelayBinding] {
        for state in [RelayBinding.State.live, .provisional] {
            let candidates = bindings.filter { $0.state == state }
            // Who is alone with an account gets all of it, among it numbers that were added elsewhere.
            if candidates.count == 1 { return candidates }
            if candidates.isEmpty { continue }
            // Nobody may see a number of another's, so a number of nobody's goes to nobody.
            if let number = change.number { return Array(candidates.filter { $0.covers(number) }.prefix(1)) }
            return change.field.map(WebhookFields.isAboutAccount) ?? false ? candidates : []
        }
        return []
    }

    private static func isForwarded(_ change: Change, to binding: RelayBinding) -> Bool {
        switch binding.mode {
        case .relay: true
        case .direct: !(change.field.map(WebhookFields.overridable.contains) ?? false)
        }
    }

    private func content(of taken: [[Int]]) -> [UInt8] {
        let isWhole = unreadable == 0 && zip(entries, taken).allSatisfy { $0.changes.count == $1.count }
        if isWhole { return original }
        let shown = zip(entries, taken).compactMap { entry, indices -> RawJSON? in
            if indices.isEmpty { return nil }
            if indices.count == entry.changes.count { return entry.object.raw }
            return entry.object.replacing("changes", with: RawJSON(elements: indices.map { entry.changes[$0].raw }))
        }
        return body.replacing("entry", with: RawJSON(elements: shown)).bytes
    }
}
