import BridgeTestSupport

@testable import Bridge

/// Files on their way from the customer to Connect.
extension Story {
    /// A customer sends a message with files.
    func customerSends(
        _ placeholder: MessagePlaceholder = .media(.document, name: "a.pdf", caption: "look", .attached),
        files: Int = 1,
        wamid: String = "wamid.file",
        from sender: [Alias] = Story.ada
    ) throws {
        let files = (0..<files).map { CustomerFile(source: .media(id: "\(wamid).\($0)", digest: nil), name: "f\($0).pdf") }
        try record(
            .message(
                CustomerMessage(
                    number: Self.number, wamid: Wamid(rawValue: wamid), sender: sender, senderName: "Ada", writtenAt: now, type: "document",
                    content: .placeholder(placeholder), files: files)))
    }

    static let cards = MessagePlaceholder.contacts([.init(name: "Bo", lines: []), .init(name: "Cy", lines: [])])

    /// Loads all files whose time has come. Returns how many were tried.
    @discardableResult
    func loadAll(_ result: (FetchRequest) -> FetchResult = Story.loaded) throws -> Int {
        let flow = InboundFileFlow(settings: settings, makeKey: makeKey)
        var tries = 0
        for file in try store.withTransaction({ try $0.inboundFilesInNeed(after: nil, limit: 1_000) }) {
            let now = now
            guard case .fetch(let request) = try transact({ try flow.begin(file.id, at: now, in: $0) }) else { continue }
            tries += 1
            let outcome = result(request)
            try transact { try flow.finish(file.id, with: outcome, at: now, in: $0) }
        }
        return tries
    }

    static let loaded: @Sendable (FetchRequest) -> FetchResult = { request in
        .ready(SpooledFile(spool: "in-\(request.id.rawValue)", size: 10, name: request.file.name ?? "file", mimeType: "application/pdf"))
    }

    static let unreachable: @Sendable (FetchRequest) -> FetchResult = { _ in .temporary("no route") }

    /// Where each file stands.
    var fileStates: [String] { store.contents.files.all.map(\.state.name) }

    /// The posts that brought files, and how many each.
    var attached: [(post: PostReference, files: Int)] {
        posts.filter { !$0.request.files.isEmpty }.map { ($0.reference, $0.request.files.count) }
    }

    /// The inbound ledger's states.
    var inboundStates: [String] { store.contents.inbound.all.map(\.state.name) }
}

/// Files on their way from a colleague to the customer.
extension Story {
    static func file(_ name: String) -> ConnectFile { ConnectFile(reference: "id:\(name)", name: name) }

    static func upload(_ kind: OutgoingFileRule.Kind) -> (PreparationRequest) -> PreparationResult {
        { request in .uploaded(UploadedFile(mediaID: "m-\(request.file.name ?? "")", kind: kind, name: request.file.name ?? "", at: Story.start)) }
    }

    /// What was sent, in words: texts, and files as `kind:name|caption`.
    var sentWords: [String] {
        sent.map { request in
            switch request.content {
            case .text(let text): text
            case .file(let file, let caption): "\(file.upload?.kind.rawValue ?? "?"):\(file.name ?? "")" + (caption.map { "|" + $0 } ?? "")
            case .location(let place): "place:\(place.label ?? "")"
            case .contacts(let cards): "cards:\(cards.count)"
            case .reaction(let emoji, _): "reaction:\(emoji)"
            case .undecided: "undecided"
            }
        }
    }

    /// Shows a post that was changed, as a live change does.
    func change(_ post: ConnectPost) throws {
        let forwarding = ForwardingFlow(settings: settings, identity: identity, makeKey: makeKey)
        let flow = ChangeFlow(settings: settings, identity: identity, makeKey: makeKey)
        let now = now
        try store.withTransaction {
            try forwarding.note([post], in: $0)
            try flow.compare(post, at: now, in: $0)
        }
    }
}
