/// The simulated Connect as a value: what is stored, who is connected, and the rules of the public profile.
///
/// It has no sockets, no clock and no randomness but its seed; whoever runs it feeds events with the present moment and
/// performs the actions it returns, in order.
struct ConnectCore: Sendable {
    var options: ConnectOptions
    var faults: [ConnectFault] = []
    private(set) var violations: [ConnectViolation] = []
    let domain: String
    let appObjects: [ConnectAppObject]
    private(set) var users: [ConnectUser]

    var posts: [UInt64: ConnectStoredPost] = [:]
    /// The ids of all posts in the order they were stored.
    var storedOrder: [UInt64] = []
    /// The ids of the posts of each discussion, its root among them, in the order they were stored.
    var discussions: [UInt64: [UInt64]] = [:]
    var nextID: UInt64
    var sessions: [Int: ConnectSession] = [:]
    var schedule = Schedule<ConnectAction>()
    /// What happens by itself later.
    var events = Schedule<ConnectEvent>()
    var files: ConnectFiles
    var random: SeededGenerator

    /// - Parameter firstID: Id of the first post; the default does not fit into 32 bits.
    init(
        domain: String, appObjects: [ConnectAppObject], users: [ConnectUser], options: ConnectOptions = ConnectOptions(),
        firstID: UInt64 = 4_294_967_301, seed: UInt64 = 1
    ) {
        self.domain = domain
        self.appObjects = appObjects
        self.users = users
        self.options = options
        nextID = firstID
        files = ConnectFiles(nextFile: firstID)
        random = SeededGenerator(seed: seed)
    }

    // MARK: Connections

    mutating func connected(_ session: Int) { sessions[session] = ConnectSession() }

    mutating func disconnected(_ session: Int) {
        sessions[session] = nil
        schedule.removeAll { $0.session == session }
        for (id, buffer) in files.buffers where buffer.session == session { files.buffers[id] = nil }
    }

    /// The service closed the connection in order: what it left behind shows what it forgot.
    mutating func left(_ session: Int, now: Int64) {
        for (id, buffer) in files.buffers.sorted(by: { $0.key < $1.key }) where buffer.session == session {
            if case .full = buffer.content { violated(.uploadWithoutConsumer, "buffer \(id)", now) }
        }
        disconnected(session)
    }

    /// Ends every connection, as a restart of the service does; what is stored stays.
    mutating func restart() -> [ConnectAction] {
        let actions = sessions.keys.sorted().map(ConnectAction.close)
        for session in sessions.keys { disconnected(session) }
        return actions
    }

    /// When something is to be done without an event, in milliseconds since 1970 UTC.
    var nextDue: Int64? { [schedule.nextDue, events.nextDue].compactMap(\.self).min() }

    mutating func fire(now: Int64) -> [ConnectAction] {
        var actions: [ConnectAction] = []
        while let due = nextDue, due <= now {
            actions += schedule.take(at: due)
            for event in events.take(at: due) { actions += happened(event, now) }
        }
        return actions
    }

    private mutating func happened(_ event: ConnectEvent, _ now: Int64) -> [ConnectAction] {
        switch event {
        case .filesArrived(let incoming, let post): add(incoming, to: post)
        case .pushEnds(let key): endPushing(key)
        }
    }

    // MARK: Messages

    mutating func received(_ text: String, from session: Int, now: Int64) -> [ConnectAction] {
        guard let state = sessions[session]?.state else { return [] }
        if text.utf8.count > 65_535 { violated(.oversizedMessage, "\(text.utf8.count) bytes", now) }
        guard let message = try? LabJSON(parsing: text), let mt = message["mt"]?.string else {
            violated(.malformedMessage, "no JSON object with mt", now)
            guard case .open = state else { return close(session) }
            return []
        }
        if message["api"] != nil { violated(.apiProperty, mt, now) }
        guard let fault = takeFault(for: mt) else { return later(perform(mt, message, session, now), for: session, options.answerDelay, now) }
        return perform(mt, message, session, now, fault)
    }

