/// The simulated PBX as a value: it dials out to the service, logs in as an app object, and answers the Services API.
struct PBXCore: Sendable {
    var options: PBXOptions
    var faults: [PBXFault] = []
    private(set) var violations: [PBXViolation] = []
    let domain: String
    /// The app object of the service under test; nil while the PBX has none, and then there are no links.
    var object: PBXAppObject?
    var services: [PBXTarget]
    private(set) var links: [PBXLink] = []
    /// Whether the links are to be kept up.
    private(set) var isStarted = false
    private var schedule = Schedule<PBXAction>()
    private var random: SeededGenerator

    init(domain: String, object: PBXAppObject?, services: [PBXTarget], options: PBXOptions = PBXOptions(), seed: UInt64 = 1) {
        self.domain = domain
        self.object = object
        self.services = services
        self.options = options
        random = SeededGenerator(seed: seed)
    }

    // MARK: Links

    /// Dials, one link for each PBX, as soon as there is an app object; does nothing if started already.
    mutating func start() -> [PBXAction] {
        guard !isStarted else { return [] }
        isStarted = true
        links = options.pbxNames.map { PBXLink(name: $0) }
        return links.indices.compactMap { dial($0) }
    }

    /// Ends the links and does not dial again until `start`.
    mutating func stop() -> [PBXAction] {
        isStarted = false
        schedule.removeAll { _ in true }
        return links.indices.filter { links[$0].state != .idle }.map(PBXAction.close)
    }

    /// Ends the links; they are dialled again after the usual delay, with what the app object is now.
    func drop() -> [PBXAction] { links.indices.filter { links[$0].state != .idle }.map(PBXAction.close) }

    /// Takes over what the PBX's objects have become: the links follow the app object, and the subscribers are told.
    ///
    /// The app object's `apps` are told on the links that are there; everything else counts from a login on, which comes at once.
    mutating func follow(_ newObject: PBXAppObject?, _ newServices: [PBXTarget]) -> [PBXAction] {
        var before = object
        before?.apps = newObject?.apps ?? []
        object = newObject
        services = newServices
        return before == newObject ? servicesChanged() : redial()
    }

    /// Ends the links and dials at once, with what the app object is now.
    private mutating func redial() -> [PBXAction] {
        guard isStarted else { return [] }
        schedule.removeAll { action in
            if case .dial = action { return true }
            return false
        }
        return links.indices.compactMap { link in
            links[link].failures = 0
            guard links[link].state != .idle else { return dial(link) }
            links[link].redialsAtOnce = true
            return .close(link)
        }
    }

    private mutating func dial(_ link: Int) -> PBXAction? {
        guard let object else { return nil }
        links[link].state = .dialing
        return .dial(link, url: dialedURL(of: object))
    }

    private func dialedURL(of object: PBXAppObject) -> String {
        var url = object.url
        if url.hasPrefix("http") { url = "ws" + url.dropFirst(4) }
        guard !options.dialsWholeURL, let slash = url.lastIndex(of: "/") else { return url }
        return String(url[..<slash])
    }

    mutating func connected(_ link: Int) -> [PBXAction] {
        guard links.indices.contains(link) else { return [] }
        links[link].state = .challenging
        // While it was dialled, the object may have changed or gone.
        guard object != nil, !links[link].redialsAtOnce else { return [.close(link)] }
        return [send(["mt": "AppChallenge"], to: link)]
    }

    mutating func disconnected(_ link: Int, now: Int64) {
        guard links.indices.contains(link) else { return }
        links[link].state = .idle
        schedule.removeAll { action in
            if case .dial(link, _) = action { return true }
            return false
        }
        guard isStarted, object != nil else { return links[link].redialsAtOnce = false }
        if links[link].redialsAtOnce {
            links[link].redialsAtOnce = false
            schedule.add(.dial(link, url: ""), at: now)
            return
        }
        let doublings = min(links[link].failures, 16)
        links[link].failures += 1
        schedule.add(.dial(link, url: ""), at: now + min(options.reconnectDelay << doublings, options.longestReconnectDelay))
    }

    /// When something is to be done without an event, in milliseconds since 1970 UTC.
    var nextDue: Int64? { schedule.nextDue }

    mutating func fire(now: Int64) -> [PBXAction] {
        schedule.take(at: now).compactMap { action in
            switch action {
            case .dial(let link, _): links[link].state == .idle ? dial(link) : nil
            case .send(let link, _): links[link].isOpen ? action : nil
            case .close: action
            }
        }
    }

    // MARK: Messages

    mutating func received(_ text: String, from link: Int, now: Int64) -> [PBXAction] {
        guard links.indices.contains(link) else { return [] }
        if text.utf8.count > 65_535 { violated(.oversizedMessage, "\(text.utf8.count) bytes", now) }
        guard let message = try? LabJSON(parsing: text), let mt = message["mt"]?.string else {
            violated(.malformedMessage, "no JSON object with mt", now)
            return []
        }
        switch takeFault(for: mt) {
        case nil: return perform(mt, message, link, now)
        case .drop: return [.close(link)]
        case .ignore: return []
        case .error(let value): return [send(answer(to: message, mt, [("error", value)]), to: link)]
        case .delay(let delay):
            for action in perform(mt, message, link, now) { schedule.add(action, at: now + delay) }
            return []
        }
    }

