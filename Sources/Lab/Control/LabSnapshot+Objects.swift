extension LabSnapshot {
    /// The PBX's objects with all their properties, but without passwords.
    var objects: LabJSON {
        let connector = lab.pbx.object
        return .object(
            ("connector", connector.map { .string($0.name) }), ("isConnected", .bool(lab.pbx.links.contains { $0.isOpen })),
            (
                "objects",
                .array(
                    lab.pbx.objects.map { object in
                        .object(
                            ("guid", .string(object.guid)), ("name", .string(object.name)), ("cn", .string(object.cn)),
                            ("type", object.type.map(LabJSON.string)), ("apps", .array(object.apps.map(LabJSON.string))),
                            ("modes", object.app.map { _ in .array(object.modes.map(LabJSON.string)) }),
                            ("isConnect", .bool(object.isConnect)), ("hasPassword", .bool(!object.password.isEmpty)),
                            ("properties", object.properties))
                    })
            ))
    }

    /// What the Settings page needs: where the PBX is and how to log in to it, and what a person would know who connects WhatsApp or makes
    /// the app object by hand. The secrets are those of the lab and open nothing else.
    func settings(host: String) -> LabJSON {
        let configuration = lab.configuration
        let settings: LabJSON = [
            "run": .string(lab.runID), "domain": .string(configuration.domain),
            "pbx": .string("ws://\(host)/\(configuration.domain)/pbx/admin"), "password": .string(configuration.administratorPassword),
            "instance": .object(
                ("password", .string(lab.pbx.instancePassword)),
                ("page", lab.serviceURL.map { .string("\($0)/\(configuration.domain)/\(configuration.instance)/settings") })),
            "managerAPI": .string(PBXAppPlatform.api), "scripts": .array(lab.scripts.map { .string("/sdk/\($0.name)") }),
            "account": [
                "waba": .string(configuration.waba), "token": .string(configuration.accessToken), "appSecret": .string(configuration.appSecret),
                "numbers": .array(
                    lab.meta.numbers.filter { $0.account == nil }.map { ["id": .string($0.id), "display": .string($0.displayNumber)] }),
            ],
        ]
        return platform.map { settings.with("platform", $0) } ?? settings
    }

    /// The App Platform that the service plays itself, if the lab is to use that one.
    private var platform: LabJSON? {
        guard let password = lab.configuration.managerPassword else { return nil }
        let object = lab.pbx.platformObject.object
        return .object(
            ("name", .string(PBXPlatformObject.name)), ("managerPassword", .string(password)), ("isRegistered", .bool(object != nil)),
            ("isConnected", .bool(lab.pbx.isPlatformConnected)), ("page", object.map { .string("\($0.url).htm") }))
    }
}
