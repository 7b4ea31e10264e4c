import Foundation
import Glibc
import Testing

@Suite("backup and restore", .timeLimit(.minutes(2)))
struct BackupCommandTests {
    private let folder: TemporaryFolder
    private var file: String { "\(folder.path)/c.yaml" }
    private var backup: String { "\(folder.path)/backup" }
    private var database: String { "\(folder.path)/data/example.com/whatsapp.sqlite" }

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            """
            listen: 127.0.0.1:0
            operations: 127.0.0.1:0
            publicURL: https://ap.example.com
            dataDirectory: data
            secretKeyFile: secret.key
            instances:
              - domain: example.com
                name: whatsapp
                password: SECRET-password
                graph: {appSecret: SECRET-app, verifyToken: SECRET-verify}
                accounts: [{waba: 1, token: SECRET-token, numbers: [{id: 7, app: connect, zone: whatsapp}]}]
            """,
            to: "c.yaml"
        )
    }

    private func start() throws -> RunningBinary {
        let service = try RunningBinary(["serve", "--config", file, "--log-format", "json"])
        _ = try service.errorLine("\"message\":\"ready\"")
        return service
    }

    private func serveOnce() throws {
        let service = try start()
        #expect(service.end(with: SIGTERM).exitCode == 0)
    }

    @Test("A backup is made beside the service, and put back once that is stopped")
    func roundTrip() throws {
        let service = try start()
        let made = try Binary.run(["backup", "--config", file, "--to", backup])
        #expect(made.errors == "")
        #expect(made.exitCode == 0)
        #expect(made.output.hasPrefix("example.com/whatsapp: "))
        #expect(made.output.contains("The backup is in \(backup).\n"))
        #expect(made.output.contains("Keep the sealing key \(folder.path)/secret.key too, in another place"))
        let content = try FileManager.default.subpathsOfDirectory(atPath: backup)
        #expect(content.sorted() == ["example.com", "example.com/whatsapp.sqlite", "manifest.json"])

        let refused = try Binary.run(["restore", "--config", file, "--from", backup, "--replace"])
        #expect(refused.exitCode == 1)
        #expect(refused.errors.hasPrefix("whatsapp-connector: Instance example.com/whatsapp is already served by another process"))
        #expect(service.end(with: SIGTERM).exitCode == 0)

        let taken = try Binary.run(["restore", "--config", file, "--from", backup])
        #expect(taken.exitCode == 1)
        #expect(taken.errors == "whatsapp-connector: \(database) exists; with --replace it is moved aside, not deleted.\n")

        let restored = try Binary.run(["restore", "--config", file, "--from", backup, "--replace"])
        #expect(restored.errors == "")
        #expect(restored.exitCode == 0)
        #expect(restored.output.contains("example.com/whatsapp: put back; what was there is now \(database).replaced-"))
        // The secrets in it open with the key that was kept.
        try serveOnce()
        #expect(try Binary.run(["check", "--config", file]).exitCode == 0)
    }

    @Test("A second backup does not go into the folder of the first")
    func twice() throws {
        try serveOnce()
        #expect(try Binary.run(["backup", "--config", file, "--to", backup]).exitCode == 0)
        let second = try Binary.run(["backup", "--config", file, "--to", backup])
        #expect(second.exitCode == 1)
        #expect(second.errors == "whatsapp-connector: \(backup) is not empty; name a folder that is empty or does not exist.\n")
    }

    @Test("Without an option that says where, it is bad usage", arguments: [["backup"], ["restore"]])
    func usage(command: [String]) throws {
        let result = try Binary.run(command + ["--config", file])
        #expect(result.exitCode == 64)
        #expect(result.errors.hasSuffix("see: whatsapp-connector \(command[0]) --help\n"))
        #expect(result.errors.filter { $0 == "\n" }.count == 1)
    }

    @Test("What is no backup is refused in a sentence; a bad configuration is one of its own")
    func noBackup() throws {
        let none = try Binary.run(["restore", "--config", file, "--from", folder.path])
        #expect(none.exitCode == 1)
        #expect(none.errors.contains("has no manifest.json, so it is no whole backup"))
        let empty = try Binary.run(["backup", "--config", file, "--to", backup])
        #expect(empty.exitCode == 1)
        #expect(empty.errors.contains("has a database yet"))
        #expect(try Binary.run(["backup", "--config", "\(folder.path)/none.yaml", "--to", backup]).exitCode == 78)
    }
}
