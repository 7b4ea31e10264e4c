import AppService
import Yams

/// Keys and values of one level of the configuration.
struct Section {
    var path: String
    var origin: SettingOrigin
    private var values: [String: Setting] = [:]

    init(path: String, origin: SettingOrigin) {
        self.path = path
        self.origin = origin
    }

    /// Reads a mapping; the first unknown key is an error that names the nearest known one.
    init(_ mapping: Node.Mapping, path: String, origin: SettingOrigin, keys: [String]) throws(ConfigurationError) {
        self.init(path: path, origin: origin)
        for (keyNode, node) in mapping {
            let place = origin.at(keyNode.mark?.line)
            guard let key = keyNode.scalar?.string else { throw ConfigurationError("\(place): a key must be a word; correct the line") }
            guard keys.contains(key) else {
                throw ConfigurationError(
                    "\(place): the key \(Setting.quoted(key))\(path.isEmpty ? "" : " in \(path)") is unknown; \(Self.suggestion(for: key, among: keys))"
                )
            }
            values[key] = Setting(path: Self.join(path, key), origin: place, content: .yaml(node))
        }
    }

    subscript(key: String) -> Setting? {
        get { values[key] }
        set { values[key] = newValue }
    }

    /// A value that has to be there.
    func required(_ key: String) throws(ConfigurationError) -> Setting {
        guard let setting = values[key] else { throw missing(key) }
        return setting
    }

    /// The error that a key is not there.
    func missing(_ key: String, hint: String = "") -> ConfigurationError {
        ConfigurationError("\(origin): \(Self.join(path, key)) is missing; add it\(hint)")
    }

    /// A section below this one; nil if it is not there.
    func section(_ key: String, keys: [String]) throws(ConfigurationError) -> Section? {
        guard let setting = values[key] else { return nil }
        return try setting.section(keys: keys)
    }

    /// An error if a key and its twin that names a file are both there.
    func refuseTwins(_ key: String) throws(ConfigurationError) {
        guard values[key] != nil, let twin = values[key + "File"] else { return }
        throw twin.problem("and \(key) are both given; remove one of them")
    }

    private static func suggestion(for key: String, among keys: [String]) -> String {
        guard let nearest = EditDistance.nearest(to: key, among: keys) else { return "remove it" }
        return "did you mean \"\(nearest)\"?"
    }

    static func join(_ path: String, _ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }
}
