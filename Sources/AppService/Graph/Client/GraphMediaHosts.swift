/// Who may be asked for files, and so may see the access token (WhatsApp Cloud API, 4.3).
struct GraphMediaHosts: Sendable {
    private static let suffixes = [".fbsbx.com", ".fbcdn.net", ".facebook.com", ".whatsapp.net"]
    private let base: FileAddress.Origin?

    /// - Parameter baseURL: the configured address of the Graph API, whose origin may be asked too
    init(baseURL: String) {
        base = FileAddress(baseURL)?.origin
    }

    func allow(_ address: FileAddress) -> Bool {
        let origin = address.origin
        if origin == base { return true }
        return origin.scheme == "https" && origin.port == 443 && Self.suffixes.contains { origin.host.hasSuffix($0) }
    }
}
