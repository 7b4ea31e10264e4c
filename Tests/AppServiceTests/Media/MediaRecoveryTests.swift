import AsyncHTTPClient
import Bridge
import BridgeTestSupport
import Foundation
import Logging
import Testing

@testable import AppService

/// What the pipeline finds at its start.
@Suite struct MediaRecoveryTests {
    private static let number = PhoneNumberID(rawValue: "1090")
    private static let now = Moment(seconds: 1_790_000_000)

    @Test("Files that the ledger has as loaded and the disk has not, or not whole, are loaded again; others are kept, and strangers go")
    func missing() async throws {
        let folder = TemporarySpool(limit: 1_000)
        let spool = folder.spool
        for (name, text) in [("in-1", "whole"), ("in-2", "who"), ("in-9", "stranger"), ("out-4", "old")] {
            try folder.put(text, as: name)
        }
        let store = MemoryStore()
        try store.withTransaction { transaction in
            let customer = try transaction.insertCustomer(name: nil, aliases: [.phone("1")])
            let conversation = try transaction.insertConversation(number: Self.number, customer: customer.id, address: [.phone("1")])
            let message = CustomerMessage(
                number: Self.number, wamid: Wamid(rawValue: "w"), sender: [.phone("1")], writtenAt: Self.now, content: .text("a"))
            let event = try #require(
                try transaction.insertInbound(key: "k", event: .message(message), state: .held(.connect), recordedAt: Self.now))
            for number in 1...3 {
                let id = try transaction.insertInboundFile(
                    event: event, conversation: conversation.id, number: Self.number,
                    file: CustomerFile(source: .media(id: "m\(number)", digest: nil)), at: Self.now)
                var file = try #require(try transaction.inboundFile(id))
                file.state = .ready(SpooledFile(spool: "in-\(number)", size: 5, name: "n", mimeType: "t"))
                try transaction.updateInboundFile(file)
            }
        }
        let clock = MovableClock(standingAt: Self.now + .seconds(60))
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        // Nothing is asked of Meta at the start.
        let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: GraphClient.clientConfiguration)
        let pipeline = MediaPipeline(
            spool: spool, graph: GraphClient(client: client, configuration: GraphClient.Configuration()), connect: NoFiles(), store: store,
            clock: clock, logger: logger, credentials: { _ in nil })
        try await pipeline.recover()
        try await client.shutdown()
        #expect(store.contents.files.all.map(\.state.name) == ["ready", "waiting", "waiting"])
        #expect(try await spool.sizes() == ["in-1": 5, "in-2": 3])
        await pipeline.discard(InboundFile.ID(rawValue: 1))
        await pipeline.discard(OutgoingMessage.ID(rawValue: 4))
        #expect(try await spool.sizes() == ["in-2": 3])
    }

    private struct NoFiles: ConnectFileSource {
        func read(
            _ file: ConnectFile, of post: PostReference, from offset: Int64, limit: Int64, into sink: @escaping FileSink
        ) async throws -> ConnectFileReading {
            .gone
        }
    }
}
