/// All of WhatsApp's error codes that we know: what to do, and how to say it (Cloud API, 3.5). A new code is a new row.
public enum GraphErrorTable {
    /// What codes mean.
    public struct Row: Sendable {
        /// The codes, as ranges.
        public var codes: [ClosedRange<Int>]
        /// If given, the row holds only for this subcode; such rows come before the code's general one.
        public var subcode: Int?
        /// What to do.
        public var rule: GraphErrorRule.Rule
        private var english: String
        private var german: String

        init(_ codes: [ClosedRange<Int>], subcode: Int? = nil, _ rule: GraphErrorRule.Rule, en english: String, de german: String) {
            self.codes = codes
            self.subcode = subcode
            self.rule = rule
            self.english = english
            self.german = german
        }

        /// What happened and what to do, in one or two sentences for the colleague who wrote the post.
        public func text(in language: Language) -> String { language.pick(english, german) }
    }

    /// The row of a code; the general one for a code that nobody knows.
    public static func row(for code: Int, subcode: Int? = nil) -> Row {
        rows.first { row in
            row.codes.contains { $0.contains(code) } && (row.subcode == nil || row.subcode == subcode)
        } ?? unknown
    }

    /// What is said of a code that is in no row.
    public static let unknown = Row(
        [],
        .fail,
        en: "WhatsApp refused it. Please try again; if it fails again, show this text to your administrator.",
        de: "WhatsApp hat abgelehnt. Bitte noch einmal versuchen; schlägt es wieder fehl, zeigen Sie diesen Text Ihrem Administrator."
    )

    /// All known codes; the first row that fits holds.
    public static let rows: [Row] = accountRows + limitRows + messageRows + setupRows
}
