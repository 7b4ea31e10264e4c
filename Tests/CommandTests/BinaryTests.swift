import AppService
import Foundation
import Testing

@Suite("The built command")
struct BinaryTests {
    @Test("A good configuration passes the check, with its warnings")
    func goodConfiguration() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            publicURL: https://ap.example.com
            dataDirectory: data
            secretKeyFile: secret.key
            instances:
              - domain: example.com
                name: whatsapp
                accounts: [{waba: 1, token: t, numbers: [{id: 7, app: connect, zone: whatsapp}]}]
            """,
            to: "c.yaml"
        )
        let result = try Binary.run(["check", "--config", "\(folder.path)/c.yaml"])
        #expect(result.exitCode == 0)
        #expect(result.errors == "")
        #expect(
            result.output == """
                ok       configuration: 1 instance
                ok       data directory: \(folder.path)/data will be made at the start
                ok       example.com/whatsapp: 1 account, 1 number; database will be made at the start
                ok       sealing key: \(folder.path)/secret.key will be made at the start
                warning  example.com/whatsapp has no password: nobody can log in to it until one is set; add passwordFile
                warning  example.com/whatsapp has no app secret: POST to its webhook answers 403, because nothing proves that Meta sent it; \
                add appSecretFile in its graph section

                """
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["c.yaml"])
    }

    @Test("A mistake is one sentence on standard error, and the exit code 78")
    func badConfiguration() throws {
        let folder = try TemporaryFolder()
        try folder.write("publicUrl: https://ap.example.com\n", to: "c.yaml")
        let result = try Binary.run(["check", "--config", "\(folder.path)/c.yaml"])
        #expect(result.exitCode == 78)
        #expect(result.output == "")
        #expect(result.errors == "whatsapp-connector: c.yaml line 1: the key \"publicUrl\" is unknown; did you mean \"publicURL\"?\n")
    }

    @Test("The environment is read")
    func environment() throws {
        let folder = try TemporaryFolder()
        try folder.write("{publicURL: 'https://ap.example.com', instances: [{domain: a.example, name: w, password: p}]}", to: "c.yaml")
        let result = try Binary.run(["check", "--config", "\(folder.path)/c.yaml"], environment: ["WHATSAPP_CONNECTOR_SETTINGS": "perhaps"])
        #expect(result.exitCode == 78)
        #expect(
            result.errors
                == "whatsapp-connector: environment variable WHATSAPP_CONNECTOR_SETTINGS: settings must be off, local or on, not \"perhaps\"\n")
    }

    @Test(
        "A missing file and a folder in its place are configuration mistakes",
        arguments: [
            ("/nowhere/c.yaml", "the file /nowhere/c.yaml does not exist; create it or correct the path"),
            ("/", "/ is a folder; name a file in it"),
        ])
    func missingFile(path: String, sentence: String) throws {
        let result = try Binary.run(["check", "--config", path])
        #expect(result.exitCode == 78)
        #expect(result.errors == "whatsapp-connector: --config: \(sentence)\n")
    }

    @Test(
        "Bad usage is one sentence on standard error, and the exit code 64",
        arguments: [
            (["check"], "Missing expected argument '--config <file>'; see: whatsapp-connector check --help"),
            (["chek"], "Unexpected argument 'chek'; see: whatsapp-connector --help"),
            (["check", "--config"], "Missing value for '--config <file>'; see: whatsapp-connector check --help"),
            (["check", "--config", "c.yaml", "--colour"], "Unknown option '--colour'; see: whatsapp-connector check --help"),
        ]
    )
    func badUsage(arguments: [String], sentence: String) throws {
        let result = try Binary.run(arguments)
        #expect(result.exitCode == 64)
        #expect(result.output == "")
        #expect(result.errors == "whatsapp-connector: \(sentence)\n")
    }

    @Test(
        "Help and version are on standard output",
        arguments: [
            ["--help"], ["--version"], [], ["check", "--help"], ["serve", "--help"], ["demo", "--help"], ["lab", "--help"], ["ledger", "--help"],
            ["replay", "--help"],
        ])
    func help(arguments: [String]) throws {
        let result = try Binary.run(arguments)
        #expect(result.exitCode == 0)
        #expect(result.errors == "")
        #expect(result.output.contains(arguments == ["--version"] ? ConnectorVersion.text : "USAGE: whatsapp-connector"))
    }
}
