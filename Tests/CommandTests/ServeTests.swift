import Foundation
import Testing

@Suite("serve", .serialized, .timeLimit(.minutes(2)))
struct ServeTests {
    private let folder: TemporaryFolder
    private var file: String { "\(folder.path)/c.yaml" }

    init() throws {
        folder = try TemporaryFolder()
        try write()
    }

    /// Writes a configuration of one instance, whose listeners are free ports unless told otherwise.
    private func write(listen: String = "127.0.0.1:0", operations: String = "127.0.0.1:0", instance: String = "whatsapp") throws {
        try folder.write(
            """
            listen: \(listen)
            operations: \(operations)
            publicURL: https://ap.example.com
            dataDirectory: data
            secretKeyFile: secret.key
            instances:
              - domain: example.com
                name: \(instance)
                password: SECRET-password
                graph: {appSecret: SECRET-app, verifyToken: SECRET-verify}
                accounts: [{waba: 1, token: SECRET-token, numbers: [{id: 7, app: connect, zone: whatsapp}]}]
            """,
            to: "c.yaml"
        )
    }

    private func start() throws -> (service: RunningBinary, ready: Ready) {
        let service = try RunningBinary(["serve", "--config", file, "--log-format", "json"])
        let line = try service.errorLine("\"message\":\"ready\"")
        return (service, try JSONDecoder().decode(ReadyLine.self, from: Data(line.utf8)).details)
    }

    private struct ReadyLine: Decodable {
        var details: Ready
    }

    private struct Ready: Decodable {
        var application: String
        var operations: String
        var instances: String
    }

    /// Serves once, so that there is a database with sealed secrets.
    private func serveOnce() throws {
        let (service, _) = try start()
        #expect(service.end(with: SIGTERM).exitCode == 0)
    }

    @Test("The Settings plugin and, for browsers of this machine, its own page are served; `settings: off` takes the page away")
    func settings() throws {
        for (lines, status) in [("", "HTTP/1.1 200 OK"), ("settings: off\n", "HTTP/1.1 404 Not Found")] {
            try folder.write(lines + String(contentsOfFile: file, encoding: .utf8), to: "c.yaml")
            let (service, ready) = try start()
            let root = "\(ready.application)/example.com/whatsapp"
            #expect(try Loopback.request("\(root)/settings").status == status)
            #expect(try Loopback.request("\(root)/innovaphone.whatsappmanager.js").body.contains("plugin.innovaphone.whatsappmanager"))
            #expect(service.end(with: SIGTERM).exitCode == 0)
        }
    }

