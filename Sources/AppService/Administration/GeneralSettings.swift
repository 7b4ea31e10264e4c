/// What is set for an instance as a whole, as an administrator sees it.
public struct GeneralSettings: Equatable, Sendable {
    /// The base of the shared onboarding service; nil if there is none. The configuration file's.
    public var sharedServiceURL: String?
    /// The base of Meta's Graph API. The configuration file's.
    public var graphBaseURL: String
    /// The version of the Graph API. The configuration file's.
    public var graphVersion: String
    /// The base under which the service is reached. The configuration file's.
    public var publicURL: String
    /// Whether there is an app secret.
    public var isAppSecretSet: Bool
    /// Whether there is a verify token.
    public var isVerifyTokenSet: Bool
    /// The closing text that new numbers begin with.
    public var closedMessage: String
    /// How long messages are kept, in days.
    public var retentionDays: Int
    /// How important a line of the recent log is at least.
    public var logLevel: RecentLogLevel

    /// The days that messages may be kept.
    public static let retentionRange = 1...3_650

    /// As they are after a change that was taken over.
    public func changed(by change: GeneralChange) -> GeneralSettings {
        var settings = self
        if change.appSecret != nil { settings.isAppSecretSet = true }
        if change.verifyToken != nil { settings.isVerifyTokenSet = true }
        if let text = change.closedMessage { settings.closedMessage = (try? NumberRules.closedMessage(text)) ?? text }
        if let days = change.retentionDays { settings.retentionDays = min(max(days, Self.retentionRange.lowerBound), Self.retentionRange.upperBound) }
        if let level = change.logLevel { settings.logLevel = level }
        return settings
    }
}

/// What of it is to be changed; nil leaves it as it is.
public struct GeneralChange: Sendable {
    /// A new app secret; the one before still counts.
    public var appSecret: Secret?
    /// A new verify token.
    public var verifyToken: Secret?
    /// The closing text that new numbers begin with.
    public var closedMessage: String?
    /// How long messages are kept, in days; what is out of range is taken for the nearest.
    public var retentionDays: Int?
    /// How important a line of the recent log is at least.
    public var logLevel: RecentLogLevel?

    /// Changes nothing yet.
    public init() {}
}
