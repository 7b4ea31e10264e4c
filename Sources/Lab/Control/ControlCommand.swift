/// Carries out one call of the control API.
struct ControlCommand {
    let lab: Lab

    /// - Throws: `LabError` for what cannot be done.
    func perform(_ name: String, _ arguments: LabJSON) throws -> LabJSON {
        switch name {
        case "customer": return try customer(arguments)
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
        default: throw LabError("There is no call \(name).")
        }
    }

    private func customer(_ arguments: LabJSON) throws -> LabJSON {
        let content: MetaContent
        switch arguments["type"]?.string ?? "text" {
        case "text": content = .text(try text("text", arguments), quoting: arguments["quoting"]?.string)
        case "reaction": content = .reaction(arguments["emoji"]?.string, to: try text("target", arguments))
        case "image": content = .image(caption: arguments["caption"]?.string)
        case "unsupported":
            content = .unsupported(code: arguments["code"]?.integer.flatMap { Int(exactly: $0) } ?? 131_051, kind: arguments["kind"]?.string)
        case let type:
            guard let object = arguments["object"] else { throw LabError("A message of type \(type) needs its object.") }
            content = .other(type: type, object)
        }
        let delay = arguments["delay"]?.integer ?? 0
        guard (0...7 * 86_400_000).contains(delay) else { throw LabError("delay must be 0 to 7 days, in milliseconds.") }
        let wamid = try lab.meta.send(
            content, from: try text("customer", arguments), to: arguments["number"]?.string, written: arguments["written"]?.integer, delay: delay)
        return ["wamid": .string(wamid)]
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