    @Test("It says when it is ready, answers, and ends in order", arguments: [SIGTERM, SIGINT])
    func readyAndEnd(signal: Int32) throws {
        let (service, ready) = try start()
        #expect(ready.instances == "1")
        #expect(try Loopback.request("\(ready.operations)/healthz").status == "HTTP/1.1 200 OK")
        #expect(try Loopback.request("\(ready.operations)/readyz").body.contains("example.com/whatsapp webhook"))
        #expect(try Loopback.request("\(ready.application)/example.com/whatsapp/webhook").status.hasPrefix("HTTP/1.1 4"))
        let result = service.end(with: signal)
        #expect(result.exitCode == 0)
        #expect(result.output == "")
        #expect(result.errors.components(separatedBy: "\"message\":\"ready\"").count == 2)
        #expect(!result.errors.contains("SECRET"))
        for file in ["secret.key", "data/example.com/whatsapp.sqlite", "data/example.com/whatsapp.lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(file)")
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
        }
    }

    @Test("A port that is in use is named together with its key", arguments: ["listen", "operations"])
    func portInUse(key: String) throws {
        let other = try Loopback.Listener()
        let address = "127.0.0.1:\(other.port)"
        if key == "listen" { try write(listen: address) } else { try write(operations: address) }
        let result = try Binary.run(["serve", "--config", file, "--log-level", "critical"])
        #expect(result.exitCode == 1)
        #expect(
            result.errors
                == "whatsapp-connector: \(address) is in use by another program; end that program or choose another address for `\(key)`.\n")
    }

    @Test("A second process does not serve the same instance")
    func servedTwice() throws {
        let (service, _) = try start()
        let result = try Binary.run(["serve", "--config", file, "--log-level", "critical"])
        #expect(result.exitCode == 1)
        #expect(result.errors.hasPrefix("whatsapp-connector: Instance example.com/whatsapp is already served by another process"))
        #expect(try Binary.run(["check", "--config", file]).exitCode == 0)
        #expect(service.end(with: SIGTERM).exitCode == 0)
    }

    @Test("A file that is no database is left alone, by the service and by the check", arguments: ["serve", "check", "ledger"])
    func noDatabase(command: String) throws {
        try folder.makeFolder("data/example.com")
        let text = String(repeating: "This is a letter to the editor.\n", count: 100)
        try folder.write(text, to: "data/example.com/whatsapp.sqlite")
        let result = try Binary.run([command, "--config", file])
        #expect(result.exitCode == 1)
        #expect(result.errors.contains("\(folder.path)/data/example.com/whatsapp.sqlite is not a database or is damaged"))
        #expect(result.errors.contains("restore it from a backup"))
        #expect(try String(contentsOfFile: "\(folder.path)/data/example.com/whatsapp.sqlite", encoding: .utf8) == text)
    }

    @Test("The database of another instance is refused", arguments: ["serve", "check", "ledger"])
    func foreignDatabase(command: String) throws {
        try serveOnce()
        // With its journal, which belongs to it.
        let domain = "\(folder.path)/data/example.com"
        for file in try FileManager.default.contentsOfDirectory(atPath: domain) {
            try FileManager.default.moveItem(atPath: "\(domain)/\(file)", toPath: "\(domain)/\(file.replacing("whatsapp.", with: "other."))")
        }
        try write(instance: "other")
        let result = try Binary.run([command, "--config", file])
        #expect(result.exitCode == 1)
        #expect(result.errors.contains("belongs to instance example.com/whatsapp, not to example.com/other; put the right file there"))
    }

    @Test("Another key, or none, is not put in the place of the one that secrets are sealed under", arguments: ["serve", "check"])
    func wrongKey(command: String) throws {
        try serveOnce()
        try FileManager.default.removeItem(atPath: "\(folder.path)/secret.key")
        let missing = try Binary.run([command, "--config", file])
        #expect(missing.exitCode == 78)
        #expect(
            missing.errors.contains(
                "secretKeyFile: \(folder.path)/secret.key does not exist, but stored secrets were sealed under the key "))
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/secret.key"))

        try folder.write(String(repeating: "0123456789abcdef", count: 4), to: "secret.key")
        let wrong = try Binary.run([command, "--config", file])
        #expect(wrong.exitCode == 78)
        #expect(wrong.errors.contains("but stored secrets were sealed under the key "))
    }

    @Test("A file that is missing is one sentence, and the exit code 78", arguments: ["serve", "ledger"])
    func missingFile(command: String) throws {
        let result = try Binary.run([command, "--config", "/nowhere/c.yaml"])
        #expect(result.exitCode == 78)
        #expect(result.errors == "whatsapp-connector: --config: the file /nowhere/c.yaml does not exist; create it or correct the path\n")
    }

    @Test("An instance that was never served has no ledger")
    func noLedger() throws {
        let before = try Binary.run(["ledger", "--config", file])
        #expect(before.exitCode == 1)
        #expect(before.output == "")
        #expect(
            before.errors
                == "whatsapp-connector: There is no database of instance example.com/whatsapp yet; serve the instance once, or correct dataDirectory.\n"
        )
        try serveOnce()
        let after = try Binary.run(["ledger", "--config", file, "--format", "json"])
        #expect(after.exitCode == 0)
        #expect(after.output == "")
        #expect(after.errors == "")
    }

    @Test("The ledger of an unknown instance is bad usage")
    func unknownInstance() throws {
        let result = try Binary.run(["ledger", "--config", file, "--instance", "example.com/other"])
        #expect(result.exitCode == 64)
        #expect(
            result.errors
                == "whatsapp-connector: There is no instance \"example.com/other\" in the configuration, which has example.com/whatsapp; see: whatsapp-connector ledger --help\n"
        )
    }
}
