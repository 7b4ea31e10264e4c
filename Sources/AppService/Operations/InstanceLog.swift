import Bridge
import Logging
import Synchronization

/// The log of one instance: everything goes to the process's log as before, and what the instance's level and trace flags let through is
/// kept in its recent log, without secrets.
///
/// The two are judged apart: an administrator of one instance does not change what the operator of all sees.
public final class InstanceLog: Sendable {
    private struct State {
        var level = RecentLogLevel.info
        var traces: Set<TraceFlag> = []
    }

    /// What is kept.
    public let recent = RecentLog()
    private let name: String
    private let clock: any WallClock
    private let secrets: @Sendable () -> [Secret]
    private let state = Mutex(State())

    /// - Parameters:
    ///   - instance: whose log it is
    ///   - clock: the one clock
    ///   - secrets: what must not stand in the recent log, whoever wrote it there
    init(of instance: InstanceAddress, clock: any WallClock, secrets: @escaping @Sendable () -> [Secret]) {
        name = "\(instance.name)@\(instance.domain)"
        self.clock = clock
        self.secrets = secrets
    }

    /// Judges by what an administrator has set.
    func follow(_ options: StoredOptions) {
        state.withLock { state in
            state.level = options.logLevel ?? .info
            state.traces = options.traces ?? []
        }
    }

    /// A logger that writes to both.
    ///
    /// - Parameter logger: writes to the process's log
    func logger(_ logger: Logger) -> Logger {
        Logger(label: logger.label) { _ in InstanceLogHandler(base: logger.handler, log: self) }
    }

    /// The least important level that is kept of lines with this trace label, or without one.
    func level(tracing label: String?) -> Logger.Level {
        state.withLock { state in
            if let label {
                guard let flag = TraceFlag(label: label), state.traces.contains(flag) else { return .critical }
                return .trace
            }
            // The platform's flag App is everything that is not told by another flag.
            return state.traces.contains(.app) ? .debug : state.level.level
        }
    }

    /// Keeps a line.
    func keep(_ message: String, level: Logger.Level, metadata: Logger.Metadata) {
        var line = RecentLogLine.text(at: clock.now(), of: name, level: level, message: message, metadata: metadata)
        for secret in secrets() where secret.revealed.utf8.count >= 4 { line = line.replacing(secret.revealed, with: "•••") }
        recent.append(line)
    }
}

/// Writes to the process's log, and keeps what the instance wants to keep.
struct InstanceLogHandler: LogHandler {
    private var base: any LogHandler
    private let log: InstanceLog
    /// The same as the base's, which may have no use for any.
    private var own: Logger.Metadata
    private var ownProvider: Logger.MetadataProvider?

    init(base: any LogHandler, log: InstanceLog) {
        self.base = base
        self.log = log
        own = base.metadata
        ownProvider = base.metadataProvider
    }

    private var traceLabel: String? { own[TraceFlag.metadataKey].map(\.description) }

    /// What either of the two wants. Asked for each line, so that the flags count at once.
    var logLevel: Logger.Level {
        get { min(base.logLevel, log.level(tracing: traceLabel)) }
        set { base.logLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { own }
        set {
            own = newValue
            base.metadata = newValue
        }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { ownProvider }
        set {
            ownProvider = newValue
            base.metadataProvider = newValue
        }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { own[key] }
        set {
            own[key] = newValue
            base[metadataKey: key] = newValue
        }
    }

    func log(event: LogEvent) {
        if event.level >= base.logLevel { base.log(event: event) }
        // A line may name what it traces itself.
        let label = event.metadata?[TraceFlag.metadataKey].map(\.description) ?? traceLabel
        guard event.level >= log.level(tracing: label) else { return }
        var all = own
        if let provided = ownProvider?.get() { all.merge(provided) { _, newer in newer } }
        if let given = event.metadata { all.merge(given) { _, newer in newer } }
        if let error = event.error, all["error"] == nil { all["error"] = "\(error)" }
        log.keep(event.message.description, level: event.level, metadata: all)
    }
}
