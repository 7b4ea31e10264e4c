import AppService
import Foundation
import SharedService
import Testing

@testable import whatsapp_connector

@Suite("The configuration of a shared service")
struct SharedServiceConfigurationTests {
    static let plain = """
        publicURL: https://wa.example.com
        secretKey: \(String(repeating: "ab", count: 32))
        verifyToken: verify-me
        app: {id: 4711, secret: SECRET-app, configurationID: 815}
        connectors: [{name: first, key: SECRET-key-0123456789}]
        """

    private func load(_ yaml: String) throws -> SharedServiceConfiguration {
        try ConfigurationLoader.loadSharedService(yaml: yaml, name: "s.yaml", folder: "").configuration
    }

    @Test("What is not given has a default")
    func defaults() throws {
        let configuration = try load(Self.plain)
        #expect(configuration.listen.description == "127.0.0.1:8081" && configuration.operations.description == "127.0.0.1:9091")
        #expect(configuration.graphBaseURL == "https://graph.facebook.com" && configuration.graphVersion == "v25.0")
        #expect(configuration.sdkURL == "https://connect.facebook.net/en_US/sdk.js" && configuration.app.previousSecret == nil)
        #expect(configuration.connectors.map(\.name) == ["first"] && configuration.app.configurationID == "815")
    }

    @Test("Everything can be given")
    func everything() throws {
        let configuration = try load(
            Self.plain.replacing("secret: SECRET-app,", with: "secret: SECRET-app, previousSecret: old,")
                + """

                listen: :8443
                operations: 127.0.0.1:9999
                dataDirectory: /data
                trustedProxies: [10.0.0.0/8]
                graph: {baseURL: "http://127.0.0.1:4000", version: v26.0}
                sdkURL: http://127.0.0.1:4000/meta/sdk.js
                """)
        #expect(configuration.listen.port == 8443 && configuration.dataDirectory == "/data" && configuration.trustedProxies.count == 1)
        #expect(configuration.graphVersion == "v26.0" && configuration.sdkURL == "http://127.0.0.1:4000/meta/sdk.js")
        #expect(configuration.app.previousSecret == Secret("old"))
    }

    @Test(
        "A mistake is one sentence that says where it is",
        arguments: [
            ("verifyToken: verify-me", "verifytoken: x", "s.yaml line 3: the key \"verifytoken\" is unknown; did you mean \"verifyToken\"?"),
            ("verifyToken: verify-me", "sdkURL: https://evil.example/sdk.js\nverifyToken: x", "for tests only"),
            ("https://wa.example.com", "http://wa.example.com", "publicURL must begin with https"),
            ("configurationID: 815", "x: 1", "the key \"x\" in app is unknown"),
            (", configurationID: 815", "", "app.configurationID is missing"),
            ("id: 4711", "id: abc", "must be the ID of an app at Meta"),
            ("secret: SECRET-app, ", "", "app.secretFile is missing"),
            ("verifyToken: verify-me\n", "", "verifyTokenFile is missing"),
            ("key: SECRET-key-0123456789", "key: short", "fewer than 16 characters"),
            ("[{name: first, key: SECRET-key-0123456789}]", "[]", "connectors is empty"),
            (
                "[{name: first, key: SECRET-key-0123456789}]",
                "[{name: a, key: SECRET-key-0123456789}, {name: b, key: SECRET-key-0123456789}]", "has the key of another connector"
            ),
        ]
    )
    func mistakes(text: String, other: String, sentence: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try load(Self.plain.replacing(text, with: other)) }
        #expect(error.description.contains(sentence), "\(error)")
        #expect(!error.description.contains("SECRET"))
    }

    @Test("The command runs the service, lists its bindings, and complains with the right codes")
    func command() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            Self.plain + "\nlisten: 127.0.0.1:0\noperations: 127.0.0.1:0\ndataDirectory: data\n", to: "s.yaml")
        let file = "\(folder.path)/s.yaml"
        #expect(try Binary.run(["shared-service", "bindings", "--config", file]).exitCode == 1)
        let service = try RunningBinary(["shared-service", "--config", file])
        _ = try service.errorLine("ready")
        let list = try Binary.run(["shared-service", "bindings", "--config", file])
        #expect(list.exitCode == 0 && list.output.isEmpty)
        #expect(try Binary.run(["shared-service", "end", "--config", file, "unknown"]).exitCode == 64)
        let ended = service.end(with: SIGTERM)
        #expect(ended.exitCode == 0 && !ended.errors.contains("SECRET"))
        try folder.write("publicURL: 1", to: "s.yaml")
        #expect(try Binary.run(["shared-service", "--config", file]).exitCode == 78)
    }
}

extension String {
    fileprivate func replacing(_ text: String, with other: String) -> String {
        split(separator: text, omittingEmptySubsequences: false).joined(separator: other)
    }
}
