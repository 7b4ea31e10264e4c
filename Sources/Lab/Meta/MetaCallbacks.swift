/// Where an app's webhooks go. A number's own address comes before the account's, and that before the app's (WhatsApp, Callback override).
struct MetaCallbacks: Sendable, Equatable {
    static let longestAddress = 200

    /// The app's own.
    var app: String?
    /// The accounts' overrides, by account ID.
    var accounts: [String: String] = [:]
    /// The numbers' overrides, by phone number ID.
    var numbers: [String: String] = [:]
    /// The accounts whose webhooks the app is subscribed to.
    var subscribed: Set<String> = []

    var isEmpty: Bool { app == nil && accounts.isEmpty && numbers.isEmpty }

    /// Where a change goes; nil if to nobody.
    func address(of numberID: String, account: String, field: String) -> String? {
        Self.overridable.contains(field) ? numbers[numberID] ?? accounts[account] ?? app : app
    }

    private static let overridable: Set = [
        "messages", "message_echoes", "calls", "consumer_profile", "messaging_handovers", "group_lifecycle_update",
        "group_participants_update", "group_settings_update", "group_status_update", "smb_message_echoes", "smb_app_state_sync", "history",
        "account_settings_update",
    ]
}

/// The question that Meta asks at a new address before it takes it over (WhatsApp, Verification).
struct MetaHandshake: Sendable, Equatable {
    /// Whose address it is.
    enum Target: Sendable, Equatable {
        /// The app's own, which gets the fields that are named, or those from before.
        case app(fields: [String])
        case account(String)
        case number(String)
    }

    /// The index of the app.
    var app = 0
    var target: Target
    var url: String
    var token: String
}
