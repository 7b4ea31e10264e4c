import AppService
import Testing

@testable import whatsapp_connector

@Suite("Configuration from the environment")
struct EnvironmentSettingsTests {
    private let yaml = """
        listen: 127.0.0.1:1
        publicURL: https://file.example.com
        manager: {passwordFile: /nowhere/manager}
        instances: [{domain: example.com, name: whatsapp, password: abc}]
        """

    @Test(
        "A key's variable",
        arguments: [
            (["publicURL"], "WHATSAPP_CONNECTOR_PUBLIC_URL"),
            (["listen"], "WHATSAPP_CONNECTOR_LISTEN"),
            (["secretKeyFile"], "WHATSAPP_CONNECTOR_SECRET_KEY_FILE"),
            (["sharedServiceURL"], "WHATSAPP_CONNECTOR_SHARED_SERVICE_URL"),
            (["tls", "privateKey"], "WHATSAPP_CONNECTOR_TLS_PRIVATE_KEY"),
            (["manager", "passwordFile"], "WHATSAPP_CONNECTOR_MANAGER_PASSWORD_FILE"),
        ]
    )
    func names(keyPath: [String], variable: String) {
        #expect(EnvironmentSettings.variable(for: keyPath) == variable)
        #expect(ConfigurationKeys.environment.contains(keyPath))
    }

    @Test("The environment wins over the file, also over a key's twin")
    func precedence() throws {
        let service = try load(
            yaml,
            environment: [
                "WHATSAPP_CONNECTOR_LISTEN": "127.0.0.1:2",
                "WHATSAPP_CONNECTOR_TRUSTED_PROXIES": "10.0.0.1, fd00::/8",
                "WHATSAPP_CONNECTOR_MANAGER_PASSWORD": "word",
                "WHATSAPP_CONNECTOR_SECRET_KEY": String(repeating: "0f", count: 32),
                "WHATSAPP_CONNECTOR_PUBLIC_URL": "",
                "PATH": "/bin",
            ]
        ).configuration
        #expect(service.listen.port == 2)
        #expect(service.trustedProxies.map(\.description) == ["10.0.0.1", "fd00::/8"])
        #expect(service.manager?.password == Secret("word"))
        #expect(service.publicURL.host == "file.example.com")
        if case .file = service.secretKey { Issue.record("The key comes from the environment") }
    }

    @Test("A section can stand in the environment alone")
    func sectionOnly() throws {
        let yaml = "{publicURL: 'https://a.example', instances: [{domain: a.example, name: w}]}"
        let loaded = try load(yaml, environment: ["WHATSAPP_CONNECTOR_MANAGER_PASSWORD": "word"])
        #expect(loaded.configuration.manager?.password == Secret("word"))
        #expect(loaded.warnings.isEmpty)
    }

    @Test(
        "Mistakes name the variable",
        arguments: [
            (
                ["LISTEN": "no"],
                "environment variable WHATSAPP_CONNECTOR_LISTEN: listen must be an address and a port such as 127.0.0.1:8080, not \"no\""
            ),
            (["PUBLIC_URI": "x"], "environment variable WHATSAPP_CONNECTOR_PUBLIC_URI is unknown; did you mean WHATSAPP_CONNECTOR_PUBLIC_URL?"),
            (["INSTANCES": "x"], "environment variable WHATSAPP_CONNECTOR_INSTANCES is unknown; did you mean WHATSAPP_CONNECTOR_LISTEN?"),
            (
                ["MANAGER_PASSWORD": "a", "MANAGER_PASSWORD_FILE": "b"],
                "environment variable WHATSAPP_CONNECTOR_MANAGER_PASSWORD and WHATSAPP_CONNECTOR_MANAGER_PASSWORD_FILE are both set; remove one of them"
            ),
            (
                ["TLS_CERTIFICATE": "/nowhere/a"],
                "environment variable WHATSAPP_CONNECTOR_TLS_CERTIFICATE: tls.certificate: the file /nowhere/a does not exist; create it or correct the path"
            ),
        ]
    )
    func mistakes(variables: [String: String], sentence: String) {
        var environment = ["WHATSAPP_CONNECTOR_MANAGER_PASSWORD": "word"]
        for (name, value) in variables { environment["WHATSAPP_CONNECTOR_" + name] = value }
        let error = #expect(throws: ConfigurationError.self) { try load(yaml, environment: environment) }
        #expect(error?.description == sentence)
    }

    @Test("Variables that Kubernetes sets for a service of our name are not ours")
    func serviceLinks() throws {
        let yaml = "{publicURL: 'https://a.example', instances: [{domain: a.example, name: w, password: p}]}"
        let links = [
            "WHATSAPP_CONNECTOR_SERVICE_HOST": "10.0.0.1", "WHATSAPP_CONNECTOR_SERVICE_PORT": "80", "WHATSAPP_CONNECTOR_PORT": "tcp://10.0.0.1:80",
            "WHATSAPP_CONNECTOR_PORT_80_TCP_ADDR": "10.0.0.1",
        ]
        #expect(throws: Never.self) { try load(yaml, environment: links) }
    }
}
