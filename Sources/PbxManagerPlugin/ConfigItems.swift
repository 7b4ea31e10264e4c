import AppService
import Protocol

/// The items of the Config API, and what their values mean.
enum ConfigItems {
    /// An item with its value.
    typealias Entry = (name: String, value: Config.Value)

    private static let levels = RecentLogLevel.allCases

    /// All items.
    static func items(of settings: GeneralSettings) -> [Config.Item] {
        let days = GeneralSettings.retentionRange
        return [
            Config.Item("sharedServiceUrl", .string),
            Config.Item("graphBaseUrl", .string),
            Config.Item("graphVersion", .string),
            Config.Item("publicBaseUrl", .string),
            Config.Item("appSecret", .password(isSet: settings.isAppSecretSet)),
            Config.Item("verifyToken", .password(isSet: settings.isVerifyTokenSet)),
            Config.Item("closedMessage", .string),
            Config.Item("retentionDays", .dword(Int64(days.lowerBound)...Int64(days.upperBound))),
            Config.Item("logLevel", .choice(levels.map(\.rawValue))),
        ]
    }

    /// All values; those of passwords are empty.
    static func values(of settings: GeneralSettings) -> [Entry] {
        fixed(settings) + [
            ("appSecret", .text("")),
            ("verifyToken", .text("")),
            ("closedMessage", .text(settings.closedMessage)),
            ("retentionDays", .number(Int64(settings.retentionDays))),
            ("logLevel", .number(Int64(levels.firstIndex(of: settings.logLevel) ?? 0))),
        ]
    }

    /// What only the configuration file can change: it decides where tokens go.
    private static func fixed(_ settings: GeneralSettings) -> [Entry] {
        [
            ("sharedServiceUrl", .text(settings.sharedServiceURL ?? "")),
            ("graphBaseUrl", .text(settings.graphBaseURL)),
            ("graphVersion", .text(settings.graphVersion)),
            ("publicBaseUrl", .text(settings.publicURL)),
        ]
    }

    /// The change that a session asks for; nil if something of it is not allowed.
    ///
    /// - Parameters:
    ///   - members: the items that it sends: the library sends all that are no passwords, changed or not
    ///   - settings: as they are
    ///   - key: of the session, under which passwords come
    static func change(by members: [JSONMember], of settings: GeneralSettings, key: SessionKey) -> GeneralChange? {
        let fixed = Dictionary(uniqueKeysWithValues: Self.fixed(settings).map { ($0.name, $0.value) })
        var change = GeneralChange()
        for member in members {
            switch member.name {
            case "appSecret":
                guard let secret = password(member.value, key) else { return nil }
                if !secret.isEmpty { change.appSecret = secret }
            case "verifyToken":
                guard let secret = password(member.value, key) else { return nil }
                if !secret.isEmpty { change.verifyToken = secret }
            case "closedMessage":
                guard case .string(let text) = member.value else { return nil }
                change.closedMessage = text
            case "retentionDays":
                guard let days = member.value.int64 else { return nil }
                change.retentionDays = Int(clamping: days)
            case "logLevel":
                guard let index = member.value.int64, let level = Int(exactly: index).flatMap({ levels.indices.contains($0) ? levels[$0] : nil })
                else { return nil }
                change.logLevel = level
            case let name:
                guard let value = fixed[name], case .string(let text) = member.value, value == .text(text) else { return nil }
            }
        }
        return change
    }

    /// A password; empty if it is not to be changed. In clear none is taken.
    private static func password(_ json: JSON, _ key: SessionKey) -> Secret? {
        if json == "" { return Secret("") }
        guard let text = SealedText(json)?.opened(under: key), !text.isEmpty else { return nil }
        return Secret(text)
    }
}
