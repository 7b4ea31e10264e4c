import Bridge
import BridgeTestSupport
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import AppService

/// One instance between scripted ports, on a clock that stands still.
final class InstanceBench: Sendable {
    static let number = PhoneNumberID(rawValue: "1090")
    static let zone = Zone(rawValue: "whatsapp")
    static let start = Moment(seconds: 1_790_000_000)

    let store: TroubledStore
    let clock = MovableClock(standingAt: InstanceBench.start)
    let connect: ScriptedConnect
    let whatsApp: ScriptedWhatsApp
    let media: ScriptedMedia
    let privatePosts: PrivatePostVerification?
    let instance: ConnectorInstance

    init(
        connect: ScriptedConnect = ScriptedConnect(),
        whatsApp: ScriptedWhatsApp = ScriptedWhatsApp(),
        media: ScriptedMedia = ScriptedMedia(),
        store: TroubledStore = TroubledStore(),
        privatePosts: (Logger) -> PrivatePostVerification? = { _ in nil }
    ) {
        self.media = media
        self.connect = connect
        self.whatsApp = whatsApp
        self.store = store
        let keys = Keys()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        self.privatePosts = privatePosts(logger)
        instance = ConnectorInstance(
            settings: Self.settings(),
            store: store,
            connect: connect,
            whatsApp: whatsApp,
            media: media,
            clock: clock,
            read: Self.events,
            makeKey: { keys.next() },
            jitter: { 0.5 },
            privatePosts: self.privatePosts,
            logger: logger
        )
    }

    static func settings(zone: Zone? = InstanceBench.zone) -> BridgeSettings {
        BridgeSettings(language: .en, numbers: [NumberSettings(id: number, account: "waba", zone: zone)])
    }

    /// A customer writes: each body is the text of one message, whose ID is the text.
    func customerWrites(_ text: String) async throws {
        try await instance.append(webhook: Array(text.utf8))
    }

    private static func events(in webhook: StoredWebhook) -> [InboundEvent] {
        let text = String(decoding: webhook.body, as: UTF8.self)
        return text.split(separator: "+").map { part in
            .message(
                CustomerMessage(
                    number: number,
                    wamid: Wamid(rawValue: String(part)),
                    sender: [.phone("4917600")],
                    senderName: "Ada",
                    writtenAt: webhook.receivedAt,
                    content: .text(String(part))
                )
            )
        }
    }

    private final class Keys: Sendable {
        private let last = Mutex(0)

        func next() -> String {
            last.withLock { last in
                last += 1
                return "key\(last)"
            }
        }
    }

    /// A colleague's post.
    func post(_ text: String, id: Int, in discussion: PostReference, answering target: PostReference? = nil) -> ConnectPost {
        Self.post(text, id: id, by: "anna", in: discussion, answering: target)
    }

    static func post(
        _ text: String,
        id: Int,
        by author: String,
        in discussion: PostReference,
        answering target: PostReference? = nil,
        isRoot: Bool = false
    ) -> ConnectPost {
        ConnectPost(
            reference: isRoot ? discussion : PostReference(rawValue: "post\(id)"),
            discussion: discussion,
            repliesTo: isRoot ? nil : target ?? discussion,
            zone: zone,
            author: author,
            html: text,
            writtenAt: start,
            files: nil,
            readOn: .plain,
            cursor: ConnectCursor(rawValue: "\(id)")
        )
    }

    /// The inbound ledger's states.
    var inbound: [String] { store.memory.contents.inbound.all.map(\.state.name) }
    /// The outbound ledger's states.
    var outgoing: [String] { store.memory.contents.outgoing.all.map(\.state.name) }

    /// Runs the instance while `body` runs, then cancels it.
    func whileRunning(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.instance.run() }
            try await body()
            group.cancelAll()
        }
    }

    /// Waits for something, moving the clock on by a step at every look.
    func comesWithTime(
        step: Duration = .seconds(1), sourceLocation: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
    ) async throws {
        try await eventually(meanwhile: { clock.move(by: step) }, sourceLocation: sourceLocation, condition)
    }
}
