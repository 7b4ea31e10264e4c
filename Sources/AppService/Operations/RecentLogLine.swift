import Bridge
import Glibc
import Logging

/// A line of the recent log, in the platform's shape: `MM-DD hh:mm:ss.mmm <name>@<domain> <text>` (AppWebsocket, Trace flags), in UTC.
enum RecentLogLine {
    /// The line without its end. Control characters are escaped, so that it stays one line.
    static func text(at moment: Moment, of name: String, level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        var line = "\(time(moment)) \(name) "
        if level >= .warning { line += level.rawValue.uppercased() + " " }
        if let label = metadata[TraceFlag.metadataKey] { line += "\(label): " }
        line += message
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where key != TraceFlag.metadataKey && key != "instance" {
            line += " \(key)=\(value)"
        }
        return escaped(line)
    }

    private static func time(_ moment: Moment) -> String {
        var seconds = time_t(moment.milliseconds / 1_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let milliseconds = String(1_000 + moment.milliseconds % 1_000).dropFirst()
        let time = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(milliseconds)"
        return "\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) \(time)"
    }

    private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }
}
