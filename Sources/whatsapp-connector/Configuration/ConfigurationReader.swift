import AppService
import Protocol

/// Reads the values of the configuration, level by level, with their ranges and defaults, and the files that they name.
struct ConfigurationReader {
    /// Where relative paths of the configuration file begin; empty for the working directory.
    var folder: String
    private(set) var warnings: [String] = []

    init(folder: String) {
        self.folder = folder
    }

    mutating func service(_ section: Section) throws(ConfigurationError) -> ServiceConfiguration {
        let listen = try address(section["listen"]) ?? ListenAddress(host: "127.0.0.1", port: 8080)
        let operations = try address(section["operations"]) ?? ListenAddress(host: "127.0.0.1", port: 9090)
        if listen == operations, listen.port != 0, let setting = section["operations"] ?? section["listen"] {
            throw setting.problem("leaves both listeners at \(listen); give them different ports")
        }
        let publicURL = try publicURL(section.required("publicURL"))
        let dataDirectory = try section["dataDirectory"].map(path) ?? "/var/lib/whatsapp-connector"
        let secretKey = try secretKey(section, dataDirectory: dataDirectory)
        let tls = try tls(section)
        if tls == nil, !listen.isLoopback {
            warnings.append("listen takes plain HTTP from other machines; let only the reverse proxy reach it, or set tls")
        }
        let sharedServiceURL = try section["sharedServiceURL"].map(secureURL)
        let sharedServiceKey = try secret("sharedServiceKey", in: section)
        if sharedServiceURL != nil, sharedServiceKey == nil {
            warnings.append(
                "sharedServiceURL has no effect without a key; put the one that the service's operator gave you into sharedServiceKeyFile")
        }
        return ServiceConfiguration(
            listen: listen,
            operations: operations,
            publicURL: publicURL,
            dataDirectory: dataDirectory,
            secretKey: secretKey,
            trustedProxies: try trustedProxies(section["trustedProxies"]),
            settings: try section["settings"]?.choice(SettingsPageAccess.self) ?? .local,
            tls: tls,
            manager: try manager(section),
            sharedServiceURL: sharedServiceURL,
            sharedServiceKey: sharedServiceKey,
            sharedServiceMode: try section["sharedServiceMode"]?.choice(Pairing.Mode.self) ?? .relay,
            instances: try instances(section)
        )
    }

    func address(_ setting: Setting?) throws(ConfigurationError) -> ListenAddress? {
        guard let setting else { return nil }
        let text = try setting.nonEmptyText()
        guard let address = ListenAddress(text) else {
            throw setting.problem("must be an address and a port such as 127.0.0.1:8080, not \(Setting.quoted(text))")
        }
        return address
    }

    private mutating func publicURL(_ setting: Setting) throws(ConfigurationError) -> PublicURL {
        let text = try setting.nonEmptyText()
        guard let url = PublicURL(text) else {
            throw setting.problem("must be a base URL such as https://ap.example.com, without query, not \(Setting.quoted(text))")
        }
        if url.scheme == "http", !url.isLoopback {
            warnings.append("publicURL is not https: Meta calls https addresses only, and passwords travel in clear; use an https address")
        }
        return url
    }

    /// A URL that tokens go to: https, or http to this machine. Without a slash at its end.
    func secureURL(_ setting: Setting) throws(ConfigurationError) -> String {
        let text = try setting.nonEmptyText()
        guard let url = PublicURL(text) else {
            throw setting.problem("must be an https URL without query, not \(Setting.quoted(text))")
        }
        guard url.scheme == "https" || url.isLoopback else {
            throw setting.problem("must begin with https, because tokens go there; http is for 127.0.0.1 only")
        }
        return url.description
    }

    func trustedProxies(_ setting: Setting?) throws(ConfigurationError) -> [AddressRange] {
        guard let setting else { return [] }
        var ranges: [AddressRange] = []
        for element in try setting.list(limit: 256) {
            let text = try element.nonEmptyText()
            guard let range = AddressRange(text) else {
                throw element.problem("must be an IP address or a range such as 10.0.0.0/8, not \(Setting.quoted(text))")
            }
            ranges.append(range)
        }
        return ranges
    }

    func tls(_ section: Section) throws(ConfigurationError) -> TLSConfiguration? {
        guard let tls = try section.section("tls", keys: ConfigurationKeys.tls) else { return nil }
        return TLSConfiguration(
            certificate: try pem(tls.required("certificate"), label: "CERTIFICATE"),
            privateKey: try pem(tls.required("privateKey"), label: "PRIVATE KEY")
        )
    }

    private mutating func manager(_ section: Section) throws(ConfigurationError) -> ManagerConfiguration? {
        guard let manager = try section.section("manager", keys: ConfigurationKeys.manager) else { return nil }
        guard let password = try secret("password", in: manager) else {
            throw manager.missing("passwordFile", hint: ", or remove manager to turn the mini App Platform off")
        }
        return ManagerConfiguration(password: password)
    }

    func secretKey(_ section: Section, dataDirectory: String) throws(ConfigurationError) -> SealingKeySource {
        try section.refuseTwins("secretKey")
        if let setting = section["secretKey"] {
            guard let key = SealingKey(hexadecimal: try setting.text()) else {
                throw setting.problem("must be 64 hexadecimal digits; make them with: openssl rand -hex 32")
            }
            return .key(key)
        }
        let setting = section["secretKeyFile"]
        let file = try setting.map(path) ?? "/etc/whatsapp-connector/secret.key"
        guard !FilePath.isInside(file, folder: dataDirectory) else {
            let problem = "must not lie in dataDirectory, whose backups would hold the key to their own secrets; move the file"
            throw setting?.problem(problem) ?? ConfigurationError("secretKeyFile \(problem)")
        }
        return .file(SealingKeyFile(path: file))
    }

    /// Notes what is allowed but probably not wanted.
    mutating func warn(_ sentence: String) {
        warnings.append(sentence)
    }
}
