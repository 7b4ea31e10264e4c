/// Where to connect to, to reach an app service (AppWebsocket, URLs and paths).
public struct ServiceAddress: Hashable, Sendable {
    /// WebSocket URLs in the order to try: without the last segment, then whole. The second is for a server that refuses the first with 404 or 400.
    public let candidates: [String]

    /// Reads the URL out of a service list; `nil` if it is relative, or of another scheme than http, https, ws and wss.
    public init?(_ url: String) {
        let schemes = [("https://", "wss://"), ("wss://", "wss://"), ("http://", "ws://"), ("ws://", "ws://")]
        guard let (scheme, socketScheme) = schemes.first(where: { url.prefix($0.0.count).lowercased() == $0.0 }) else { return nil }
        let rest = url.dropFirst(scheme.count).prefix { $0 != "?" && $0 != "#" }
        guard let first = rest.first, first != "/", rest.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else { return nil }
        let whole = socketScheme + rest
        guard !rest.contains("/APPS/websocket"), let slash = rest.lastIndex(of: "/") else {
            candidates = [whole]
            return
        }
        let parent = socketScheme + (rest[..<slash].contains("/") ? rest[..<slash] : rest[...slash])
        candidates = parent == whole ? [whole] : [parent, whole]
    }
}
