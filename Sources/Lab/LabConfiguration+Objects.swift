extension LabConfiguration {
    /// The path of the connector's app object: domain, instance and app.
    var appPath: String { "/\(domain)/\(instance)/\(app)" }

    static let moderator = "moderator"
    /// What a moderator mode is opened with that somebody adds by hand.
    private static let laterModeratorPassword = "lab-moderator2"

    /// One app object of Connect.
    struct ConnectEntry {
        var name: String
        var title: String
        var password: String
        /// What its moderator mode is opened with, whether it has one or not.
        var moderatorPassword: String
    }

    /// What the simulated Connect lets in, whether the PBX has an object for it yet or not.
    var allConnectEntries: [ConnectEntry] {
        let first = ConnectEntry(
            name: "connect", title: "Connect", password: connectPassword,
            moderatorPassword: moderatorPassword ?? Self.laterModeratorPassword)
        return [first, secondConnectEntry]
    }

    var secondConnectEntry: ConnectEntry {
        ConnectEntry(name: "connect2", title: "Connect 2", password: "lab-connect-02", moderatorPassword: "lab-moderator3")
    }

    var connectEntries: [ConnectEntry] { Array(allConnectEntries.prefix(hasSecondConnect ? 2 : 1)) }

    /// The objects of the PBX before anybody has done anything. The URLs have no port until lab and connector listen.
    var directory: PBXDirectory {
        var directory = PBXDirectory(domain: domain, isInTestMode: isInTestMode, seed: seed &+ 3)
        do throws(LabError) {
            for index in 0..<max(0, templateCount) { try directory.add(template(index)) }
            for entry in connectEntries {
                try directory.add(connectObject(entry), password: entry.password, modePasswords: [Self.moderator: entry.moderatorPassword])
            }
            if hasNeighbour { try directory.add(neighbour, password: Self.neighbourPassword) }
            if !startsEmpty {
                let names = connectEntries.map(\.name)
                let connect = names + (moderatorPassword == nil ? [] : names.map { "\($0)~\(Self.moderator)" })
                try directory.add(
                    appObject(cn: objectTitle, name: objectName, path: appPath, apps: connect, licences: licences), password: instancePassword,
                    guid: "00112233445566778899aabbccddeeff")
            }
            for colleague in colleagues { try directory.add(user(colleague)) }
        } catch {
            preconditionFailure("The lab's objects need names of their own: \(error)")
        }
        return directory
    }

    func connectObject(_ entry: ConnectEntry) -> LabJSON {
        let zones = startsEmpty ? furtherZones : [objectName] + furtherZones
        let app: LabJSON = [
            "url": .string(connectURL(below: Self.nowhere)), "websocket": true, "services": true,
            "modes": moderatorPassword == nil ? "" : .string(Self.moderator),
        ]
        return [
            "cn": .string(entry.title), "h323": .string(entry.name), "hide": true, "critical": true,
            "apps": .string((entry.name == "connect" || !startsEmpty ? zones : []).joined(separator: ",")), "pseudo": ["type": "app", "app": app],
        ]
    }

    private func appObject(cn: String, name: String, path: String, apps: [String], licences: Int?) -> LabJSON {
        let app = LabJSON.object(
            ("url", .string(Self.nowhere + path)), ("websocket", true), ("hidden", true), ("services", true),
            ("lics", licences.map(LabJSON.integer)))
        return [
            "cn": .string(cn), "h323": .string(name), "hide": true, "critical": true, "apps": .string(apps.joined(separator: ",")),
            "pseudo": ["type": "app", "app": app],
        ]
    }

    static let neighbourName = "whatsapp2"
    static let neighbourPassword = "lab-neighbour1"

    /// The object of another instance, whose path begins like ours.
    var neighbour: LabJSON {
        appObject(cn: "WhatsApp 2", name: Self.neighbourName, path: neighbourPath, apps: ["connect"], licences: nil)
    }

    var neighbourPath: String { "/\(domain)/\(Self.neighbourName)/\(app)" }

    /// A config template: the first is for users, the second for administrators, the others for branch offices.
    func template(_ index: Int) -> LabJSON {
        let cn = index == 0 ? "Config User" : index == 1 ? "Config Admin" : "Config Branch \(index - 1)"
        let name = index == 0 ? "config-user" : index == 1 ? "config-admin" : "config-branch-\(index - 1)"
        return LabJSON.object(
            ("cn", .string(cn)), ("h323", .string(name)), ("config", index == 0 ? nil : ["Config User"]),
            ("apps", .string(index == 0 && !startsEmpty ? "connect,\(objectName)" : "connect")), ("pseudo", ["type": "config"]))
    }

    private func user(_ colleague: ConnectUser) -> LabJSON {
        .object(
            ("cn", .string(colleague.dn)), ("h323", .string(colleague.sip)), ("config", templateCount > 0 ? "Config User" : nil))
    }

    /// Stands in a URL until the real host is known.
    static let nowhere = "http://127.0.0.1"
}
