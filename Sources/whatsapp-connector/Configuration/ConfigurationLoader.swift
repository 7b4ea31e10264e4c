import AppService
import Yams

/// Makes the service's configuration from a YAML file and the environment.
struct ConfigurationLoader {
    /// The largest configuration file, in bytes.
    static let sizeLimit = 1_048_576

    var environment: [String: String] = [:]

    /// Loads a file; relative paths in it are seen from its folder.
    ///
    /// - Throws: ``ConfigurationError`` for the first mistake: in the file, in the environment, or in a file that they name.
    func load(file path: String) throws(ConfigurationError) -> LoadedConfiguration {
        let file = try Self.read(path)
        return try load(yaml: file.yaml, name: file.name, folder: file.folder)
    }

    /// The text of a file, how errors call it, and where its relative paths begin.
    static func read(_ path: String) throws(ConfigurationError) -> (yaml: String, name: String, folder: String) {
        let bytes: [UInt8]
        do {
            bytes = try SmallFile(path).read(limit: sizeLimit)
        } catch {
            throw ConfigurationError("--config: \(error)")
        }
        guard let yaml = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError("\(path): the file is not UTF-8 text; save it as UTF-8")
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        return (yaml, path.split(separator: "/").last.map(String.init) ?? path, folder)
    }

    /// Loads a text.
    ///
    /// - Parameters:
    ///   - name: How errors call the file.
    ///   - folder: Where relative paths begin.
    func load(yaml: String, name: String, folder: String) throws(ConfigurationError) -> LoadedConfiguration {
        let whole = Setting(path: "", origin: .file(name, line: nil), content: .yaml(try Self.parse(yaml, name: name)))
        var section = try whole.section(keys: ConfigurationKeys.service)
        try EnvironmentSettings.apply(environment, to: &section)
        var reader = ConfigurationReader(folder: folder)
        let configuration = try reader.service(section)
        return LoadedConfiguration(configuration: configuration, warnings: reader.warnings)
    }

    static func parse(_ yaml: String, name: String) throws(ConfigurationError) -> Node {
        let node: Node?
        do {
            // Every value is read as the text that it is; nothing has to guess what type it could have.
            node = try compose(yaml: yaml, .basic)
        } catch {
            throw problem(error, name: name)
        }
        guard let node, node.scalar?.string.isEmpty != true else {
            throw ConfigurationError("\(name): the file is empty; docs/operator.md shows an example")
        }
        return node
    }

    /// The parser's own descriptions quote lines of the file, and with them secrets; these do not.
    private static func problem(_ error: any Error, name: String) -> ConfigurationError {
        func sentence(_ mark: Mark?, _ reason: String) -> ConfigurationError {
            ConfigurationError("\(SettingOrigin.file(name, line: mark?.line)): this is not YAML (\(reason)); correct the line or the one before it")
        }
        return switch error as? YamlError {
        case .scanner(_, let reason, let mark, _), .parser(_, let reason, let mark, _), .composer(_, let reason, let mark, _):
            sentence(mark, reason)
        case .reader(let reason, _, _, _): sentence(nil, reason)
        case .duplicatedKeysInMapping(let keys, let context):
            ConfigurationError(
                "\(SettingOrigin.file(name, line: context.mark.line)): the key \(keys.map(Setting.quoted).joined(separator: ", ")) is given twice; remove one"
            )
        default: ConfigurationError("\(name): this is not YAML; correct the file")
        }
    }
}
