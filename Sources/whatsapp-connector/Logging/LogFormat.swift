import Logging

/// The shape of a line of the log.
enum LogFormat: String, CaseIterable, Sendable {
    /// The platform's: `MM-DD hh:mm:ss.mmm <name>@<domain> <text>`, local time (App Platform, log files).
    case text
    /// One JSON object, times in UTC.
    case json

    /// The line without its end. Control characters are escaped: a line is a line, whatever an outside system made us print.
    func line(_ record: LogRecord, at time: LogTime) -> String {
        switch self {
        case .text: textLine(record, at: time)
        case .json: jsonLine(record, at: time)
        }
    }

    private func textLine(_ record: LogRecord, at time: LogTime) -> String {
        var line = time.platformText
        line += " " + Self.platformName(record.instance) + " "
        if record.level >= .warning { line += record.level.rawValue.uppercased() + " " }
        line += record.message
        for (key, value) in record.details { line += " \(key)=\(value)" }
        return Self.escaped(line, quoting: false)
    }

    private func jsonLine(_ record: LogRecord, at time: LogTime) -> String {
        var fields = [("time", time.universalText), ("level", record.level.rawValue), ("logger", record.label)]
        if let instance = record.instance { fields.append(("instance", instance)) }
        fields.append(("message", record.message))
        var line = "{" + Self.members(fields)
        if !record.details.isEmpty {
            line += ",\"details\":{" + Self.members(record.details.map { ($0.key, $0.value) }) + "}"
        }
        return line + "}"
    }

    /// `name@domain` of an instance; the process calls itself by its own name.
    private static func platformName(_ instance: String?) -> String {
        guard let instance else { return "whatsapp-connector" }
        let parts = instance.split(separator: "/", maxSplits: 1)
        return parts.count == 2 ? "\(parts[1])@\(parts[0])" : instance
    }

    private static func members(_ fields: [(String, String)]) -> String {
        fields.map { "\"\(escaped($0, quoting: true))\":\"\(escaped($1, quoting: true))\"" }.joined(separator: ",")
    }

    /// The text with control characters escaped, and what JSON strings escape too if asked for.
    static func escaped(_ text: String, quoting: Bool) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\"", "\\":
                if quoting { result += "\\" }
                result.unicodeScalars.append(scalar)
            // Other control characters, among them those that end a line for some readers or steer a terminal.
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
