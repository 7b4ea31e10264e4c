/// One message, status or other change that the connector is to be told.
struct MetaUpdate: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        case message(LabJSON)
        case status(LabJSON)
        case other(field: String, LabJSON)
    }

    var numberID: String
    var content: Content
    var contact: LabJSON?
    var wamid: String
    var status: String?
    var errorCode: Int?
    /// The ID of its account, if it is not the number's.
    var account: String?
    /// The index of the only app that gets it, at its own callback, subscribed or not; nil for all that are subscribed.
    var app: Int?
    /// The ID of its entry, if it is not the account's.
    var entry: String?

    /// The field of the change that it goes into.
    var field: String {
        if case .other(let field, _) = content { return field }
        return "messages"
    }
}

/// Who gets which update, and under which account.
struct MetaRouting: Sendable {
    var ownAccount: String
    var numbers: [MetaNumber]
    var apps: [MetaAppState]

    func account(of update: MetaUpdate) -> String {
        update.account ?? numbers.first { $0.id == update.numberID }?.account ?? ownAccount
    }

    /// The ID of the entry that an update goes into.
    func entry(of update: MetaUpdate) -> String { update.entry ?? account(of: update) }

    /// Whether there is a POST for an app at all. The lab's own app has one even while it goes nowhere, so that tests need no address.
    func delivers(_ update: MetaUpdate, to app: Int) -> Bool {
        apps[app].isLenient && update.app == nil && account(of: update) == ownAccount || address(of: update, for: app) != nil
    }

    /// Where an app gets an update; nil if it does not.
    func address(of update: MetaUpdate, for app: Int) -> String? {
        guard apps.indices.contains(app) else { return nil }
        if let only = update.app { return only == app ? apps[app].callbacks.app : nil }
        return apps[app].address(of: update.numberID, account: account(of: update), ownAccount: ownAccount, field: update.field)
    }
}
