/// An app object that somebody creates by hand: `{"action":"create","object":<name>,"longName":…,"password":…,"url":…,"licences":…}` and the
/// boxes `hide`, `critical`, `hidden`, `websocket` and `services`.
struct ControlNewObject {
    let lab: Lab

    /// - Throws: `LabError` for a value that is missing or too long, and for a name that is taken.
    func create(_ arguments: LabJSON) throws {
        let name = try text("object", arguments)
        let longName = try text("longName", arguments)
        let password = try text("password", arguments)
        let url = try text("url", arguments)
        guard !name.contains(","), !name.contains("~") else { throw LabError("A name has neither , nor ~.") }
        guard let licences = (arguments["licences"] ?? 0).integer, (0...9_999).contains(licences) else {
            throw LabError("licences must be 0 to 9999.")
        }
        func tick(_ box: String) -> LabJSON { .bool(arguments[box]?.isTruthy ?? false) }
        let app: LabJSON = [
            "url": .string(url), "websocket": tick("websocket"), "hidden": tick("hidden"), "services": tick("services"),
            "lics": .integer(licences),
        ]
        try lab.pbx.edit { directory throws(LabError) in
            try directory.add(
                [
                    "cn": .string(longName), "h323": .string(name), "hide": tick("hide"), "critical": tick("critical"), "apps": "",
                    "pseudo": ["type": "app", "app": app],
                ], password: password)
        }
    }

    private func text(_ name: String, _ arguments: LabJSON) throws -> String {
        guard let text = arguments[name]?.string, !text.isEmpty else { throw LabError("\(name) is missing.") }
        guard text.count <= 500 else { throw LabError("\(name) is too long.") }
        return text
    }
}
