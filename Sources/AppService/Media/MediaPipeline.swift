public import Bridge
public import Logging
public import NIOCore

/// Brings files from one side to the other, one way in each direction, through a bounded spool on disk.
///
/// Inbound: Meta → spool → Connect. Outbound: Connect → spool → Meta. Each step may be repeated without harm, and goes on where it stopped.
public struct MediaPipeline: MediaPort {
    let spool: Spool
    let graph: GraphClient
    let connect: any ConnectFileSource
    let store: any Store
    let clock: any WallClock
    let logger: Logger
    let credentials: @Sendable (_ account: String) async -> GraphCredentials?

    /// - Parameters:
    ///   - spool: the instance's own
    ///   - graph: what to call Meta with
    ///   - connect: where files of posts are read
    ///   - store: remembers uploads
    ///   - credentials: the credentials of a WhatsApp Business Account, `nil` if none are stored
    public init(
        spool: Spool,
        graph: GraphClient,
        connect: any ConnectFileSource,
        store: any Store,
        clock: any WallClock,
        logger: Logger,
        credentials: @escaping @Sendable (_ account: String) async -> GraphCredentials?
    ) {
        self.spool = spool
        self.graph = graph
        self.connect = connect
        self.store = store
        self.clock = clock
        self.logger = logger
        self.credentials = credentials
    }

    /// Removes what a former run left behind, besides the files that are still on their way to Connect.
    public func recover() async throws {
        let kept = try await store.read { transaction in
            var names: [String: Int64] = [:]
            var after: InboundFile.ID?
            while true {
                let files = try transaction.unfinishedInboundFiles(after: after, limit: 1_000)
                for file in files {
                    switch file.state {
                    case .ready(let spooled): names[spooled.spool] = spooled.size
                    case .waiting: names[Self.name(of: file.id)] = InboundFileRule.largest
                    case .handedOver, .failed: break
                    }
                }
                guard let last = files.last else { return names }
                after = last.id
            }
        }
        try await spool.removeUnclaimed(keeping: kept)
        try await loadAgainWhatIsMissing()
    }

    /// Files that the ledger has as loaded and the disk has not, e.g. after the ledger came out of a backup, are loaded again.
    private func loadAgainWhatIsMissing() async throws {
        let sizes = try await spool.sizes()
        let missing = try await store.read { transaction in
            var missing: [InboundFile] = []
            var after: InboundFile.ID?
            while true {
                let files = try transaction.unfinishedInboundFiles(after: after, limit: 1_000)
                missing += files.filter { file in
                    if case .ready(let spooled) = file.state { sizes[spooled.spool] != spooled.size } else { false }
                }
                guard let last = files.last else { return missing }
                after = last.id
            }
        }
        guard !missing.isEmpty else { return }
        logger.warning("Files of customers are not on the disk any more; they are loaded again", metadata: ["files": "\(missing.count)"])
        let now = clock.now()
        try await store.write { transaction in
            for var file in missing {
                file.state = .waiting
                file.notBefore = now
                try transaction.updateInboundFile(file)
            }
        }
    }

    /// Forgets a file of the spool. What cannot be removed now is removed at the next start.
    public func discard(_ file: InboundFile.ID) async { await discard(named: Self.name(of: file)) }

    /// Forgets a file of the spool. What cannot be removed now is removed at the next start.
    public func discard(_ message: OutgoingMessage.ID) async { await discard(named: Self.name(of: message)) }

    private func discard(named name: String) async {
        do {
            try await spool.remove(name)
        } catch {
            logger.warning("A file of the spool cannot be removed", metadata: ["error": "\(error)"])
        }
    }

    static func name(of file: InboundFile.ID) -> String { "in-\(file.rawValue)" }

    static func name(of message: OutgoingMessage.ID) -> String { "out-\(message.rawValue)" }
}

/// Takes the bytes of a file chunk by chunk; whoever gives them waits for it.
public typealias FileSink = @Sendable (ByteBuffer) async throws -> Void

/// Where the pipeline reads the files of posts.
public protocol ConnectFileSource: Sendable {
    /// Reads a file of a post from an offset, and passes it on chunk by chunk.
    /// - Parameter limit: how long the whole file may be, in bytes.
    /// - Throws: what `sink` throws, and nothing else.
    func read(
        _ file: ConnectFile,
        of post: PostReference,
        from offset: Int64,
        limit: Int64,
        into sink: @escaping FileSink
    ) async throws -> ConnectFileReading
}

/// What became of reading a file of a post.
public enum ConnectFileReading: Equatable, Sendable {
    /// The whole file is there.
    case complete
    /// It is longer than allowed.
    case tooLarge
    /// It is not the file of which there is a part already: begin anew.
    case changed
    /// Connect does not have it, or does not hand it out.
    case gone
    /// It may work later, from where it stopped.
    case temporary(String)
}
