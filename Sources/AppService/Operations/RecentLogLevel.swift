public import Logging

/// How important a line must be at least to get into an instance's recent log; from the most important on.
public enum RecentLogLevel: String, Sendable, CaseIterable {
    case error, warning, notice, info, debug

    /// The library's value.
    public var level: Logger.Level {
        switch self {
        case .error: .error
        case .warning: .warning
        case .notice: .notice
        case .info: .info
        case .debug: .debug
        }
    }
}