    private mutating func perform(_ mt: String, _ message: LabJSON, _ link: Int, _ now: Int64) -> [PBXAction] {
        switch (mt, links[link].state) {
        case ("AppChallengeResult", .challenging): return logIn(message, link)
        case ("AppLoginResult", .loggingIn(let sessionKey)): return loggedIn(message, sessionKey, link)
        case ("AppInfoResult", .open(var open)):
            open.appInfo = message
            links[link].state = .open(open)
            return []
        case ("KeepAlive", .open): return []
        default: break
        }
        guard let api = message["api"]?.string else { return [] }
        guard case .open(let open) = links[link].state else {
            violated(.beforeLogin, "\(api) \(mt)", now)
            return []
        }
        guard object?.apis.contains(api) == true else {
            violated(.foreignAPI, api, now)
            return []
        }
        return api == "Services" ? services(mt, message, open, link, now) : []
    }

    private mutating func logIn(_ message: LabJSON, _ link: Int) -> [PBXAction] {
        guard let object, let challenge = message["challenge"].flatMap(Self.text) else { return [.close(link)] }
        let app = object.url.split(separator: "/").last.map(String.init) ?? ""
        let fields = AppLoginDigest.Fields(
            app: app, domain: domain, sip: object.name, guid: object.guid, dn: name(of: object), info: info(of: object, on: link))
        links[link].state = .loggingIn(sessionKey: AppLoginDigest.sessionKey(challenge: challenge, password: object.password))
        let login = LabJSON.object(
            ("mt", "AppLogin"), ("sip", .string(fields.sip)), ("guid", .string(fields.guid)), ("dn", .string(fields.dn)),
            ("digest", .string(AppLoginDigest.digest(fields, challenge: challenge, password: object.password))),
            ("domain", .string(fields.domain)), ("app", .string(fields.app)), ("info", fields.info))
        return [.send(link, login.text(options.escapesLogins ? .escaped : .plain))]
    }

    private mutating func loggedIn(_ message: LabJSON, _ sessionKey: String, _ link: Int) -> [PBXAction] {
        guard let object, message["ok"]?.isTruthy == true else { return [.close(link)] }
        links[link].state = .open(PBXLink.Open(sessionKey: sessionKey))
        links[link].failures = 0
        let app = object.url.split(separator: "/").last.map(String.init) ?? ""
        let pbxInfo = LabJSON.object(
            ("mt", "PbxInfo"), ("domain", .string(domain)), ("pbx", .string(links[link].name)),
            ("pbxDns", .string("\(links[link].name).\(domain)")), ("apis", .array(object.apis.map(LabJSON.string))), ("version", "16r1"),
            ("build", "1610855"))
        let appInfo: LabJSON = ["mt": "AppInfo", "app": .string(app)]
        return (options.sendsAppInfoFirst ? [appInfo, pbxInfo] : [pbxInfo, appInfo]).map { send($0, to: link) }
    }

    func name(of object: PBXAppObject) -> String { options.hasOddNames ? "R&D \"\(object.dn)\" 東京/😀" : object.dn }

    /// The `info` of the app object's own login, in the recorded key order (AppWebsocket, Who sends what).
    private func info(of object: PBXAppObject, on link: Int) -> LabJSON {
        let apps = object.apps.compactMap { name in services.first { $0.name == name } }
        return .object(
            ("appobj", .string(object.name)), ("appdn", .string(name(of: object))), ("appurl", .string(object.url)),
            ("pbx", .string(links[link].name)), ("cn", .string(name(of: object))), ("unlicensed", true),
            ("testmode", object.isInTestMode ? true : nil), ("lics", object.licences.flatMap { $0 > 0 ? .integer($0) : nil }),
            ("groups", options.hasOddNames ? [["name": "a&b", "modes": ["active", [1, 2]]]] : nil),
            ("apps", .array(apps.map { ["name": .string($0.name), "dn": .string($0.title)] })))
    }

    // MARK: Helpers

    mutating func violated(_ rule: PBXViolation.Rule, _ detail: String, _ now: Int64) {
        violations.append(PBXViolation(rule: rule, detail: detail, at: now))
    }

    mutating func forgetViolations() { violations = [] }

    func send(_ message: LabJSON, to link: Int) -> PBXAction { .send(link, message.text()) }

    func answer(to message: LabJSON, _ mt: String, _ members: [(String, LabJSON?)]) -> LabJSON {
        let fields: [(String, LabJSON?)] =
            [("api", message["api"]), ("mt", .string("\(mt)Result")), ("src", options.omitsSource ? nil : message["src"])] + members
        return .object(fields.compactMap { name, value in value.map { LabJSON.Member(name, $0) } })
    }

    mutating func setOpen(_ open: PBXLink.Open, _ link: Int) { links[link].state = .open(open) }

    /// Text that is new for every use, to encrypt a service login's key with.
    mutating func makeSalt() -> String { random.hex(bytes: 8) }

    private mutating func takeFault(for mt: String) -> PBXFault.Kind? {
        guard let index = faults.firstIndex(where: { $0.message == mt }) else { return nil }
        let kind = faults[index].kind
        faults[index].times -= 1
        if faults[index].times <= 0 { faults.remove(at: index) }
        return kind
    }

    /// A text, or the decimal text of a number: older builds write challenges as numbers.
    static func text(_ value: LabJSON) -> String? {
        switch value {
        case .string(let text), .number(let text): text
        default: nil
        }
    }
}

extension PBXLink {
    var isOpen: Bool {
        if case .open = state { return true }
        return false
    }
}
