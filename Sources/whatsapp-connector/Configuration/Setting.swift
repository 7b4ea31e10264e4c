import AppService
import Yams

/// One value of the configuration, with the place that errors name.
///
/// Reading is lazy: only what the schema asks for is looked at, so that a file cannot make us walk through more than it should have.
struct Setting {
    /// The key path, for example `instances[0].graph.baseURL`; empty for the whole file.
    var path: String
    var origin: SettingOrigin
    var content: Content

    enum Content {
        case yaml(Node)
        case section(Section)
        case text(String)
    }

    /// An error about this value: where, which, and what it must be.
    func problem(_ text: String) -> ConfigurationError {
        ConfigurationError("\(origin): \(path.isEmpty ? "the configuration" : path) \(text)")
    }

    /// The value as text. Numbers and truth values are texts, too: `name: 2024` means `2024`.
    func text() throws(ConfigurationError) -> String {
        switch content {
        case .text(let text): return text
        case .yaml(.scalar(let scalar)):
            if scalar.style == .plain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
                throw problem("has no value; give one or remove the key")
            }
            return scalar.string
        case .yaml, .section: throw problem("must be a single value, not \(kind)")
        }
    }

    /// The value as a text of at least one character.
    func nonEmptyText() throws(ConfigurationError) -> String {
        let text = try text()
        guard !text.isEmpty else { throw problem("must not be empty") }
        return text
    }

    func flag() throws(ConfigurationError) -> Bool {
        let text = try text()
        switch text {
        case "true": return true
        case "false": return false
        default: throw problem("must be true or false, not \(Self.quoted(text))")
        }
    }

    func integer(in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        let text = try text()
        guard let value = Int(text), range.contains(value) else {
            throw problem("must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(Self.quoted(text))")
        }
        return value
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type) throws(ConfigurationError) -> Choice {
        let text = try text()
        guard let value = Choice(rawValue: text) else {
            let names = Choice.allCases.map(\.rawValue)
            let list = names.count > 1 ? names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1] : names.joined()
            throw problem("must be \(list), not \(Self.quoted(text))")
        }
        return value
    }

    /// The elements of a list. A variable of the environment holds them with commas between.
    func list(limit: Int) throws(ConfigurationError) -> [Setting] {
        var elements: [Setting] = []
        switch content {
        case .text(let text):
            elements = text.split(separator: ",").map { part in
                Setting(path: path, origin: origin, content: .text(part.trimming(while: { $0 == " " || $0 == "\t" })))
            }
        case .yaml(.sequence(let sequence)):
            for (index, node) in sequence.prefix(limit + 1).enumerated() {
                elements.append(Setting(path: "\(path)[\(index)]", origin: origin.at(node.mark?.line), content: .yaml(node)))
            }
        case .yaml, .section: throw problem("must be a list, not \(kind)")
        }
        guard elements.count <= limit else { throw problem("must have at most \(limit) entries") }
        return elements
    }

    /// The keys of a section, all of them known.
    func section(keys: [String]) throws(ConfigurationError) -> Section {
        switch content {
        case .section(let section): return section
        case .yaml(.mapping(let mapping)): return try Section(mapping, path: path, origin: origin, keys: keys)
        case .yaml, .text: throw problem("must be a section with keys of its own, not \(kind)")
        }
    }

    private var kind: String {
        switch content {
        case .yaml(.scalar), .text: "a single value"
        case .yaml(.sequence): "a list"
        case .yaml(.mapping), .section: "a section"
        case .yaml(.alias): "a reference"
        }
    }

    /// A value in an error: short, in one line. Never used for secrets.
    static func quoted(_ text: String) -> String {
        let visible = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : String($0) }.joined()
        return "\"\(visible.count > 60 ? visible.prefix(57) + "..." : visible[...])\""
    }
}

extension StringProtocol {
    /// The text without what fits at both ends.
    func trimming(while fits: (Character) -> Bool) -> String {
        var rest = self[...].drop(while: fits)
        while let last = rest.last, fits(last) { rest = rest.dropLast() }
        return String(rest)
    }
}
