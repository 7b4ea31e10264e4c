/// What somebody does by hand in the PBX's Advanced UI: `{"action":…,"object":<name>,…}`, see also `ControlNewObject`; and
/// `{"action":"add","kind":…}` for objects that a script wants to find there.
struct ControlObjects {
    let lab: Lab

    /// - Throws: `LabError` for what cannot be done.
    func perform(_ arguments: LabJSON) throws {
        if arguments["action"] == "add" { return try add(arguments) }
        if arguments["action"] == "create" { return try ControlNewObject(lab: lab).create(arguments) }
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
        case "url":
            let url = try text("url", arguments)
            try lab.pbx.changeObject(name) { $0.setApp("url", .string(url)) }
        case "remove":
            try lab.pbx.edit { directory throws(LabError) in
                try directory.delete(guid: directory.object(named: name)?.guid ?? name)
            }
        default: throw LabError("action must be create, grant, mode, password, licences, url, remove or add.")
        }
    }

    private func add(_ arguments: LabJSON) throws {
        let configuration = lab.configuration
        switch arguments["kind"]?.string {
        case "templates":
            guard let count = arguments["count"]?.integer, (1...200).contains(count) else { throw LabError("count must be 1 to 200.") }
            // So many in all, not more.
            try lab.pbx.edit { directory throws(LabError) in
                for index in 0..<Int(count) {
                    let template = configuration.template(index)
                    if directory.object(cn: template["cn"]?.string ?? "") == nil { try directory.add(template) }
                }
            }
        case "connect":
            let entry = configuration.secondConnectEntry
            try lab.pbx.edit { directory throws(LabError) in
                try directory.add(
                    configuration.connectObject(entry), password: entry.password,
                    modePasswords: [LabConfiguration.moderator: entry.moderatorPassword])
            }
            if let addresses = lab.addresses { lab.pbx.place(entry.name, at: addresses.connect) }
        case "neighbour":
            try lab.pbx.edit { directory throws(LabError) in
                try directory.add(configuration.neighbour, password: LabConfiguration.neighbourPassword)
            }
            if let service = lab.serviceURL { lab.pbx.place(LabConfiguration.neighbourName, at: service + configuration.neighbourPath) }
        default: throw LabError("kind must be templates, connect or neighbour.")
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
