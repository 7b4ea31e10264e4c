import Synchronization
public import Transport

/// Gives the service's instance a password. What it throws is told to the administrator as a sentence.
public typealias InstancePasswordSetter = @Sendable (String) async throws -> Void

/// A password that the service's instance is to get.
struct PBXPasswordChange: Sendable {
    var session: Int
    var request: LabJSON
    var password: String
}

extension PBXSimulator {
    // MARK: Running

    /// Serves one administrator's connection until it ends.
    public func serve(_ connection: WebSocketConnection) async {
        let pump = SocketPump()
        let session = state.withLock { state in
            let session = state.nextSession
            state.nextSession += 1
            state.sessions[session] = pump.outlet
            state.administration.connected(session)
            return session
        }
        await pump.run(connection) { text in
            self.logAdmin(.fromService, try? LabJSON(parsing: text))
            self.receive(text, from: session)
        }
        state.withLock { state in
            state.sessions[session] = nil
            state.administration.disconnected(session)
        }
        changes.signal()
    }

    /// The answer goes out before what follows from the change, so that an administrator's page never sees the effect first.
    private func receive(_ text: String, from session: Int) {
        administer { administration, state, now in
            administration.received(
                text, from: session, directory: &state.directory, connected: Self.connected(state), appLogin: platformObject.login, now: now)
        }
    }

    /// One step of the administrators' side; what it wants sent is queued in the same moment, and the links follow the objects.
    func administer(_ body: (inout PBXAdministration, inout State, Int64) -> [PBXAdminAction]) {
        let now = clock.now()
        state.withLock { state in
            var administration = state.administration
            let before = state.directory
            let actions = body(&administration, &state, now)
            state.administration = administration
            for action in actions { perform(action, &state) }
            if state.directory.objects != before.objects { followObjects(&state) }
        }
        changes.signal()
    }

    private func perform(_ action: PBXAdminAction, _ state: inout State) {
        switch action {
        case .send(let session, let message):
            logAdmin(.toService, message)
            state.sessions[session]?.yield(.text(message.text()))
        case .close(let session): state.sessions[session]?.yield(.close)
        case .setInstancePassword(let session, let request, let password):
            passwordOutlet.yield(PBXPasswordChange(session: session, request: request, password: password))
        }
    }

    private func followObjects(_ state: inout State) {
        perform(state.core.follow(state.directory.appObject(path: appPath), state.directory.connectTargets), &state)
    }

    /// Gives the instance its passwords, one after the other, until cancelled.
    func setPasswords() async {
        for await change in passwords {
            let failure = await failure(of: change.password)
            administer { administration, _, _ in
                administration.instancePasswordSet(change.password, change.session, request: change.request, failure: failure)
            }
        }
    }

    private func failure(of password: String) async -> String? {
        guard let setInstancePassword else {
            return "The lab cannot change the password of a service that it did not start; use \"instance password set\"."
        }
        do {
            try await setInstancePassword(password)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func logAdmin(_ direction: WireLog.Direction, _ message: LabJSON?) {
        wire.add(.admin, direction, message?["mt"]?.string ?? "no JSON", message)
    }

    /// The app objects whose service is connected: Connect is part of the lab, of the others the PBX knows only ours.
    private static func connected(_ state: State) -> Set<String> {
        var names = Set(state.directory.objects.filter(\.isConnect).map(\.name))
        if let object = state.core.object, state.core.links.contains(where: \.isOpen) { names.insert(object.name) }
        return names
    }

    // MARK: Scripts

    /// All objects, in the order they were made.
    public var objects: [PBXObject] { state.withLock { $0.directory.objects } }

    /// Changes the object of that name, as somebody does by hand in the Advanced UI.
    ///
    /// - Throws: `LabError` if there is none, or its new name is taken.
    public func changeObject(_ name: String, _ body: (inout PBXObject) -> Void) throws(LabError) {
        try edit { directory throws(LabError) in try directory.change(named: name, body) }
    }

    /// Changes the objects, all that the body wants or nothing, and lets everything follow.
    func edit(_ body: (inout PBXDirectory) throws(LabError) -> Void) throws(LabError) {
        let result: Result<Void, LabError> = state.withLock { state in
            do throws(LabError) {
                var directory = state.directory
                try body(&directory)
                state.directory = directory
                followObjects(&state)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        changes.signal()
        try result.get()
    }

    /// Plans a fault for a message of an administrator, after those planned before.
    public func planForAdministrator(_ fault: PBXFault) {
        state.withLock { $0.administration.faults.append(fault) }
        changes.signal()
    }

    /// The URL that an object gets as soon as its service has an address; nothing happens if there is no such object.
    func place(_ name: String, at url: String) { try? changeObject(name) { $0.setApp("url", .string(url)) } }

    /// Tells the App Platform where its services are.
    func platformStarted(at base: String) {
        state.withLock { $0.administration.platform.base = base }
        platformObject.serviceStarted(at: base)
        changes.signal()
    }

    /// The instance's password as the App Platform knows it.
    var instancePassword: String { state.withLock { $0.administration.platform.password } }

    /// What the App Platform offers.
    var controls: LabJSON {
        .object(state.withLock { $0.administration.platform.controls }.compactMap { name, value in value.map { .init(name, $0) } })
    }
}
