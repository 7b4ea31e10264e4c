extension PBXDirectory {
    /// Answers a request of the PbxAdminApi (AppWebsocket, PbxAdminApi; the subset that Settings plugins use).
    ///
    /// - Parameters:
    ///   - connected: The SIP names of the app objects whose service the PBX has a connection to.
    /// - Returns: The members of the result.
    /// - Throws: `LabError` for what becomes the result's `error`.
    mutating func perform(_ mt: String, _ message: LabJSON, connected: Set<String>) throws(LabError) -> [(String, LabJSON?)] {
        switch mt {
        case "GetAppObjects": [("objects", .array(appObjects(message, connected)))]
        case "GetApps": page(apps, message, limit: 20)
        case "GetConfigObjects": page(configObjects, message, limit: 50)
        case "GetObject": try found(message).members
        case "UpdateObject": [("guid", .string(try update(message)))]
        case "DeleteObject": try deleted(message)
        case "GetAppLogin": try appLogin(message)
        case "CheckAppLic": try licence(message)
        default: throw LabError("The lab's PBX does not know \(mt).")
        }
    }

    // MARK: Lists

    private func appObjects(_ message: LabJSON, _ connected: Set<String>) -> [LabJSON] {
        let head = message["uri"]?.string ?? ""
        return objects.filter { $0.url?.hasPrefix(head) ?? false }.map { object in
            .object(
                ("title", .string(object.cn)), ("app", .string(object.name)), ("url", object.url.map(LabJSON.string)),
                ("connected", .bool(connected.contains(object.name))), ("guid", .string(object.guid)), ("sip", .string(object.name)),
                ("pseudo", message["pseudo"]?.isTruthy == true ? object.properties["pseudo"] : nil))
        }
    }

    /// Apps and their modes.
    private var apps: [LabJSON] {
        objects.filter { $0.app != nil }.flatMap { object in
            [object.name] + object.modes.map { "\(object.name)~\($0)" }
        }
        .map { ["name": .string($0)] }
    }

    private var configObjects: [LabJSON] {
        objects.filter { $0.type == "config" }.map { object in
            ["cn": .string(object.cn), "config": .array(object.parents.map(LabJSON.string))]
        }
    }

    /// One page of a list; `more` is where the next one begins.
    private func page(_ all: [LabJSON], _ message: LabJSON, limit: Int) -> [(String, LabJSON?)] {
        let start = min(max(Int(message["more"]?.integer ?? 0), 0), all.count)
        let count = min(max(Int(message["limit"]?.integer ?? Int64(limit)), 1), limit)
        let end = min(start + count, all.count)
        return [("more", end < all.count ? .string(String(end)) : nil), ("objects", .array(Array(all[start..<end])))]
    }

    // MARK: Objects

    private func object(of message: LabJSON) -> PBXObject? {
        if let guid = message["guid"]?.string { return object(guid: guid) }
        if let cn = message["cn"]?.string { return object(cn: cn) }
        return message["h323"]?.string.flatMap { object(named: $0) }
    }

    private func found(_ message: LabJSON) throws(LabError) -> PBXObject {
        guard let object = object(of: message) else { throw LabError("There is no such object.") }
        return object
    }

    /// Creates or changes an object: properties that are there are written as a whole, all others are left alone.
    private mutating func update(_ message: LabJSON) throws(LabError) -> String {
        let password = try password(message)
        guard let known = try target(of: message) else { return try add(Self.written([], message), password: password ?? "") }
        try change(guid: known.guid) { object in
            object.properties = Self.written(object.properties.members ?? [], message)
            if let password { object.password = password }
        }
        return known.guid
    }

    /// The object that an update is about; nil if it makes a new one.
    private func target(of message: LabJSON) throws(LabError) -> PBXObject? {
        let guid = message["guid"]?.string ?? ""
        guard ["", "*", "?"].contains(guid) else { return try found(message) }
        let known = guid.isEmpty ? nil : object(cn: message["cn"]?.string ?? "")
        guard known != nil || guid != "*" else { throw LabError("There is no object with this long name.") }
        return known
    }

    private func password(_ message: LabJSON) throws(LabError) -> String? {
        guard let source = message["copyPwd"]?.string else { return message["pwd"]?.string }
        guard message["pwd"] == nil else { throw LabError("Either pwd or copyPwd can be given, not both.") }
        guard let object = object(named: source) else { throw LabError("There is no object \(source) to copy the password from.") }
        return object.password
    }

    private static let envelope: Set<String> = ["api", "mt", "src", "guid", "pwd", "copyPwd", "template"]

    private static func written(_ members: [LabJSON.Member], _ message: LabJSON) -> LabJSON {
        var properties = LabJSON.object(members)
        for member in message.members ?? [] where !envelope.contains(member.name) {
            // A number in the place of a truth value removes the object's own value.
            properties = member.value == -1 ? properties.without(member.name) : properties.with(member.name, member.value)
        }
        return properties
    }

    private mutating func deleted(_ message: LabJSON) throws(LabError) -> [(String, LabJSON?)] {
        guard let guid = message["guid"]?.string else { throw LabError("guid is missing.") }
        try delete(guid: guid)
        return []
    }

    /// What the instance checks its password against (AppWebsocket, AppCheckLogin).
    private func appLogin(_ message: LabJSON) throws(LabError) -> [(String, LabJSON?)] {
        guard let object = object(named: message["app"]?.string ?? ""), object.app != nil else { throw LabError("There is no such app object.") }
        guard let challenge = message["challenge"].flatMap(PBXCore.text), !challenge.isEmpty else { throw LabError("challenge is missing.") }
        let digest = AppLoginDigest.digest(
            AppLoginDigest.Fields(app: object.name, domain: domain), challenge: challenge, password: object.password)
        return [("app", .string(object.name)), ("domain", .string(domain)), ("digest", .string(digest))]
    }

    /// Whether an object has a licence for an app: a licence for the head of the app's name is enough, and in test mode none is needed
    /// (AppWebsocket, Licences). Without one, the result has no `ok`.
    private func licence(_ message: LabJSON) throws(LabError) -> [(String, LabJSON?)] {
        let object = try found(message)
        guard let wanted = message["lic"]?.string, wanted.hasSuffix(")") else { throw LabError("lic must be a licence such as App(name).") }
        let isLicensed = PBXObject.names(object.properties["app-lics"]).contains { $0.hasSuffix(")") && wanted.hasPrefix($0.dropLast()) }
        return [("ok", isInTestMode || isLicensed ? true : nil)]
    }
}

extension PBXObject {
    /// The members of `GetObjectResult`: everything but the password.
    var members: [(String, LabJSON?)] {
        [("guid", .string(guid))] + (properties.members ?? []).map { ($0.name, $0.value) }
    }
}
