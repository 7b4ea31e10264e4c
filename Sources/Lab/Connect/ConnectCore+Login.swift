extension ConnectCore {
    /// The messages that are allowed before a login; everything else ends the connection (AppWebsocket, Envelope).
    mutating func beforeLogin(_ mt: String, _ message: LabJSON, _ session: Int, _ now: Int64) -> [ConnectAction] {
        switch mt {
        case "CheckBuild": return [.send(session, .object(("mt", "CheckBuildResult"), ("src", message["src"])))]
        case "AppChallenge":
            let challenge = random.digits(16)
            sessions[session]?.state = .challenged(challenge)
            // A number has no leading zero, and the digest is over its decimal text.
            let written: LabJSON = options.writesChallengeAsNumber ? .number("1" + challenge.dropFirst()) : .string(challenge)
            if options.writesChallengeAsNumber { sessions[session]?.state = .challenged("1" + challenge.dropFirst()) }
            return [.send(session, .object(("mt", "AppChallengeResult"), ("src", message["src"]), ("challenge", written)))]
        case "AppLogin":
            guard let login = login(message, session, now) else {
                return [.send(session, .object(("mt", "AppLoginResult"), ("src", message["src"]), ("error", true)))]
            }
            sessions[session]?.state = .open(login)
            return [.send(session, .object(("mt", "AppLoginResult"), ("src", message["src"]), ("ok", true), ("domain", .string(domain))))]
        default:
            violated(.beforeLogin, mt, now)
            return close(session)
        }
    }

    /// What the login grants, if its digest fits the password of the app object it names; the challenge is spent either way.
    private mutating func login(_ message: LabJSON, _ session: Int, _ now: Int64) -> ConnectSession.Login? {
        guard case .challenged(let challenge) = sessions[session]?.state else {
            violated(.beforeLogin, "AppLogin without a challenge", now)
            return nil
        }
        sessions[session]?.state = .new
        if message["salt"] != nil || message["key"] != nil { violated(.leakedKey, "AppLogin", now) }
        let fields = AppLoginDigest.Fields(
            app: message["app"]?.string ?? "", domain: message["domain"]?.string ?? "", sip: message["sip"]?.string ?? "",
            guid: message["guid"]?.string ?? "", dn: message["dn"]?.string ?? "", info: message["info"])
        let name = message["pbxObj"]?.string ?? message["info"]?["appobj"]?.string
        guard let object = appObjects.first(where: { $0.name == name }), fields.domain == domain,
            message["digest"]?.string?.lowercased() == AppLoginDigest.digest(fields, challenge: challenge, password: object.password)
        else {
            violated(.wrongDigest, "login to \(name ?? "nothing")", now)
            return nil
        }
        let topics = (message["info"]?["apps"]?.array ?? []).compactMap { app in
            app["name"]?.string.map { ConnectSession.Topic(sip: $0, dn: app["dn"]?.string ?? $0) }
        }
        return ConnectSession.Login(
            sip: fields.sip, dn: fields.dn, appObject: object.name, isModerator: object.isModerator, topics: topics,
            session: random.next(), key: random.next())
    }

    /// Takes over the zones that an app object has been granted by now, also for those who are logged in to it.
    mutating func grant(_ topics: [ConnectSession.Topic], to appObject: String) {
        for (session, value) in sessions {
            guard case .open(var login) = value.state, login.appObject == appObject, login.topics != topics else { continue }
            login.topics = topics
            sessions[session]?.state = .open(login)
        }
    }
}
