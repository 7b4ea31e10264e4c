import AppService

/// A Connect that the contract tests run against: the one in memory, or the lab's behind real sockets.
protocol ContractPeer: ConnectServices {
    /// A person posts; time goes on by a second first. `anna` and `carla` are known.
    func post(_ text: String, by author: String, under target: UInt64?, isPrivate: Bool, notify: [String]) throws -> UInt64
    /// Spoils the next message of this kind.
    func plan(_ fault: ContractFault, on mt: String)
    /// Ends all connections.
    func dropAll()
    /// The PBX connection goes or comes.
    func setLink(_ isLinked: Bool)
    /// The zones that logins grant from now on; the list of services is sent again.
    func setZones(_ zones: [String])
    /// Makes a person's post vanish, with what is under it.
    func take(away id: UInt64, by author: String) throws
    /// Everything that is stored, in order.
    var stored: [ContractPost] { get }
    /// What it had to complain about.
    var complaints: [String] { get }
}

/// A post as a peer has it.
struct ContractPost: Equatable, Sendable {
    var id: UInt64
    var repliesTo: UInt64?
    var author: String
    var text: String
    var isPrivate: Bool
    var notify: [String]
    var tags: [String]
    var guid: String?
    var title: String?
}

/// What goes wrong with a message.
enum ContractFault: Sendable {
    /// The connection ends; nothing is done.
    case dropBefore
    /// It is done; the connection ends without an answer.
    case dropAfter
    /// Nothing is done, and `error` is true.
    case errorTrue
    /// Nothing is done, and `error` is this text.
    case errorText(String)
    /// Nothing is done, and `error` is this number.
    case errorNumber(Int)
}

/// How a peer behaves.
struct ContractOptions: Sendable {
    var hasModerator = true
    var isAwkward = false
    var echoesBeforeResult = false
    var ignoresFilterSource = false
    var showsGuid = true
}

extension ContractPeer {
    @discardableResult
    func post(_ text: String, by author: String = "anna", under target: UInt64? = nil) throws -> UInt64 {
        try post(text, by: author, under: target, isPrivate: false, notify: [])
    }
}

/// Which peers there are.
enum PeerKind: String, CaseIterable, Sendable {
    case memory
    case sockets

    /// Runs `body` with such a peer.
    func run(_ options: ContractOptions = ContractOptions(), _ body: @escaping @Sendable (AnyPeer) async throws -> Void) async throws {
        switch self {
        case .memory: try await body(AnyPeer(base: ConnectPeer(contract: options)))
        case .sockets: try await LabPeer.run(options) { try await body(AnyPeer(base: $0)) }
        }
    }
}

/// Any of them.
struct AnyPeer: ContractPeer {
    let base: any ContractPeer

    func post(_ text: String, by author: String, under target: UInt64?, isPrivate: Bool, notify: [String]) throws -> UInt64 {
        try base.post(text, by: author, under: target, isPrivate: isPrivate, notify: notify)
    }
    func plan(_ fault: ContractFault, on mt: String = "Post") { base.plan(fault, on: mt) }
    func dropAll() { base.dropAll() }
    func setLink(_ isLinked: Bool) { base.setLink(isLinked) }
    func setZones(_ zones: [String]) { base.setZones(zones) }
    func take(away id: UInt64, by author: String) throws { try base.take(away: id, by: author) }
    var stored: [ContractPost] { base.stored }
    var complaints: [String] { base.complaints }
    func lists() -> AsyncStream<[ConnectServiceEntry]?> { base.lists() }
    func withConnection<Result: Sendable>(
        to entry: ConnectServiceEntry, _ body: @escaping @Sendable (any ConnectConnection) async throws -> Result
    ) async throws -> Result { try await base.withConnection(to: entry, body) }
}