    /// Carries out a message that a fault was planned for.
    private mutating func perform(
        _ mt: String, _ message: LabJSON, _ session: Int, _ now: Int64, _ fault: ConnectFault.Kind
    ) -> [ConnectAction] {
        switch fault {
        case .dropBefore: return close(session)
        case .ignore: return []
        case .error(let value): return [.send(session, .object(("mt", "\(mt)Result"), ("src", message["src"]), ("error", value)))]
        case .dropAfter, .loseAnswer, .delay, .interleave:
            let actions = perform(mt, message, session, now)
            for case .fetch(let fetch) in actions { files.keep(fault, for: fetch) }
            return spoiled(actions, by: fault, mt, session, now)
        }
    }

    /// What is left of the actions of a request that was carried out.
    mutating func spoiled(_ actions: [ConnectAction], by fault: ConnectFault.Kind, _ mt: String, _ session: Int, _ now: Int64) -> [ConnectAction] {
        switch fault {
        case .dropBefore, .ignore, .error: return actions
        case .dropAfter: return actions.filter { $0.session != session } + close(session)
        case .loseAnswer: return actions.filter { !isAnswer($0, to: session, mt) }
        case .delay(let delay):
            for answer in actions where isAnswer(answer, to: session, mt) { schedule.add(answer, at: now + delay) }
            return actions.filter { !isAnswer($0, to: session, mt) }
        case .interleave(let post):
            var actions = actions
            let live = (try? self.post(post, now: now).actions) ?? []
            let index = actions.lastIndex { isAnswer($0, to: session, mt) } ?? actions.endIndex
            actions.insert(contentsOf: live, at: index)
            return actions
        }
    }

    private func isAnswer(_ action: ConnectAction, to session: Int, _ mt: String) -> Bool {
        guard case .send(session, let message) = action else { return false }
        return message["mt"]?.string == "\(mt)Result"
    }

    private mutating func perform(_ mt: String, _ message: LabJSON, _ session: Int, _ now: Int64) -> [ConnectAction] {
        guard let login = sessions[session]?.login else { return beforeLogin(mt, message, session, now) }
        if message["src"]?.string == nil, mt != "KeepAlive" { violated(.missingSource, mt, now) }
        let request = ConnectRequest(mt: mt, message: message, session: session, login: login, now: now)
        switch mt {
        case "KeepAlive": return [.send(session, .object(("mt", "KeepAlive"), ("src", message["src"])))]
        case "Post": return post(request)
        case "Update": return update(request)
        case "Delete": return delete(request)
        case "SetRead": return setRead(request)
        case "SetFilter": return setFilter(request)
        case "GetMore": return getMore(request)
        case "Discussion": return discussion(request)
        case "Attachments": return attachments(request)
        case "CreateFileBuffer": return createFileBuffer(request)
        case "DeleteFileBuffer": return deleteFileBuffer(request)
        case "ReadTopics": return readTopics(request)
        default: return []
        }
    }

    // MARK: Helpers

    mutating func violated(_ rule: ConnectViolation.Rule, _ detail: String, _ now: Int64) {
        violations.append(ConnectViolation(rule: rule, detail: detail, at: now))
    }

    mutating func forgetViolations() { violations = [] }

    mutating func close(_ session: Int) -> [ConnectAction] {
        disconnected(session)
        return [.close(session)]
    }

    private mutating func takeFault(for mt: String) -> ConnectFault.Kind? {
        guard let index = faults.firstIndex(where: { $0.message == mt }) else { return nil }
        if faults[index].skipping > 0 {
            faults[index].skipping -= 1
            return nil
        }
        let kind = faults[index].kind
        faults[index].times -= 1
        if faults[index].times <= 0 { faults.remove(at: index) }
        return kind
    }

    /// Puts off what goes to `session`, and keeps the order of what goes to the others.
    mutating func later(_ actions: [ConnectAction], for session: Int, _ delay: Int64, _ now: Int64) -> [ConnectAction] {
        guard delay > 0 else { return actions }
        for action in actions where action.session == session { schedule.add(action, at: now + delay) }
        return actions.filter { $0.session != session }
    }
}

/// A message of a logged-in connection.
struct ConnectRequest {
    var mt: String
    var message: LabJSON
    var session: Int
    var login: ConnectSession.Login
    var now: Int64

    /// The result of the request, with its `src`.
    func answer(_ members: (String, LabJSON?)...) -> ConnectAction {
        let fields: [(String, LabJSON?)] = [("mt", .string("\(mt)Result")), ("src", message["src"])] + members
        return .send(session, .object(fields.compactMap { name, value in value.map { LabJSON.Member(name, $0) } }))
    }

    var failure: ConnectAction { answer(("error", true)) }
}
