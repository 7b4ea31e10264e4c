import AppService

extension ConfigurationReader {
    /// A path; one that stands in the configuration file is seen from that file's folder.
    func path(_ setting: Setting) throws(ConfigurationError) -> String {
        let text = try setting.nonEmptyText()
        guard !text.unicodeScalars.contains("\0") else { throw setting.problem("must be a path") }
        return if case .file = setting.origin { FilePath.resolve(text, from: folder) } else { text }
    }

    /// A secret from a key or from the file that its twin names; nil if neither is there.
    mutating func secret(_ key: String, in section: Section) throws(ConfigurationError) -> Secret? {
        try section.refuseTwins(key)
        if let setting = section[key] {
            return try Self.oneLine(try setting.text(), setting)
        }
        guard let setting = section[key + "File"] else { return nil }
        let path = try path(setting)
        var content = try Self.read(path, setting)[...]
        while let last = content.last, last == 0x0A || last == 0x0D { content = content.dropLast() }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw setting.problem("names \(path), which is not UTF-8 text; put the secret into it")
        }
        if let permissions = SmallFile(path).permissions, permissions & 0o007 != 0 {
            warn("everybody on this machine may read \(path) (\(setting.path)); run: chmod 600 \(path)")
        }
        return try Self.oneLine(text, setting)
    }

    /// A PEM text, or the path of one; a file is read to see that it is one.
    func pem(_ setting: Setting, label: String) throws(ConfigurationError) -> PEMSource {
        func isPEM(_ text: String) -> Bool {
            text.split(whereSeparator: \.isNewline).contains { $0.hasPrefix("-----BEGIN ") && $0.contains(label) }
        }
        let text = try setting.nonEmptyText()
        if text.hasPrefix("-----BEGIN ") {
            guard isPEM(text) else { throw setting.problem("must hold a \(label) in PEM form") }
            return .text(Secret(text))
        }
        let path = try path(setting)
        guard isPEM(String(decoding: try Self.read(path, setting), as: UTF8.self)) else {
            throw setting.problem("names \(path), which holds no \(label) in PEM form; name the right file")
        }
        return .file(path)
    }

    private static func read(_ path: String, _ setting: Setting) throws(ConfigurationError) -> [UInt8] {
        do {
            return try SmallFile(path).read(limit: 65_536)
        } catch {
            throw ConfigurationError("\(setting.origin): \(setting.path): \(error)")
        }
    }

    private static func oneLine(_ text: String, _ setting: Setting) throws(ConfigurationError) -> Secret {
        guard !text.isEmpty else { throw setting.problem("is empty; put the secret into it") }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw setting.problem("must be one line of text without control characters")
        }
        return Secret(text)
    }
}
