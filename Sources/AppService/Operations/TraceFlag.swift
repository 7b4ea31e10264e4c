import Logging

/// What can be traced of an instance while it runs, under the platform's labels (AppWebsocket, Trace flags).
public enum TraceFlag: String, Sendable, CaseIterable {
    /// What the instance itself does, step by step.
    case app
    /// Every message of its AppWebsocket sessions, without secrets.
    case appWebSocket
    /// What it writes into its database.
    case database
    /// Its requests to Meta.
    case httpClient
    /// Requests to it.
    case webserver

    /// The platform's label.
    public var label: String {
        switch self {
        case .app: "App"
        case .appWebSocket: "App WebSocket"
        case .database: "Database"
        case .httpClient: "HTTP client"
        case .webserver: "Webserver"
        }
    }

    /// The metadata key by which a line of the log says what it traces; its value is the label.
    public static let metadataKey = "trace"

    init?(label: String) {
        guard let flag = Self.allCases.first(where: { $0.label == label }) else { return nil }
        self = flag
    }
}

extension Logger {
    /// A logger whose lines are traced under a flag.
    func tracing(_ flag: TraceFlag) -> Logger {
        var logger = self
        logger[metadataKey: TraceFlag.metadataKey] = "\(flag.label)"
        return logger
    }
}
