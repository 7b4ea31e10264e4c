/// The language of the texts that the connector posts.
public enum Language: String, Sendable, CaseIterable {
    /// English.
    case english = "en"
    /// German.
    case german = "de"
}
