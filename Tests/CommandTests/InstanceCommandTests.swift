import AppService
import Bridge
import Foundation
import Testing

@Suite("Changing what instances have stored")
struct InstanceCommandTests {
    private let folder: TemporaryFolder
    private var file: String { "\(folder.path)/c.yaml" }

    init() throws {
        folder = try TemporaryFolder()
        try write(password: "password-1")
    }

    private func write(password: String, numbers: String = "{id: 7, zone: sales}") throws {
        try folder.write(
            """
            publicURL: https://ap.example.com
            dataDirectory: data
            secretKeyFile: secret.key
            instances:
              - domain: example.com
                name: whatsapp
                password: \(password)
                graph: {appSecret: app-secret}
                accounts: [{waba: 1, token: t, numbers: [\(numbers)]}]
              - {domain: example.com, name: support, password: other}
            """,
            to: "c.yaml"
        )
    }

    private func location(_ instance: String = "example.com/whatsapp") throws -> StoreLocation {
        StoreLocation(dataDirectory: "\(folder.path)/data", instance: try #require(InstanceAddress(instance)))
    }

    private func settings(_ instance: String = "example.com/whatsapp") throws -> StoredSettings {
        try SettingsReader.settings(at: location(instance))
    }

    private func password(_ instance: String = "example.com/whatsapp") throws -> Secret? {
        let sealer = Sealer(key: try #require(try SealingKeyFile(path: "\(folder.path)/secret.key").read()))
        let address = try #require(InstanceAddress(instance))
        return try settings(instance).secrets[.password].map { try sealer.open($0, for: SealingContext(instance: address, field: "password")) }
    }

    private func apply(_ arguments: String...) throws -> Binary.Result {
        try Binary.run(["instance", "apply", "--config", file] + arguments)
    }

    private func setPassword(_ input: String, of instance: String = "example.com/whatsapp") throws -> Binary.Result {
        try Binary.run(["instance", "password", "set", "--config", file, "--instance", instance], input: input)
    }

    @Test("The file is applied without a service: one line for each instance, and nothing the second time")
    func applyAll() throws {
        let first = try apply()
        #expect(first.errors == "")
        #expect(first.exitCode == 0)
        #expect(
            first.output == """
                example.com/whatsapp: took over the password, the app secret, the token of account 1, number 7
                example.com/support: took over the password

                """)
        #expect(try password() == Secret("password-1"))
        let second = try apply()
        #expect(second.exitCode == 0)
        #expect(second.output == "example.com/whatsapp: nothing to change\nexample.com/support: nothing to change\n")
    }

    @Test("One instance alone is applied, whatever the case of its name")
    func applyOne() throws {
        let result = try apply("--instance", "Example.com/Support")
        #expect(result.exitCode == 0)
        #expect(result.output == "example.com/support: took over the password\n")
        #expect(throws: StoreError.self) { try settings() }
    }

    @Test("Beside a running service the file is applied too, and a deleted number comes back")
    func applyBeside() async throws {
        _ = try apply()
        // Holds the lock as a service does.
        let service = try InstanceDatabase(at: location())
        let store = SettingsStore(service)
        try await store.change { $0.numbers[PhoneNumberID(rawValue: "7")]?.deletedAt = Moment(seconds: 1) }
        let revision = try await store.revision()
        try write(password: "password-2")
        let result = try apply("--instance", "example.com/whatsapp")
        #expect(result.exitCode == 0)
        #expect(result.output == "example.com/whatsapp: took over the password, number 7\n")
        #expect(try await store.revision() == revision + 1)
        #expect(try await store.settings().activeNumbers.count == 1)
        #expect(try password() == Secret("password-2"))
    }

    @Test("The password is one line of standard input, with any line end or none", arguments: ["pass word-ä", "pass word-ä\n", "pass word-ä\r\n"])
    func setPassword(input: String) throws {
        let result = try setPassword(input)
        #expect(result.errors == "")
        #expect(result.exitCode == 0)
        #expect(result.output == "example.com/whatsapp: the password is set\n")
        #expect(try password() == Secret("pass word-ä"))
        let again = try setPassword(input)
        #expect(again.exitCode == 0)
        #expect(again.output == "example.com/whatsapp: nothing to change, the password was this one\n")
    }

    @Test("Beside a running service the password is set too, and the file's does not come back")
    func setPasswordBeside() async throws {
        _ = try apply()
        let service = try InstanceDatabase(at: location())
        let result = try setPassword("new\n")
        #expect(result.exitCode == 0)
        #expect(try await SettingsStore(service).revision() == 2)
        #expect(try password() == Secret("new"))
        #expect(try apply("--instance", "example.com/whatsapp").output == "example.com/whatsapp: took over the password\n")
        #expect(try password() == Secret("password-1"))
    }

    @Test(
        "A password that is none is refused, and nothing is touched",
        arguments: [
            ("", "Standard input holds no password: give it as one line"),
            ("\n", "Standard input holds no password: give it as one line"),
            ("one\ntwo\n", "The password on standard input must be one line of text without control characters"),
            ("one\ttwo", "The password on standard input must be one line of text without control characters"),
            (String(repeating: "x", count: 4_097), "The password on standard input must be one line of text without control characters"),
        ])
    func noPassword(input: String, sentence: String) throws {
        let result = try setPassword(input)
        #expect(result.exitCode == 64)
        #expect(result.output == "")
        #expect(result.errors == "whatsapp-connector: \(sentence); see: whatsapp-connector instance --help\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["c.yaml"])
    }

    @Test("The password is no argument, and the instance has to be named")
    func usage() throws {
        let extra = try Binary.run(["instance", "password", "set", "--config", file, "--instance", "example.com/whatsapp", "hunter2"])
        #expect(extra.exitCode == 64)
        let unnamed = try Binary.run(["instance", "password", "set", "--config", file], input: "new\n")
        #expect(unnamed.exitCode == 64)
        #expect(unnamed.errors.contains("--instance"))
        for result in [try setPassword("new\n", of: "example.com/sales"), try apply("--instance", "example.com/sales")] {
            #expect(result.exitCode == 64)
            #expect(
                result.errors == """
                    whatsapp-connector: There is no instance "example.com/sales" in the configuration, which has example.com/whatsapp, \
                    example.com/support; see: whatsapp-connector instance --help

                    """)
        }
    }

