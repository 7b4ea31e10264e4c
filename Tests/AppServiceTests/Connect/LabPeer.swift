import AppService
import Lab
import Logging
import NIOCore
import Protocol
import Synchronization
import Transport

/// The lab's Connect behind real sockets. The PBX's part, which is another's to test, is played here: the list of services, and logins
/// made with the passwords of the app objects.
final class LabPeer: ContractPeer {
    private struct State {
        var zones = ["whatsapp", "whatsapp2"]
        var isLinked = true
        var watchers: [AsyncStream<[ConnectServiceEntry]?>.Continuation] = []
    }

    private let lab: Lab
    private let url: String
    private let client: WebSocketClient
    private let hasModerator: Bool
    private let state = Mutex(State())

    private init(_ lab: Lab, _ url: String, hasModerator: Bool, _ logger: Logger) {
        self.lab = lab
        self.url = url
        self.hasModerator = hasModerator
        client = WebSocketClient(logger: logger)
    }

    /// Runs a lab while `body` runs.
    static func run(_ options: ContractOptions, _ body: @escaping @Sendable (LabPeer) async throws -> Void) async throws {
        let logger = Logger(label: "lab") { _ in SwiftLogNoOpLogHandler() }
        var configuration = LabConfiguration()
        if !options.hasModerator { configuration.moderatorPassword = nil }
        configuration.connectOptions.order = options.isAwkward ? .shuffled : .oldestFirst
        configuration.connectOptions.duplicatesAdds = options.isAwkward
        configuration.connectOptions.writesIDsAsText = options.isAwkward
        configuration.connectOptions.rootReferences = options.isAwkward ? .zero : .ownID
        configuration.connectOptions.echoesBeforeResult = options.echoesBeforeResult
        configuration.connectOptions.ignoresFilterSource = options.ignoresFilterSource
        configuration.connectOptions.showsDiscussion = options.showsGuid
        // The adapter's clock stands at the same moment.
        let lab = Lab(configuration: configuration, clock: .still(at: 1_788_264_000_000), logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await lab.run() }
            let addresses = try await lab.listening()
            try await body(LabPeer(lab, addresses.connect, hasModerator: options.hasModerator, logger))
        }
    }

    // MARK: ContractPeer

    func post(_ text: String, by author: String, under target: UInt64?, isPrivate: Bool, notify: [String]) throws -> UInt64 {
        lab.clock.advance(by: .seconds(1))
        return try lab.connect.post(
            ConnectHumanPost(author: author, text: text, topic: "whatsapp", repliesTo: target, isPrivate: isPrivate, notify: notify))
    }

    func plan(_ fault: ContractFault, on mt: String) {
        let kind: ConnectFault.Kind =
            switch fault {
            case .dropBefore: .dropBefore
            case .dropAfter: .dropAfter
            case .errorTrue: .error(true)
            case .errorText(let text): .error(.string(text))
            case .errorNumber(let number): .error(.integer(number))
            }
        lab.connect.plan(ConnectFault(kind, on: mt))
    }

    func dropAll() { lab.connect.restart() }

    func setLink(_ isLinked: Bool) {
        publish { $0.isLinked = isLinked }
        if !isLinked { dropAll() }
    }

    func setZones(_ zones: [String]) { publish { $0.zones = zones } }

    func take(away id: UInt64, by author: String) throws { try lab.connect.delete(id, by: author) }

    var stored: [ContractPost] {
        lab.connect.posts.map {
            ContractPost(
                id: $0.id, repliesTo: $0.repliesTo, author: $0.author, text: $0.text, isPrivate: $0.isPrivate, notify: $0.notify, tags: $0.tags,
                guid: $0.discussionGuid, title: $0.discussionTitle)
        }
    }

    var complaints: [String] { lab.connect.violations.map { "\($0.rule): \($0.detail)" } }

    // MARK: ConnectServices

    func lists() -> AsyncStream<[ConnectServiceEntry]?> {
        let (stream, continuation) = AsyncStream.makeStream(of: [ConnectServiceEntry]?.self)
        publish { $0.watchers.append(continuation) }
        return stream
    }

    func withConnection<Result: Sendable>(
        to entry: ConnectServiceEntry, _ body: @escaping @Sendable (any ConnectConnection) async throws -> Result
    ) async throws -> Result {
        let zones = try state.withLock { state in
            guard state.isLinked else { throw Refused() }
            return state.zones
        }
        let password = entry.name == "connect" ? "lab-connect-01" : "lab-moderator1"
        let address = ServiceAddress(entry.url)?.candidates.first ?? ""
        return try await client.withConnection(to: address) { socket in
            let connection = Connection(socket: socket)
            try await connection.send(AppChallenge().encoded())
            let challenge = try await connection.answer(AppChallengeResult.self).challenge
            let apps = zones.map { #"{"name":"\#($0)","dn":"\#($0)"}"# }.joined(separator: ",")
            var login = AppLogin(
                app: "innovaphone-connect", domain: "example.com", sip: "whatsapp", guid: "00112233445566778899aabbccddeeff", dn: "WhatsApp",
                info: try RawJSON(#"{"appobj":"\#(entry.name)","unlicensed":true,"apps":[\#(apps)]}"#), pbxObj: entry.name)
            login.digest = LoginDigest.digest(of: login, challenge: challenge, password: password)
            try await connection.send(login.encoded())
            guard try await connection.answer(AppLoginResult.self).ok else { throw Refused() }
            return try await body(connection)
        }
    }

    struct Refused: Error {}

    private struct Connection: ConnectConnection {
        let socket: WebSocketConnection
        let sip = "whatsapp"

        func send(_ message: [UInt8]) async throws { try await socket.send(text: ByteBuffer(bytes: message)) }

        func receive() async throws -> [UInt8]? {
            while let message = try await socket.receive() {
                if case .text(let text) = message { return Array(text.readableBytesView) }
            }
            return nil
        }

        func answer<Message: AppWebsocketMessage>(_ type: Message.Type) async throws -> Message {
            guard let bytes = try await receive() else { throw Refused() }
            return try Message(Envelope(bytes))
        }
    }

    private func publish(_ change: (inout State) -> Void) {
        state.withLock { state in
            change(&state)
            let names = hasModerator ? ["connect", "connect~moderator"] : ["connect"]
            let list = names.map { ConnectServiceEntry(name: $0, url: url, apis: ["com.innovaphone.connect"]) }
            for watcher in state.watchers { watcher.yield(state.isLinked ? list : nil) }
        }
    }
}
