/// The fields of a webhook that Meta delivers to an override instead of the app's own address (WhatsApp Cloud API, 1.6).
enum WebhookFields {
    /// What an instance in mode `direct` gets from Meta itself.
    static let overridable: Set<String> = [
        "messages", "message_echoes", "calls", "consumer_profile", "messaging_handovers", "group_lifecycle_update",
        "group_participants_update", "group_settings_update", "group_status_update", "smb_message_echoes", "smb_app_state_sync", "history",
        "account_settings_update",
    ]

    /// Whether a field is about the account as a whole, or about what all of its numbers share.
    static func isAboutAccount(_ field: String) -> Bool { field == "account_settings_update" || !overridable.contains(field) }

    /// Events of `account_update` after which the app has no access to the account any more (WhatsApp Cloud API, 1.8).
    static let farewells: Set<String> = ["PARTNER_REMOVED", "PARTNER_APP_UNINSTALLED", "ACCOUNT_OFFBOARDED", "ACCOUNT_DELETED"]
}
