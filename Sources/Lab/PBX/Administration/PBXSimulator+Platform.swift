extension PBXSimulator {
    /// Adds the service's own App Platform to the PBX, as the Settings app does.
    ///
    /// - Throws: `LabError` for what the App Platform answers, and if it does not.
    public func addPlatform(managerPassword: String) async throws {
        let object = try await platformObject.register(managerPassword: managerPassword)
        let properties: LabJSON = [
            "cn": .string(object.dn), "h323": .string(object.name), "hide": true, "pseudo": ["type": "ap", "ap": ["url": .string(object.url)]],
        ]
        try edit { directory throws(LabError) in
            if let known = directory.object(named: object.name) {
                try directory.change(guid: known.guid) { $0.password = object.password }
            } else {
                try directory.add(properties, password: object.password, guid: object.guid)
            }
        }
        changes.signal()
    }

    /// Whether the object for the service's own App Platform is connected, and the App Platform offers the manager API.
    public var isPlatformConnected: Bool {
        platformObject.appInfo?["info"]?["hidden"]?.isTruthy == true && platformObject.appInfo?["info"]?["apis"]?[PBXAppPlatform.api] != nil
    }
}
