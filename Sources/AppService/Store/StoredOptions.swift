public import Bridge

/// What an administrator set for a whole instance; nil where nobody did, and the configuration file or the default counts.
public struct StoredOptions: Equatable, Sendable {
    /// The closing text that new numbers begin with.
    public var closedMessage: String?
    /// How long messages are kept, in days.
    public var retentionDays: Int?
    /// How important a line of the recent log is at least.
    public var logLevel: RecentLogLevel?
    /// What is traced besides.
    public var traces: Set<TraceFlag>?
    /// When Meta verified the webhook's address last; not set by anybody, but known over a restart.
    public var webhookVerifiedAt: Moment?

    /// Creates options.
    public init(
        closedMessage: String? = nil, retentionDays: Int? = nil, logLevel: RecentLogLevel? = nil, traces: Set<TraceFlag>? = nil,
        webhookVerifiedAt: Moment? = nil
    ) {
        self.closedMessage = closedMessage
        self.retentionDays = retentionDays
        self.logLevel = logLevel
        self.traces = traces
        self.webhookVerifiedAt = webhookVerifiedAt
    }
}

extension StoredOptions {
    /// The options by the names they are stored under; those of a later version, or that cannot be read, count as not set.
    init(stored values: [String: String]) {
        closedMessage = values["closedMessage"]
        retentionDays = values["retentionDays"].flatMap { Int($0) }
        logLevel = values["logLevel"].flatMap(RecentLogLevel.init(rawValue:))
        traces = values["traces"].map { Set($0.split(separator: ",").compactMap { TraceFlag(rawValue: String($0)) }) }
        webhookVerifiedAt = values["webhookVerifiedAt"].flatMap { Int64($0) }.map(Moment.init(milliseconds:))
    }

    /// The options that are set, by the names they are stored under.
    var stored: [String: String] {
        var values: [String: String] = [:]
        values["closedMessage"] = closedMessage
        values["retentionDays"] = retentionDays.map { "\($0)" }
        values["logLevel"] = logLevel?.rawValue
        values["traces"] = traces.map { $0.map(\.rawValue).sorted().joined(separator: ",") }
        values["webhookVerifiedAt"] = webhookVerifiedAt.map { "\($0.milliseconds)" }
        return values
    }
}
