import Protocol

/// What is said with the PBX on its own connection, as rules: the list of services, and logins to them (AppWebsocket, Services).
struct PBXConversation {
    /// What is to be done.
    enum Action: Equatable {
        /// Send a message.
        case send([UInt8])
        /// A request is answered.
        case answered(Int, GetServiceLoginResult)
        /// What the PBX says of itself, or the list of services, is there anew.
        case changed
        /// Note that the PBX does something unexpected.
        case odd(String)
    }

    private struct Request {
        var id: Int
        var app: String

        var src: RequestTag { RequestTag("svc\(id)") }
    }

    /// What the PBX says of itself; nil until it does.
    private(set) var info: PbxInfo?
    /// The services; nil until the PBX listed them, empty if it never will.
    private(set) var services: [ServicesInfo.Service]?
    private var subscription: RequestTag?
    private var requests: [Request] = []
    private var lastID = 0

    /// The PBX says what it is; it may do so again.
    mutating func received(_ info: PbxInfo) -> [Action] {
        self.info = info
        guard info.apis.contains(.services) else {
            subscription = nil
            services = []
            return [.changed]
        }
        guard subscription == nil else { return [.changed] }
        services = nil
        let src = RequestTag("svc\(makeID())")
        subscription = src
        return [.changed, .send(SubscribeServices().encoded(src: src))]
    }

    /// The PBX says something in its Services API.
    mutating func received(_ message: Envelope) -> [Action] {
        switch message.mt {
        case ServicesInfo.mt:
            // There is one subscription only: a missing `src` does no harm.
            guard subscription != nil else { return [.odd("services without a subscription")] }
            services = ServicesInfo(message).services
            return [.changed]
        case SubscribeServicesResult.mt:
            guard SubscribeServicesResult(message).error?.isTruthy == true else { return [] }
            services = []
            return [.changed, .odd("the PBX refused the list of services")]
        case GetServiceLoginResult.mt:
            return answered(message)
        default:
            return [.odd("unknown message")]
        }
    }

    /// Asks for a login to a service. Of one service only one answer may be awaited at a time.
    ///
    /// - Parameters:
    ///   - app: name of the service's App object
    ///   - challenge: of the service
    /// - Returns: the request's id, and the message to send
    mutating func ask(for app: String, challenge: String) -> (id: Int, message: [UInt8]) {
        let request = Request(id: makeID(), app: app)
        requests.append(request)
        return (request.id, GetServiceLogin(app: app, challenge: challenge).encoded(src: request.src))
    }

    /// Waits for an answer no longer; if it comes, it is odd.
    mutating func giveUp(_ id: Int) { requests.removeAll { $0.id == id } }

    private mutating func answered(_ message: Envelope) -> [Action] {
        guard let result = try? GetServiceLoginResult(message) else { return [.odd("a login without digest")] }
        guard let index = index(of: message, result) else { return [.odd("an answer that nobody waits for")] }
        return [.answered(requests.remove(at: index).id, result)]
    }

    /// Some PBXs answer without `src`, and some with another app: then the App object's name tells, or that only one answer is awaited.
    private func index(of message: Envelope, _ result: GetServiceLoginResult) -> Int? {
        if let src = message.src { return requests.firstIndex { $0.src == src } }
        switch result {
        case .login(let login):
            return requests.firstIndex { $0.app == login.login.pbxObj }
        case .refused:
            return requests.count == 1 ? 0 : nil
        }
    }

    private mutating func makeID() -> Int {
        lastID += 1
        return lastID
    }
}
