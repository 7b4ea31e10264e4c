import AppService

/// The part of the configuration that stands in the environment: `WHATSAPP_CONNECTOR_PUBLIC_URL` sets `publicURL`.
enum EnvironmentSettings {
    static let prefix = "WHATSAPP_CONNECTOR_"

    /// The variable of a key path: `["tls", "privateKey"]` is `WHATSAPP_CONNECTOR_TLS_PRIVATE_KEY`.
    static func variable(for keyPath: [String]) -> String {
        var words: [String] = []
        for key in keyPath {
            var word = ""
            var previousIsLower = false
            for character in key {
                if character.isUppercase, previousIsLower {
                    words.append(word)
                    word = ""
                }
                previousIsLower = character.isLowercase
                word.append(character)
            }
            words.append(word)
        }
        return prefix + words.joined(separator: "_").uppercased()
    }

    /// Puts what the environment says over what the file says. A variable also wins over the file's other twin; an empty one counts as
    /// absent.
    static func apply(_ environment: [String: String], to service: inout Section) throws(ConfigurationError) {
        let keyPaths = Dictionary(uniqueKeysWithValues: ConfigurationKeys.environment.map { (variable(for: $0), $0) })
        for (variable, value) in environment.sorted(by: { $0.key < $1.key }) where variable.hasPrefix(prefix) && !value.isEmpty {
            let origin = SettingOrigin.environment(variable)
            guard let keyPath = keyPaths[variable], let key = keyPath.last else {
                if isServiceLink(variable) { continue }
                let nearest = EditDistance.nearest(to: variable, among: Array(keyPaths.keys))
                throw ConfigurationError("\(origin) is unknown; did you mean \(nearest ?? prefix)?")
            }
            let twin = key.hasSuffix("File") ? String(key.dropLast(4)) : key + "File"
            let twinVariable = EnvironmentSettings.variable(for: keyPath.dropLast() + [twin])
            if keyPaths[twinVariable] != nil, environment[twinVariable]?.isEmpty == false {
                throw ConfigurationError("\(origin) and \(twinVariable) are both set; remove one of them")
            }
            let setting = Setting(path: keyPath.joined(separator: "."), origin: origin, content: .text(value))
            if keyPath.count == 1 {
                service[twin] = nil
                service[key] = setting
            } else {
                var section =
                    try service.section(keyPath[0], keys: keyPath[0] == "tls" ? ConfigurationKeys.tls : ConfigurationKeys.manager)
                    ?? Section(path: keyPath[0], origin: origin)
                section[twin] = nil
                section[key] = setting
                service[keyPath[0]] = Setting(path: keyPath[0], origin: section.origin, content: .section(section))
            }
        }
    }

    /// Whether Kubernetes set a variable because a service of the cluster is called `whatsapp-connector`.
    private static func isServiceLink(_ variable: String) -> Bool {
        let rest = variable.dropFirst(prefix.count)
        return rest == "SERVICE_HOST" || rest.hasPrefix("SERVICE_PORT") || rest == "PORT" || rest.hasPrefix("PORT_")
    }
}
