extension LabConfiguration {
    /// The URL of the app object: base, domain, instance and app.
    func appURL(below base: String) -> String { "\(base)/\(domain)/\(instance)/\(app)" }

    /// The URL that `ServicesInfo` gives for both entries of Connect.
    func connectURL(below base: String) -> String { "\(base)/\(domain)/connect/innovaphone-connect" }

    var connectCore: ConnectCore {
        let objects = allConnectEntries.flatMap { entry in
            [
                ConnectAppObject(name: entry.name, password: entry.password, isModerator: false),
                ConnectAppObject(name: "\(entry.name)~\(Self.moderator)", password: entry.moderatorPassword, isModerator: true),
            ]
        }
        return ConnectCore(domain: domain, appObjects: objects, users: colleagues, options: connectOptions, firstID: firstPostID, seed: seed)
    }

    var pbxCore: PBXCore {
        PBXCore(
            domain: domain, object: directory.appObject(path: appPath), services: directory.connectTargets, options: pbxOptions, seed: seed &+ 1)
    }

    var pbxAdministration: PBXAdministration {
        PBXAdministration(
            domain: domain, password: administratorPassword,
            platform: PBXAppPlatform(domain: domain, path: "\(domain)/\(instance)", app: app, password: instancePassword), seed: seed &+ 4)
    }

    var metaCore: MetaCore {
        var core = MetaCore(
            waba: waba, numbers: numbers, customers: customers, accessTokens: [accessToken], appSecret: appSecret, options: metaOptions,
            seed: seed &+ 2)
        core.add(signupApp, joinableAccounts)
        core.signup = signupOptions
        return core
    }
}
