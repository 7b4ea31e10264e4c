import AppService
import SharedService

extension ConfigurationLoader {
    /// Loads the configuration file of a shared service; relative paths in it are seen from its folder.
    ///
    /// - Throws: ``ConfigurationError`` for the first mistake: in the file, or in a file that it names.
    static func loadSharedService(file path: String) throws(ConfigurationError) -> (configuration: SharedServiceConfiguration, warnings: [String]) {
        let file = try read(path)
        return try loadSharedService(yaml: file.yaml, name: file.name, folder: file.folder)
    }

    /// Loads a text; parameters as of ``load(yaml:name:folder:)``.
    static func loadSharedService(
        yaml: String, name: String, folder: String
    ) throws(ConfigurationError) -> (configuration: SharedServiceConfiguration, warnings: [String]) {
        let whole = Setting(path: "", origin: .file(name, line: nil), content: .yaml(try parse(yaml, name: name)))
        var reader = ConfigurationReader(folder: folder)
        let configuration = try reader.sharedService(whole.section(keys: ConfigurationKeys.sharedService))
        return (configuration, reader.warnings)
    }
}

extension ConfigurationReader {
    /// Shortest key of a connector, in characters.
    static let shortestConnectorKey = 16

    mutating func sharedService(_ section: Section) throws(ConfigurationError) -> SharedServiceConfiguration {
        let listen = try address(section["listen"]) ?? ListenAddress(host: "127.0.0.1", port: 8081)
        let operations = try address(section["operations"]) ?? ListenAddress(host: "127.0.0.1", port: 9091)
        if listen == operations, listen.port != 0, let setting = section["operations"] ?? section["listen"] {
            throw setting.problem("leaves both listeners at \(listen); give them different ports")
        }
        let address = try section.required("publicURL")
        guard let publicURL = PublicURL(try secureURL(address)) else { throw address.problem("must be an https URL without query") }
        let dataDirectory = try section["dataDirectory"].map(path) ?? "/var/lib/whatsapp-connector/shared-service"
        let secretKey = try secretKey(section, dataDirectory: dataDirectory)
        let tls = try tls(section)
        if tls == nil, !listen.isLoopback {
            warn("listen takes plain HTTP from other machines; let only the reverse proxy reach it, or set tls")
        }
        let graph = try section.section("graph", keys: ConfigurationKeys.sharedServiceGraph)
        let baseURL = try graph?["baseURL"].map(secureURL) ?? "https://graph.facebook.com"
        guard let verifyToken = try secret("verifyToken", in: section) else { throw section.missing("verifyTokenFile") }
        return SharedServiceConfiguration(
            listen: listen,
            operations: operations,
            publicURL: publicURL,
            dataDirectory: dataDirectory,
            secretKey: secretKey,
            trustedProxies: try trustedProxies(section["trustedProxies"]),
            tls: tls,
            app: try app(section),
            verifyToken: verifyToken,
            graphBaseURL: baseURL,
            graphVersion: try graph?["version"].map(graphVersion) ?? "v25.0",
            sdkURL: try sdkURL(section["sdkURL"], graphBaseURL: baseURL),
            connectors: try connectors(section)
        )
    }

    private mutating func app(_ section: Section) throws(ConfigurationError) -> SharedServiceConfiguration.App {
        guard let app = try section.section("app", keys: ConfigurationKeys.sharedServiceApp) else {
            throw section.missing("app", hint: " with id, secretFile and configurationID of your Meta app")
        }
        let id = try identifier(app.required("id"), of: "an app")
        guard let secret = try secret("secret", in: app) else { throw app.missing("secretFile") }
        return SharedServiceConfiguration.App(
            id: id, secret: secret, previousSecret: try self.secret("previousSecret", in: app),
            configurationID: try identifier(app.required("configurationID"), of: "a Facebook Login for Business configuration"))
    }

    /// A script of somebody else's would run on our page with all that the page may do.
    private func sdkURL(_ setting: Setting?, graphBaseURL: String) throws(ConfigurationError) -> String {
        guard let setting else { return SharedServiceConfiguration.metaSDK }
        let url = try secureURL(setting)
        guard url == SharedServiceConfiguration.metaSDK || PublicURL(graphBaseURL)?.isLoopback == true else {
            throw setting.problem("may differ from \(SharedServiceConfiguration.metaSDK) for tests only, with graph.baseURL at 127.0.0.1; remove it")
        }
        return url
    }

    private mutating func connectors(_ section: Section) throws(ConfigurationError) -> [SharedServiceConfiguration.Connector] {
        guard let setting = section["connectors"] else { throw section.missing("connectors", hint: " with at least one name and keyFile") }
        var connectors: [SharedServiceConfiguration.Connector] = []
        for element in try setting.list(limit: 10_000) {
            let entry = try element.section(keys: ConfigurationKeys.sharedServiceConnector)
            let nameSetting = try entry.required("name")
            let name = try nameSetting.nonEmptyText()
            guard name.count <= 100, !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
                throw nameSetting.problem("must be a name of 1 to 100 characters")
            }
            guard let key = try secret("key", in: entry) else { throw entry.missing("keyFile") }
            guard key.revealed.count >= Self.shortestConnectorKey else {
                throw element.problem("has a key of fewer than \(Self.shortestConnectorKey) characters; make one with: openssl rand -hex 32")
            }
            guard !connectors.contains(where: { $0.name == name }) else {
                throw nameSetting.problem("is a second connector \(Setting.quoted(name)); give every connector a name of its own")
            }
            guard !connectors.contains(where: { $0.key == key }) else {
                throw element.problem("has the key of another connector; give every connector a key of its own")
            }
            connectors.append(SharedServiceConfiguration.Connector(name: name, key: key))
        }
        guard !connectors.isEmpty else { throw setting.problem("is empty; add a connector with name and keyFile") }
        return connectors
    }
}
