/// How large a file is, in words. A kilobyte has a thousand bytes, a megabyte a million, as in WhatsApp's limits.
public enum FileSizeText {
    /// The size with one digit behind the point, rounded up, so that what is above a limit never reads like the limit itself: `100.1 MB`, `512 KB`, `7 B`.
    /// German has a comma. A negative size reads as 0.
    public static func text(bytes: Int64, in language: Language) -> String {
        let bytes = max(bytes, 0)
        if bytes < 1_000 { return "\(bytes) B" }
        // What would round up to 1,000 KB is a megabyte already.
        if bytes <= 999_900 { return number(bytes, unit: 1_000, in: language) + " KB" }
        return number(bytes, unit: 1_000_000, in: language) + " MB"
    }

    private static func number(_ bytes: Int64, unit: Int64, in language: Language) -> String {
        let tenth = unit / 10
        let tenths = bytes / tenth + (bytes % tenth == 0 ? 0 : 1)
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10)" + language.pick(".", ",") + "\(tenths % 10)"
    }
}
