/// The keys of the configuration file, level by level; nothing else may appear in it.
enum ConfigurationKeys {
    static let service = [
        "listen", "operations", "publicURL", "dataDirectory", "secretKeyFile", "secretKey", "trustedProxies", "settings", "tls", "manager",
        "sharedServiceURL", "sharedServiceKeyFile", "sharedServiceKey", "sharedServiceMode", "instances",
    ]
    static let tls = ["certificate", "privateKey"]
    static let manager = ["passwordFile", "password"]
    static let instance = ["domain", "name", "passwordFile", "password", "language", "retentionDays", "graph", "connect", "accounts"]
    static let graph = [
        "baseURL", "version", "appSecretFile", "appSecret", "previousAppSecretFile", "previousAppSecret", "verifyTokenFile", "verifyToken",
    ]
    static let connect = ["profile"]
    static let account = ["waba", "tokenFile", "token", "numbers"]
    static let number = ["id", "app", "zone", "tags", "licensed", "closedMessage", "readReceipts", "typing", "edits"]

    static let sharedService = [
        "listen", "operations", "publicURL", "dataDirectory", "secretKeyFile", "secretKey", "trustedProxies", "tls", "app", "verifyTokenFile",
        "verifyToken", "graph", "sdkURL", "connectors",
    ]
    static let sharedServiceApp = ["id", "secretFile", "secret", "previousSecretFile", "previousSecret", "configurationID"]
    static let sharedServiceGraph = ["baseURL", "version"]
    static let sharedServiceConnector = ["name", "keyFile", "key"]

    /// The key paths outside `instances`, which the environment can set.
    static let environment: [[String]] =
        service.filter { !["tls", "manager", "instances"].contains($0) }.map { [$0] } + tls.map { ["tls", $0] } + manager.map { ["manager", $0] }
}
