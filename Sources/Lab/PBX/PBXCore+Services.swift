extension PBXCore {
    /// The Services API on the app object's connection (AppWebsocket, Services).
    mutating func services(_ mt: String, _ message: LabJSON, _ open: PBXLink.Open, _ link: Int, _ now: Int64) -> [PBXAction] {
        var open = open
        switch mt {
        case "SubscribeServices":
            let list = serviceList()
            open.subscription = PBXLink.Subscription(source: message["src"], lastSent: list)
            setOpen(open, link)
            return [send(answer(to: message, mt, []), to: link), send(servicesInfo(list, message["src"]), to: link)]
        case "UnsubscribeServices":
            open.subscription = nil
            setOpen(open, link)
            return [send(answer(to: message, mt, []), to: link)]
        case "GetServiceLogin":
            return [serviceLogin(message, open, link, now)]
        default:
            return []
        }
    }

    /// Tells the subscribers about the services, if their list has changed since they were told last.
    mutating func servicesChanged() -> [PBXAction] {
        let list = serviceList()
        return links.indices.compactMap { link in
            guard case .open(var open) = links[link].state, let subscription = open.subscription, subscription.lastSent != list else { return nil }
            open.subscription?.lastSent = list
            setOpen(open, link)
            return send(servicesInfo(list, subscription.source), to: link)
        }
    }

    private func servicesInfo(_ list: LabJSON, _ source: LabJSON?) -> LabJSON {
        .object(("api", "Services"), ("mt", "ServicesInfo"), ("src", options.omitsSource ? nil : source), ("services", list))
    }

    /// What is ticked in the app object's Apps tab.
    private func serviceList() -> LabJSON {
        var list = (object?.apps ?? []).compactMap { name in services.first { $0.name == name } }.map { service in
            LabJSON.object(
                ("name", .string(service.name)), ("title", .string(service.title)), ("url", .string(service.url)), ("info", service.info ?? .null))
        }
        if options.listsNullEntries { list.insert(["name": "reports", "title": "Reports", "url": "", "info": .null], at: 0) }
        if options.listsManyServices {
            list += (0..<400).map { number in
                [
                    "name": "service\(number)", "title": "Service \(number)", "url": "https://ap.example.com/example.com/service\(number)/app",
                    "info": ["apis": ["com.example.service\(number)": [:]]],
                ]
            }
        }
        return .array(list)
    }

    private mutating func serviceLogin(_ message: LabJSON, _ open: PBXLink.Open, _ link: Int, _ now: Int64) -> PBXAction {
        let name = message["app"]?.string ?? ""
        guard let object, object.apps.contains(name), let service = services.first(where: { $0.name == name }) else {
            violated(.foreignService, name, now)
            return send(answer(to: message, "GetServiceLogin", [("error", true)]), to: link)
        }
        guard let challenge = message["challenge"].flatMap(Self.text), !challenge.isEmpty else {
            violated(.missingChallenge, name, now)
            return send(answer(to: message, "GetServiceLogin", [("error", true)]), to: link)
        }
        let info = LabJSON.object(
            ("appobj", .string(service.name)), ("appdn", .string(service.title)), ("appurl", .string(service.url)),
            ("pbx", .string(links[link].name)), ("cn", .string(self.name(of: object))), ("unlicensed", true),
            ("apps", .array(service.apps.map { ["name": .string($0.name), "dn": .string($0.dn)] })))
        let fields = AppLoginDigest.Fields(
            app: service.app, domain: domain, sip: object.name, guid: object.guid, dn: self.name(of: object), info: info)
        let salt = makeSalt()
        let key = AppLoginDigest.sessionKey(challenge: challenge, password: service.password)
        let result = answer(
            to: message, "GetServiceLogin",
            [
                ("domain", .string(domain)), ("sip", .string(fields.sip)), ("guid", .string(fields.guid)), ("dn", .string(fields.dn)),
                ("pbxObj", .string(service.name)), ("app", .string(fields.app)), ("info", info),
                ("digest", .string(AppLoginDigest.digest(fields, challenge: challenge, password: service.password))),
                ("salt", .string(salt)), ("key", .string(AppLoginDigest.encrypt(key, seed: salt, sessionKey: open.sessionKey))),
            ])
        return .send(link, result.text(options.escapesLogins ? .escaped : .plain))
    }
}
