import AppService
import Bridge
import FoundationEssentials
import Protocol
import Synchronization
import Testing

@testable import SharedService

@Suite("Secrets of the shared service", .timeLimit(.minutes(2)))
struct SecretsServiceTests {
    @Test("No secret is in any answer, log line or file")
    func scan() async throws {
        try await World.run { world in
            var secrets = [World.appSecret, World.key, World.otherKey, World.verifyToken, world.instance.verifier]
            try await world.serving(isKilled: true) { service async throws in
                // A token that waits for a confirmation, one that failed, one that is handed over, one that is in use.
                let token = { (letter: String) in "token-" + String(repeating: letter, count: 24) }
                let live = try await service.join(world.other, token: token("A"))
                let ready = try await service.join(
                    world.instance, code: "code-2", token: token("B"), session: Service.message(number: "2002"), acknowledges: false)
                world.graph.issue("code-3", token: token("C"))
                let confirming = try await service.started(world.instance)
                #expect(try await service.signUp(confirming, code: "code-3").step == .takeover)
                world.graph.issue("code-4", token: token("D"), .init(app: "4712"))
                let failed = try await service.started(world.instance)
                #expect(try await service.signUp(failed, code: "code-4").step == .waiting)
                world.instance.state.update { $0.status = 503 }
                world.other.state.update { $0.status = 503 }
                #expect(try await service.notify(Service.messages("1001", number: "2001", "x")) == 200)
                _ = try await world.passing { try await service.start(world.instance.start, key: "wrong-key-0123456789") }
                secrets += ["A", "B", "C", "D"].map(token) + [live.handover.relay.key, ready.handover.relay.key, "wrong-key-0123456789"]
                secrets += [live.handover.appSecretProof ?? "", "code-3-", "code-4-"].filter { $0.count > 10 }

                let answers = world.answers.withLock { $0 }
                #expect(answers.count > 10 && world.log.lines.count > 5 && world.databaseBytes.count > 10_000)
                let database = String(decoding: world.databaseBytes.map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
                #expect(database.contains("example.com/whatsapp"), "the scan looks where it should")
                for secret in secrets {
                    #expect(!answers.contains { $0.contains(secret) })
                    #expect(!world.log.lines.contains { $0.contains(secret) })
                    #expect(!database.contains(secret))
                }
            }
        }
    }
}
