/// The complete list of services, each time that one comes, goes or changes (AppWebsocket, Services).
public struct ServicesInfo: AppWebsocketMessage {
    /// `ServicesInfo`.
    public static let mt = "ServicesInfo"
    /// `Services`.
    public static let api: String? = PbxApiID.services.rawValue

    /// All services, in the order received.
    public var services: [Service]

    /// - Parameter services: all of them
    public init(services: [Service]) { self.services = services }

    /// Reads the message; entries that are no objects, or have no name, are left out.
    public init(_ envelope: Envelope) { services = (envelope["services"]?.elements ?? []).compactMap(Service.init) }

    /// Writes the list.
    public func write(to writer: inout JSONObjectWriter) { writer.write("services", .array(services.map(\.json))) }

    /// One service.
    public struct Service: Hashable, Sendable {
        /// The App object's name; what a login is asked for with.
        public var name: String
        /// Its title.
        public var title: String
        /// Its URL; see ``ServiceAddress``.
        public var url: String
        /// What it told the PBX in `serviceInfo`; absent or `null` if it is not connected.
        public var info: JSON?

        /// - Parameters:
        ///   - name: the App object's name
        ///   - title: for people
        ///   - url: of the service
        ///   - info: its `serviceInfo`
        public init(name: String, title: String, url: String, info: JSON?) {
            self.name = name
            self.title = title
            self.url = url
            self.info = info
        }

        init?(_ json: JSON) {
            guard let name = json["name"]?.text, !name.isEmpty else { return nil }
            self.name = name
            title = json["title"]?.text ?? ""
            url = json["url"]?.text ?? ""
            info = json["info"].flatMap { $0 == .null ? nil : $0 }
        }

        var json: JSON { ["name": .string(name), "title": .string(title), "url": .string(url), "info": info ?? .null] }

        /// Whether the service offers an API, such as `com.innovaphone.connect`.
        public func offers(_ api: String) -> Bool { info?["apis"]?[api] != nil }

        /// The last segment of the URL, which names the app.
        public var app: String {
            let path = url.prefix { $0 != "?" && $0 != "#" }
            return path.split(separator: "/").last.map(String.init) ?? ""
        }
    }
}
