extension PBXDirectory {
    /// The rights of an app object and the APIs that they open (AppWebsocket, PbxAdminApi), in the order of `PbxInfo`.
    static let rights = [
        ("pbx", "PbxApi"), ("tableusers", "PbxTableUsers"), ("admin", "PbxAdminApi"), ("pbxsignal", "PbxSignal"), ("epsignal", "EpSignal"),
        ("messages", "PbxMessages"), ("rcc", "RCC"), ("impersonation", "PbxImpersonation"), ("services", "Services"),
    ]

    /// The app object that the PBX keeps a connection for: the first with `websocket` whose URL has this path, whatever its host.
    func connector(path: String) -> PBXObject? {
        objects.first { $0.isTicked("websocket") && $0.url.map(Self.path) == path }
    }

    /// What the PBX's own connection needs to know of that object.
    func appObject(path: String) -> PBXAppObject? {
        connector(path: path).map { object in
            PBXAppObject(
                name: object.name, dn: object.cn, guid: object.guid, password: object.password, url: object.url ?? "",
                apis: Self.rights.filter { object.isTicked($0.0) }.map(\.1), apps: object.apps, licences: object.licences,
                isInTestMode: isInTestMode)
        }
    }

    /// Makes the object of that GUID what a script says of it.
    mutating func write(_ appObject: PBXAppObject) throws(LabError) {
        isInTestMode = appObject.isInTestMode
        try change(guid: appObject.guid) { object in
            object.password = appObject.password
            object.apps = appObject.apps
            object.properties = object.properties.with("cn", .string(appObject.dn)).with("h323", .string(appObject.name))
            object.setApp("url", .string(appObject.url))
            object.setApp("lics", appObject.licences.map(LabJSON.integer))
            for (flag, api) in Self.rights where object.isTicked(flag) != appObject.apis.contains(api) {
                object.setApp(flag, .bool(appObject.apis.contains(api)))
            }
        }
    }

    /// The app objects of Connect and their modes, as services that others may log in to.
    var connectTargets: [PBXTarget] {
        objects.filter(\.isConnect).flatMap { object -> [PBXTarget] in
            let zones = object.apps.map { name in PBXTarget.App(name: name, dn: self.object(named: name)?.cn ?? name) }
            func target(_ name: String, _ title: String, _ password: String) -> PBXTarget {
                PBXTarget(
                    name: name, title: title, url: object.url ?? "", password: password, apps: zones,
                    info: ["apis": ["com.innovaphone.connect": [:]]])
            }
            return [target(object.name, object.cn, object.password)]
                + object.modes.map { mode in
                    target("\(object.name)~\(mode)", "\(object.cn) (\(mode))", object.modePasswords[mode] ?? object.password)
                }
        }
    }

    /// The path of a URL, without scheme and host.
    static func path(of url: String) -> String {
        guard let scheme = url.firstRange(of: "://"), let slash = url[scheme.upperBound...].firstIndex(of: "/") else { return "" }
        return String(url[slash...])
    }
}

extension PBXObject {
    /// Whether it is an app object of Connect (Settings plugin, Add and edit).
    var isConnect: Bool { url?.hasSuffix("/innovaphone-connect") ?? false }
}
