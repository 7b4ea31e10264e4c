/// The language of all texts that the connector posts; an instance has one.
public enum Language: String, Sendable, Hashable, CaseIterable, Codable {
    case en
    case de

    /// The language of a tag such as `de`, `de-AT` or `EN_us`; nil if the connector does not speak it.
    public init?(tag: String) {
        let primary = tag.prefix { $0 != "-" && $0 != "_" }
        self.init(rawValue: primary.lowercased())
    }

    /// The one of two sentences that is in this language.
    func pick(_ english: String, _ german: String) -> String { self == .en ? english : german }
}
