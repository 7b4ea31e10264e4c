import AsyncHTTPClient
import Bridge
import Crypto
import Logging
import Protocol
import Testing

@testable import AppService

@Suite("What is agreed with a shared service") struct BindingTests {
    private let now = Moment(seconds: 1_790_000_000)

    private func sealer() throws -> Sealer { Sealer(key: try #require(SealingKey(bytes: (0..<32).map { UInt8($0) }))) }

    @Test("A new binding takes the place of its account's others; the key before counts for a day, older ones not at all")
    func replaced() throws {
        let sealed = try sealer().seal(Secret("x"), for: SealingContext(instance: "a/b", field: "c"))
        var settings = StoredSettings()
        func take(_ id: String, _ keyID: String, account: String = "1", at moment: Moment) {
            settings.take(.init(account: account, mode: .relay, state: .active, since: moment), id: id, keyID: keyID, key: sealed)
        }
        take("other", "k0", account: "2", at: now)
        take("a", "k1", at: now)
        take("b", "k2", at: now + .seconds(10))
        take("b", "k3", at: now + .seconds(20))
        #expect(Set(settings.bindings.keys) == ["other", "b"])
        #expect(settings.relayKeys.mapValues(\.retiredAt) == ["k0": nil, "k2": now + .seconds(20), "k3": nil])
        #expect(settings.relayKeys["k2"]?.binding == "b")
        settings.forget(binding: "b")
        #expect(Set(settings.relayKeys.keys) == ["k0"])
    }

    @Test("It comes out of the database as it went in, and its secrets are opened; a key that is not agreed on yet does not count")
    func stored() async throws {
        let instance = try TemporaryInstance()
        let store = SettingsStore(try InstanceDatabase(at: instance.location))
        let sealer = try sealer()
        let address = instance.location.instance
        let number = PhoneNumberID(rawValue: "5")
        let moment = now
        let settings = try await store.change { settings in
            settings.accounts["1"] = .init(
                token: try sealer.seal(Secret("token"), for: InstanceSecrets.tokenContext("1", of: address)),
                proof: try sealer.seal(Secret("proof"), for: InstanceSecrets.proofContext("1", of: address)))
            settings.numbers[number] = .init(account: "1")
            for (id, state) in [("a", StoredSettings.Binding.State.active), ("p", .pending)] {
                settings.bindings[id] = .init(account: "1", mode: .direct, state: state, since: moment)
                settings.relayKeys["key-\(id)"] = .init(
                    binding: id, key: try sealer.seal(Secret("key of \(id)"), for: InstanceSecrets.relayKeyContext("key-\(id)", of: address)))
            }
            settings.directPaths[number] = .init(
                path: try sealer.seal(Secret("path"), for: InstanceSecrets.pathContext(number, of: address)),
                verifyToken: try sealer.seal(Secret("verify"), for: InstanceSecrets.pathTokenContext(number, of: address)))
            return settings
        }
        var read = try await store.settings()
        // The store counts a number's changes.
        read.numbers[number]?.revision = 0
        #expect(read == settings)
        let secrets = try InstanceSecrets.open(settings, of: address, with: sealer)
        #expect(secrets.relayKeys.map { $0.counts(at: moment) } == [true, false])
        #expect(secrets.directPaths.map(\.path) == [Secret("path")])
        #expect(secrets.credentials(for: "1")?.proof == "proof")
        for text in ["token", "proof", "key of a", "key of p", "path", "verify"] { #expect(secrets.all.contains(Secret(text))) }
    }

    @Test("The app secret of ours proves nothing for a token of another app")
    func proof() {
        var secrets = InstanceSecrets.Contents()
        secrets.appSecrets = [Secret("ours")]
        secrets.tokens = ["1": Secret("t1"), "2": Secret("t2")]
        secrets.sharedAccounts = ["2"]
        #expect(secrets.credentials(for: "1")?.appSecret == Secret("ours"))
        #expect(secrets.credentials(for: "2") == GraphCredentials(accessToken: Secret("t2")))
        #expect(secrets.credentials(for: "3") == nil)
    }

    @Test("What was being agreed on when the service stopped is given up at the next start, and the shared service is told")
    func restart() async throws {
        let peer = try ScriptedServer([.close, .answer(status: 200, body: "{}")])
        let instance = try TemporaryInstance()
        let database = try InstanceDatabase(at: instance.location)
        let store = SettingsStore(database)
        let sealer = try sealer()
        let address = instance.location.instance
        let key = Base64URL.text([UInt8](repeating: 7, count: 32))
        let moment = now
        try await store.change { settings in
            settings.bindings["b-1"] = .init(account: "1", mode: .relay, state: .pending, since: moment)
            settings.relayKeys["k-1"] = .init(
                binding: "b-1", key: try sealer.seal(Secret(key), for: InstanceSecrets.relayKeyContext("k-1", of: address)))
        }
        let settings = try await store.settings()
        let secrets = InstanceSecrets(try InstanceSecrets.open(settings, of: address, with: sealer))
        let clock = MovableClock(standingAt: now)
        let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: GraphClient.clientConfiguration)
        let graph = GraphClient(client: client, configuration: .init(baseURL: "http://127.0.0.1:1"))
        let ender = BindingEnder(
            instance: address, service: PairingClient(client: client, base: peer.baseURL, key: Secret("key")),
            setup: GraphAccountSetup(graph: graph, probe: WebhookProbe(client: client)) { WebhookCallback(url: "", verifyToken: Secret("")) },
            storage: InstanceStorage(
                store: SQLiteStore(database), settingsStore: store, sealer: sealer, settings: settings, secrets: secrets),
            clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, bell: Bell(), changed: {})
        let running = Task { await ender.run() }
        while try await !store.settings().bindings.isEmpty {
            clock.move(by: .seconds(30))
            try await Task.sleep(for: .milliseconds(20))
        }
        running.cancel()
        await running.value
        try await client.shutdown()
        #expect(try await store.settings().relayKeys.isEmpty)
        let request = try #require(peer.requests.last)
        #expect(request.hasPrefix("POST /v1/bindings/b-1/end "))
        let field = try #require(request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("x-relay-signature: ") })
        let signature = try #require(RelaySignature(header: String(field.dropFirst("x-relay-signature: ".count))))
        #expect(signature.keyID == "k-1" && signature.isValid(for: Array("{}".utf8), key: SymmetricKey(data: [UInt8](repeating: 7, count: 32))))
    }
}
