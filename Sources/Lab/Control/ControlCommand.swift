/// Carries out one call of the control API.
struct ControlCommand {
    let lab: Lab

    /// - Throws: `LabError` for what cannot be done.
    func perform(_ name: String, _ arguments: LabJSON) throws -> LabJSON {
        switch name {
        case "customer": return try ControlCustomer(lab: lab).send(arguments)
        case "post": return try post(arguments)
        case "update":
            try lab.connect.update(id(arguments), by: text("author", arguments), text: html(arguments))
            return ["ok": true]
        case "delete":
            try lab.connect.delete(id(arguments), by: text("author", arguments))
            return ["ok": true]
        case "like":
            try lab.connect.like(id(arguments), by: text("author", arguments), arguments["like"]?.isTruthy ?? true)
            return ["ok": true]
        case "clock":
            guard let seconds = arguments["advanceSeconds"]?.integer, (1...31 * 86_400).contains(seconds) else {
                throw LabError("advanceSeconds must be 1 to \(31 * 86_400).")
            }
            lab.clock.advance(by: .seconds(seconds))
            lab.changes.signal()
            return ["now": .integer(lab.clock.now())]
        case "fault":
            try ControlFault(lab: lab).plan(arguments)
            return ["ok": true]
        case "objects":
            try ControlObjects(lab: lab).perform(arguments)
            return ["ok": true]
        case "account":
            try ControlAccount(lab: lab).change(arguments)
            return ["ok": true]
        case "signup":
            try ControlSignup(lab: lab).change(arguments)
            return ["ok": true]
        case "event":
            try ControlEvent(lab: lab).send(arguments)
            return ["ok": true]
        default: throw LabError("There is no call \(name).")
        }
    }

    private func post(_ arguments: LabJSON) throws -> LabJSON {
        let files = try files(arguments)
        let id = try lab.connect.post(
            ConnectHumanPost(
                author: try text("author", arguments), text: files.isEmpty || arguments["text"] != nil ? try html(arguments) : "",
                topic: arguments["topic"]?.string ?? lab.configuration.objectName,
                repliesTo: arguments["repliesTo"]?.identifier, isPrivate: arguments["private"]?.isTruthy ?? false,
                notify: arguments["notify"]?.strings ?? [], tags: arguments["tags"]?.strings ?? [],
                files: files))
        return ["id": .integer(id)]
    }

    private func text(_ name: String, _ arguments: LabJSON) throws -> String {
        guard let text = arguments[name]?.string, !text.isEmpty else { throw LabError("\(name) is missing.") }
        return text
    }

    private func id(_ arguments: LabJSON) throws -> UInt64 {
        guard let id = arguments["id"]?.identifier else { throw LabError("id is missing.") }
        return id
    }

    /// The text of a post: `html` as it is, or `text` with what HTML takes for itself escaped.
    private func html(_ arguments: LabJSON) throws -> String {
        if let html = arguments["html"]?.string { return html }
        var escaped = ""
        for character in try text("text", arguments) {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\n", "\r\n": escaped += "<br>"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
