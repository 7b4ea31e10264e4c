/// What somebody does by hand in the PBX's Advanced UI: `{"action":…,"object":<name>,…}`.
struct ControlObjects {
    let lab: Lab

    /// - Throws: `LabError` for what cannot be done.
    func perform(_ arguments: LabJSON) throws {
        let name = try text("object", arguments)
        let isOn = arguments["on"]?.isTruthy ?? true
        switch arguments["action"]?.string {
        case "grant":
            let app = try text("app", arguments)
            try lab.pbx.changeObject(name) { $0.apps = Self.set(app, isOn, in: $0.apps) }
        case "mode":
            let mode = try text("mode", arguments)
            try lab.pbx.changeObject(name) { $0.modes = Self.set(mode, isOn, in: $0.modes) }
        case "password":
            let password = try text("password", arguments)
            try lab.pbx.changeObject(name) { $0.password = password }
        case "licences":
            guard let count = arguments["count"]?.integer, (0...9_999).contains(count) else { throw LabError("count must be 0 to 9999.") }
            try lab.pbx.changeObject(name) { $0.setApp("lics", .integer(count)) }
        default: throw LabError("action must be grant, mode, password or licences.")
        }
    }

    private static func set(_ name: String, _ isOn: Bool, in names: [String]) -> [String] {
        let others = names.filter { $0.lowercased() != name.lowercased() }
        return isOn ? others + [name] : others
    }

    private func text(_ name: String, _ arguments: LabJSON) throws -> String {
        guard let text = arguments[name]?.string, !text.isEmpty, !text.contains(",") else { throw LabError("\(name) is missing.") }
        return text
    }
}
