public import Bridge

extension SendRequest {
    /// What it says in words, as tests compare it.
    public var text: String { content.excerpt }
}