    @Test("A lost key is a configuration mistake, and no new one is made, whichever instance needs it")
    func lostKey() throws {
        _ = try apply("--instance", "example.com/whatsapp")
        try FileManager.default.removeItem(atPath: "\(folder.path)/secret.key")
        for instance in ["example.com/whatsapp", "example.com/support"] {
            let result = try setPassword("new\n", of: instance)
            #expect(result.exitCode == 78)
            #expect(result.errors.hasPrefix("whatsapp-connector: secretKeyFile: \(folder.path)/secret.key does not exist, but stored secrets"))
            #expect(result.errors.split(separator: "\n").count == 1)
        }
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/secret.key"))
    }

    @Test("A mistake in the file and a database that is none are one sentence, with their exit codes")
    func mistakes() throws {
        let missing = try Binary.run(["instance", "apply", "--config", "/nowhere/c.yaml"])
        #expect(missing.exitCode == 78)
        #expect(missing.errors == "whatsapp-connector: --config: the file /nowhere/c.yaml does not exist; create it or correct the path\n")

        try folder.makeFolder("data/example.com")
        try folder.write(String(repeating: "no database ", count: 500), to: "data/example.com/whatsapp.sqlite")
        let broken = try setPassword("new\n")
        #expect(broken.exitCode == 1)
        #expect(broken.errors.hasPrefix("whatsapp-connector: \(folder.path)/data/example.com/whatsapp.sqlite is not a database or is damaged"))
        #expect(broken.errors.split(separator: "\n").count == 1)
    }
}
