/// A page asks, before login, whether it is of the build that the server serves (AppWebsocket, Messages).
public struct CheckBuild: AppWebsocketMessage {
    /// `CheckBuild`.
    public static let mt = "CheckBuild"
    /// The page's URL.
    public var url: String

    /// - Parameter url: of the page
    public init(url: String) { self.url = url }

    /// Reads the message.
    public init(_ envelope: Envelope) { url = envelope.text("url") }

    /// Writes the URL.
    public func write(to writer: inout JSONObjectWriter) { writer.write("url", url) }
}

/// The answer to ``CheckBuild``.
public struct CheckBuildResult: AppWebsocketMessage {
    /// `CheckBuildResult`.
    public static let mt = "CheckBuildResult"
    /// Where the page navigates to at once; absent: it is current.
    public var url: String?

    /// - Parameter url: where the page shall navigate to
    public init(url: String? = nil) { self.url = url }

    /// Reads the message.
    public init(_ envelope: Envelope) { url = envelope["url"]?.text }

    /// Writes the URL, if any.
    public func write(to writer: inout JSONObjectWriter) { writer.write("url", url) }
}
