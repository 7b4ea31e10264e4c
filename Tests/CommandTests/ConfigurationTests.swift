import AppService
import Bridge
import Testing

@testable import whatsapp_connector

@Suite("Configuration")
struct ConfigurationTests {
    @Test("Every key of the file arrives")
    func allKeys() throws {
        let folder = try TemporaryFolder()
        try folder.write("instance-password\n", to: "instance.password")
        try folder.write("manager-password", to: "manager.password")
        try folder.write("EAAG-token\r\n", to: "account.token")
        try folder.write("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", to: "tls.crt")
        try folder.write("-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----\n", to: "tls.key")
        let yaml = """
            listen: "[::1]:8443"
            operations: localhost:0
            publicURL: HTTPS://AP.example.com:8443/base/
            dataDirectory: data
            secretKeyFile: keys/secret.key
            trustedProxies: [10.0.0.0/8, "fd00::1"]
            settings: off
            tls: {certificate: tls.crt, privateKey: tls.key}
            manager: {passwordFile: manager.password}
            sharedServiceURL: https://shared.example.com/
            sharedServiceKey: shared-service-key
            sharedServiceMode: direct
            instances:
              - domain: example.com
                name: whatsapp
                passwordFile: instance.password
                language: de
                retentionDays: 30
                graph:
                  baseURL: http://127.0.0.1:9999/
                  version: v24.0
                  appSecret: app-secret
                  previousAppSecret: old-secret
                  verifyToken: verify-me
                connect: {profile: public}
                accounts:
                  - waba: 9001
                    tokenFile: account.token
                    numbers:
                      - {id: "104222333444555", app: connect, zone: whatsapp, tags: ["#vip", two words], licensed: false,
                         closedMessage: Geschlossen, readReceipts: true, typing: true, edits: correction}
                      - id: 0123
              - {domain: other.example, name: wa, password: 0123}
            """
        let loaded = try load(yaml, folder: folder.path)
        let service = loaded.configuration
        #expect(service.listen == ListenAddress(host: "::1", port: 8443))
        #expect(service.operations == ListenAddress(host: "localhost", port: 0))
        #expect(service.publicURL.description == "https://ap.example.com:8443/base")
        #expect(service.dataDirectory == "\(folder.path)/data")
        guard case .file(let keyFile) = service.secretKey else {
            Issue.record("The key does not come from a file")
            return
        }
        #expect(keyFile.path == "\(folder.path)/keys/secret.key")
        #expect(service.trustedProxies.map(\.description) == ["10.0.0.0/8", "fd00::1"])
        #expect(service.settings == .off)
        #expect(service.tls?.certificate == .file("\(folder.path)/tls.crt"))
        #expect(service.tls?.privateKey == .file("\(folder.path)/tls.key"))
        #expect(service.manager?.password == Secret("manager-password"))
        #expect(service.sharedServiceURL == "https://shared.example.com")
        #expect(service.sharedServiceKey == Secret("shared-service-key"))
        #expect("\(service.sharedServiceMode)" == "direct")
        #expect(service.instances.map(\.address.description) == ["example.com/whatsapp", "other.example/wa"])

        let instance = service.instances[0]
        #expect(instance.address.path == "/example.com/whatsapp")
        #expect(instance.password == Secret("instance-password"))
        #expect(instance.language == .de)
        #expect(instance.retentionDays == 30)
        #expect(instance.graph.baseURL == "http://127.0.0.1:9999")
        #expect(instance.graph.version == "v24.0")
        #expect(instance.graph.appSecret == Secret("app-secret"))
        #expect(instance.graph.previousAppSecret == Secret("old-secret"))
        #expect(instance.graph.verifyToken == Secret("verify-me"))
        #expect(instance.connect.profile == .public)
        #expect(instance.accounts.map(\.waba) == ["9001"])
        #expect(instance.accounts[0].token == Secret("EAAG-token"))
        #expect(
            instance.accounts[0].numbers == [
                NumberConfiguration(
                    id: PhoneNumberID(rawValue: "104222333444555"), app: "connect", zone: Zone(rawValue: "whatsapp"), tags: ["vip", "two words"],
                    licensed: false, closedMessage: "Geschlossen", readReceipts: true, typing: true, edits: .correction
                ),
                NumberConfiguration(id: PhoneNumberID(rawValue: "0123")),
            ]
        )
        #expect(service.instances[1].password == Secret("0123"))
        #expect(loaded.warnings == [])
    }

    @Test("Absent keys have the documented defaults")
    func defaults() throws {
        let loaded = try load("{publicURL: 'https://ap.example.com', instances: [{domain: example.com, name: whatsapp, password: abc}]}")
        let service = loaded.configuration
        #expect(service.listen.description == "127.0.0.1:8080")
        #expect(service.operations.description == "127.0.0.1:9090")
        #expect(service.dataDirectory == "/var/lib/whatsapp-connector")
        if case .file(let file) = service.secretKey { #expect(file.path == "/etc/whatsapp-connector/secret.key") } else { Issue.record("No file") }
        #expect(service.settings == .local)
        #expect(service.tls == nil)
        #expect(service.manager == nil)
        let instance = service.instances[0]
        #expect(instance.language == .en)
        #expect(instance.retentionDays == 90)
        #expect(instance.graph.baseURL == "https://graph.facebook.com")
        #expect(instance.graph.version == "v25.0")
        #expect(instance.accounts.isEmpty)
        #expect(loaded.warnings.isEmpty)
    }

    @Test("What is probably not wanted is a warning")
    func warnings() throws {
        let loaded = try load("{listen: ':80', publicURL: 'http://ap.example.com', instances: [{domain: example.com, name: whatsapp}]}")
        #expect(
            loaded.warnings == [
                "publicURL is not https: Meta calls https addresses only, and passwords travel in clear; use an https address",
                "listen takes plain HTTP from other machines; let only the reverse proxy reach it, or set tls",
            ]
        )
    }

    @Test("A secret that everybody on the machine may read is a warning")
    func readableSecret() throws {
        let folder = try TemporaryFolder()
        try folder.write("pw", to: "pw", mode: 0o644)
        let loaded = try load("{publicURL: 'https://a.example', instances: [{domain: a.example, name: w, passwordFile: pw}]}", folder: folder.path)
        #expect(
            loaded.warnings == [
                "everybody on this machine may read \(folder.path)/pw (instances[0].passwordFile); run: chmod 600 \(folder.path)/pw"
            ]
        )
    }

    @Test(
        "A file of a secret holds one line of text",
        arguments: [
            ("", "is empty; put the secret into it"),
            ("\n", "is empty; put the secret into it"),
            ("one\ntwo\n", "must be one line of text without control characters"),
            ("nul\0", "must be one line of text without control characters"),
        ]
    )
    func secretFiles(content: String, problem: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(content, to: "pw")
        let yaml = "{publicURL: 'https://a.example', instances: [{domain: a.example, name: w, passwordFile: pw}]}"
        let error = #expect(throws: ConfigurationError.self) { try load(yaml, folder: folder.path) }
        #expect(error?.description == "c.yaml line 1: instances[0].passwordFile \(problem)")
    }

    @Test("A secret key that a symbolic link leads into the data directory is refused")
    func linkedSecretKey() throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("data")
        try folder.link("elsewhere", to: "data")
        let yaml = """
            {publicURL: 'https://a.example', dataDirectory: data, secretKeyFile: elsewhere/secret.key,
             instances: [{domain: a.example, name: w, password: p}]}
            """
        let error = #expect(throws: ConfigurationError.self) { try load(yaml, folder: folder.path) }
        #expect(error?.description.hasPrefix("c.yaml line 1: secretKeyFile must not lie in dataDirectory") == true)
    }
}
