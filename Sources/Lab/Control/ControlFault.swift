/// Makes a fault out of a call of the control API: `system`, `kind`, and what the kind needs.
struct ControlFault {
    let lab: Lab

    /// - Throws: `LabError` for what does not exist.
    func plan(_ arguments: LabJSON) throws {
        let kind = arguments["kind"]?.string ?? ""
        switch arguments["system"]?.string {
        case "pbx": try planPBX(kind, arguments)
        case "admin": lab.pbx.planForAdministrator(try pbxFault(kind, arguments, standard: "UpdateObject"))
        case "connect": try planConnect(kind, arguments)
        case "meta": try planMeta(kind, arguments)
        default: throw LabError("system must be pbx, admin, connect or meta.")
        }
    }

    private func planPBX(_ kind: String, _ arguments: LabJSON) throws {
        switch kind {
        case "disconnect": return lab.pbx.drop()
        case "stop": return lab.pbx.stop()
        case "start": return lab.pbx.start()
        case "tick", "untick":
            let name = arguments["app"]?.string ?? ""
            guard lab.pbx.targets.contains(where: { $0.name == name }) else { throw LabError("There is no app object \(name).") }
            guard var object = lab.pbx.object else { throw LabError("The PBX has no app object for the connector.") }
            object.apps.removeAll { $0 == name }
            if kind == "tick" { object.apps.append(name) }
            lab.pbx.object = object
            return
        case "licences":
            guard var object = lab.pbx.object else { throw LabError("The PBX has no app object for the connector.") }
            object.licences = arguments["count"]?.integer.flatMap { Int(exactly: $0) }
            object.isInTestMode = arguments["testMode"]?.isTruthy ?? false
            lab.pbx.object = object
            return lab.pbx.drop()
        default: lab.pbx.plan(try pbxFault(kind, arguments, standard: "GetServiceLogin"))
        }
    }

    private func pbxFault(_ kind: String, _ arguments: LabJSON, standard message: String) throws -> PBXFault {
        let fault: PBXFault.Kind? =
            switch kind {
            case "drop": .drop
            case "ignore": .ignore
            case "delay": .delay(delay(arguments))
            case "error": .error(arguments["error"] ?? true)
            default: nil
            }
        guard let fault else { throw LabError("The PBX knows no fault \(kind).") }
        return PBXFault(fault, on: arguments["message"]?.string ?? message, times: count("times", arguments, 1))
    }

    private func planConnect(_ kind: String, _ arguments: LabJSON) throws {
        if kind == "restart" { return lab.connect.restart() }
        if let way = arguments["way"]?.string { return try planConnectFile(way, kind, arguments) }
        let fault: ConnectFault.Kind? =
            switch kind {
            case "dropBefore": .dropBefore
            case "dropAfter": .dropAfter
            case "loseAnswer": .loseAnswer
            case "ignore": .ignore
            case "delay": .delay(delay(arguments))
            case "error": .error(arguments["error"] ?? true)
            default: nil
            }
        guard let fault else { throw LabError("Connect knows no fault \(kind).") }
        lab.connect.plan(
            ConnectFault(
                fault, on: arguments["message"]?.string ?? "Post", skipping: count("skipping", arguments, 0), times: count("times", arguments, 1)))
    }

    private func planMeta(_ kind: String, _ arguments: LabJSON) throws {
        if let step = arguments["step"]?.string.flatMap(MetaAccountFault.Step.init) {
            return try ControlAccountFault(lab: lab).plan(kind, on: step, arguments)
        }
        if arguments["step"] != nil { return try ControlMediaFault(lab: lab).plan(kind, arguments) }
        switch kind {
        case "revokeToken":
            lab.meta.accessTokens = []
            for account in lab.meta.accounts { lab.meta.revokeSignupTokens(of: account.id) }
            return
        case "restoreToken": return lab.meta.accessTokens = [lab.configuration.accessToken]
        case "unreachable": return lab.meta.isReachable = false
        case "reachable": return lab.meta.isReachable = true
        default: break
        }
        let fault: MetaFault.Kind? =
            switch kind {
            case "error": .error(MetaError(code: count("code", arguments, 131_000), isTransient: arguments["transient"]?.isTruthy ?? false))
            case "failure": .failure(count("code", arguments, 131_026))
            case "acceptThenDrop": .acceptThenDrop
            case "drop": .drop
            case "hang": .hang
            case "acceptThenHang": .acceptThenHang
            case "page": .page(httpStatus(arguments))
            case "acceptThenPage": .acceptThenPage(httpStatus(arguments))
            case "delay": .delay(delay(arguments))
            default: nil
            }
        guard let fault else { throw LabError("Meta knows no fault \(kind).") }
        lab.meta.plan(MetaFault(fault, skipping: count("skipping", arguments, 0), times: count("times", arguments, 1)))
    }

    func count(_ name: String, _ arguments: LabJSON, _ fallback: Int) -> Int {
        arguments[name]?.integer.flatMap { Int(exactly: $0) }.map { min(max($0, 0), 10_000_000) } ?? fallback
    }

    func httpStatus(_ arguments: LabJSON) -> Int { min(max(count("status", arguments, 502), 400), 599) }

    /// Milliseconds, a day at most.
    private func delay(_ arguments: LabJSON) -> Int64 { min(max(arguments["delay"]?.integer ?? 5_000, 0), 86_400_000) }
}
