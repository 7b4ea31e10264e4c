import Logging

/// One line of the log, before it has a shape.
struct LogRecord {
    var level: Logger.Level
    /// The subsystem that writes, for example `connect`.
    var label: String
    /// The instance, as `domain/name`, if the line is about one.
    var instance: String?
    var message: String
    /// Everything else, in the order of the keys.
    var details: [(key: String, value: String)]

    /// The metadata key that names the instance.
    static let instanceKey = "instance"

    init(level: Logger.Level, label: String, message: String, metadata: Logger.Metadata) {
        self.level = level
        self.label = label
        self.message = message
        instance = metadata[Self.instanceKey].map(\.description)
        details = metadata.filter { $0.key != Self.instanceKey }.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) }
    }
}
