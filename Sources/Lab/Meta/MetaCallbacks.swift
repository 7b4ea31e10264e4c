/// Where webhooks go. A number's own address comes before the account's, and that before the app's (WhatsApp, Callback override).
struct MetaCallbacks: Sendable, Equatable {
    static let longestAddress = 200

    /// The app's, which gets webhooks whether the app is subscribed to the account or not, so that scripts need not subscribe it.
    var app: String?
    /// The account's override.
    var account: String?
    /// The numbers' overrides, by phone number ID.
    var numbers: [String: String] = [:]

    var isEmpty: Bool { app == nil && account == nil && numbers.isEmpty }

    /// Where a change goes; nil if to nobody.
    func address(of numberID: String, field: String) -> String? {
        Self.overridable.contains(field) ? numbers[numberID] ?? account ?? app : app
    }

    private static let overridable: Set = [
        "messages", "message_echoes", "calls", "consumer_profile", "messaging_handovers", "group_lifecycle_update",
        "group_participants_update", "group_settings_update", "group_status_update", "smb_message_echoes", "smb_app_state_sync", "history",
        "account_settings_update",
    ]
}

/// The question that Meta asks at a new address before it takes it over (WhatsApp, Verification).
struct MetaHandshake: Sendable, Equatable {
    /// Whose override it is.
    enum Target: Sendable, Equatable {
        case account
        case number(String)
    }

    var target: Target
    var url: String
    var token: String
}
