import Logging

/// Writes the log to standard error, a line for every event.
struct LineLogHandler: LogHandler {
    var label: String
    var format: LogFormat
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    /// Where the lines go, each with its end.
    var write: @Sendable (String) -> Void = StandardError.write

    init(label: String, format: LogFormat) {
        self.label = label
        self.format = format
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, newer in newer } }
        if let given = event.metadata { all.merge(given) { _, newer in newer } }
        if let error = event.error, all["error"] == nil { all["error"] = "\(error)" }
        let record = LogRecord(level: event.level, label: label, message: event.message.description, metadata: all)
        write(format.line(record, at: .now()) + "\n")
    }
}
