extension LabConfiguration {
    /// The URL of the app object: base, domain, instance and app.
    func appURL(below base: String) -> String { "\(base)/\(domain)/\(instance)/\(app)" }

    /// The URL that `ServicesInfo` gives for both entries of Connect.
    func connectURL(below base: String) -> String { "\(base)/\(domain)/connect/innovaphone-connect" }

    private static let moderatorName = "connect~moderator"

    private static func password(of app: String) -> String { "lab-\(app)" }

    var connectCore: ConnectCore {
        var objects = [ConnectAppObject(name: "connect", password: connectPassword, isModerator: false)]
        objects += furtherConnectApps.map { ConnectAppObject(name: $0, password: Self.password(of: $0), isModerator: false) }
        if let moderatorPassword { objects.append(ConnectAppObject(name: Self.moderatorName, password: moderatorPassword, isModerator: true)) }
        return ConnectCore(domain: domain, appObjects: objects, users: colleagues, options: connectOptions, firstID: firstPostID, seed: seed)
    }

    var pbxCore: PBXCore {
        PBXCore(
            domain: domain,
            object: PBXAppObject(
                name: objectName, dn: objectTitle, password: instancePassword, url: "",
                apps: ["connect"] + furtherConnectApps + (moderatorPassword == nil ? [] : [Self.moderatorName]), licences: licences,
                isInTestMode: isInTestMode),
            services: [], options: pbxOptions, seed: seed &+ 1)
    }

    var metaCore: MetaCore {
        MetaCore(
            waba: waba, numbers: numbers, customers: customers, accessTokens: [accessToken], appSecret: appSecret, options: metaOptions,
            seed: seed &+ 2)
    }

    /// The app objects of Connect as the PBX knows them once Connect listens.
    func targets(below base: String) -> [PBXTarget] {
        let zones = [PBXTarget.App(name: objectName, dn: objectTitle)] + furtherZones.map { PBXTarget.App(name: $0, dn: $0) }
        let info: LabJSON = ["apis": ["com.innovaphone.connect": [:]]]
        func target(_ name: String, _ title: String, _ password: String) -> PBXTarget {
            PBXTarget(name: name, title: title, url: connectURL(below: base), password: password, apps: zones, info: info)
        }
        var targets = [target("connect", "Connect", connectPassword)]
        targets += furtherConnectApps.map { target($0, $0, Self.password(of: $0)) }
        if let moderatorPassword { targets.append(target(Self.moderatorName, "Connect (moderator)", moderatorPassword)) }
        return targets
    }
}
