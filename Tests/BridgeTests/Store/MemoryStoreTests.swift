import Bridge
import BridgeTestSupport
import Testing

@Suite struct MemoryStoreTests {
    @Test("The store in memory keeps the contract of stores", arguments: StoreContract.checks)
    func contract(check: StoreCheck) async throws {
        try await check.run(MemoryStore())
    }

    @Test func `A store goes on where another stood`() throws {
        let first = MemoryStore()
        first.append(webhookNow: [1], receivedAt: Moment(seconds: 1))
        let second = MemoryStore(contents: first.contents)
        try second.withTransaction { store in
            for webhook in try store.pendingWebhooks(limit: 10) { try store.finishWebhook(webhook.id) }
        }
        #expect(try second.withReadTransaction { try $0.pendingWebhooks(limit: 10) }.isEmpty)
        #expect(try first.withReadTransaction { try $0.pendingWebhooks(limit: 10) }.map(\.body) == [[1]])
    }
}
