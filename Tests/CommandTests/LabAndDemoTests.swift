import Foundation
import Testing

@Suite("lab and demo", .serialized, .timeLimit(.minutes(2)))
struct LabAndDemoTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("A service that is started with the lab's file joins the lab, and the ledger says what came and went")
    func labAndService() throws {
        let port = try Loopback.Listener().port
        let lab = try RunningBinary(["lab", "--listen", "127.0.0.1:0", "--service", "http://127.0.0.1:\(port)"])
        let sentence = try lab.errorLine("The lab is at ")
        let page = try #require(sentence.firstMatch(of: /http:\/\/127\.0\.0\.1:[0-9]+\//)).output

        var file = try lab.outputLine("listen:") + "\n"
        repeat { file += try lab.outputLine("") + "\n" } while !file.contains("numbers:")
        file += try lab.outputLine("- {id:") + "\n"
        try folder.write(file.replacing(/operations: .*/, with: "operations: 127.0.0.1:0"), to: "lab.yaml")
        #expect(try Binary.run(["check", "--config", "\(folder.path)/lab.yaml"]).exitCode == 0)

        let service = try RunningBinary(["serve", "--config", "\(folder.path)/lab.yaml"])
        _ = try service.errorLine("Connect is there")
        #expect(try Loopback.request("\(page)lab/api/customer", json: #"{"customer":"ada","text":"Hello"}"#).status == "HTTP/1.1 200 OK")

        var row = ""
        repeat {
            try Task.checkCancellation()
            row = try Binary.run(["ledger", "--config", "\(folder.path)/lab.yaml", "--format", "json"]).output
        } while !row.contains(#""state":"posted""#)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: Any])
        #expect(Set(object.keys) == ["instance", "number", "direction", "type", "wamid", "state", "reason", "at"])
        #expect(object["instance"] as? String == "example.com/whatsapp")
        #expect(object["number"] as? String == "109080706050403")
        #expect(object["direction"] as? String == "in")
        #expect(object["type"] as? String == "text")
        #expect((object["wamid"] as? String)?.hasPrefix("wamid.") == true)
        #expect(object["reason"] is NSNull)
        #expect((object["at"] as? String)?.wholeMatch(of: /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)

        #expect(service.end(with: SIGTERM).exitCode == 0)
        let end = lab.end(with: SIGINT)
        #expect(end.exitCode == 0)
        #expect(end.output == file)
        _ = try Loopback.Listener(port: port)
    }

    @Test("The lab does not share a port")
    func labPortInUse() throws {
        let other = try Loopback.Listener()
        let result = try Binary.run(["lab", "--listen", "127.0.0.1:\(other.port)"])
        #expect(result.exitCode == 1)
        #expect(result.output == "")
        #expect(
            result.errors
                == "whatsapp-connector: 127.0.0.1:\(other.port) is in use by another program; end that program or choose another address with --listen\n"
        )
    }

    @Test(
        "Lab and demo are for this machine only",
        arguments: [
            (["lab", "--listen", "0.0.0.0:8600"], "--listen must be a port of this machine such as 127.0.0.1:8600, not \"0.0.0.0:8600\""),
            (["demo", "--listen", "8600"], "--listen must be a port of this machine such as 127.0.0.1:8600, not \"8600\""),
            (
                ["lab", "--service", "https://ap.example.com"],
                "--service must be a URL on this machine such as http://127.0.0.1:8080, not \"https://ap.example.com\""
            ),
        ]
    )
    func otherMachines(arguments: [String], sentence: String) throws {
        let result = try Binary.run(arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors.hasPrefix("whatsapp-connector: "))
        #expect(result.errors.contains(sentence))
        #expect(result.errors.hasSuffix("; see: whatsapp-connector \(arguments[0]) --help\n"))
    }

    @Test("The demo prints one address and how to end it, carries a message, and leaves nothing behind", arguments: [SIGINT, SIGTERM])
    func demo(signal: Int32) throws {
        let demo = try RunningBinary(["demo", "--listen", "127.0.0.1:0"], environment: ["TMPDIR": folder.path])
        let line = try demo.outputLine("Open ")
        #expect(try demo.outputLine("Ctrl-C") == "Press Ctrl-C to end the demo.")
        let page = try #require(line.wholeMatch(of: /Open (http:\/\/127\.0\.0\.1:([0-9]+)\/) in a browser\./)).output
        #expect(try Loopback.request(String(page.1)).status == "HTTP/1.1 200 OK")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)

        let api = "\(page.1)lab/api"
        #expect(try Loopback.request("\(api)/customer", json: #"{"customer":"ada","text":"Hello"}"#).status == "HTTP/1.1 200 OK")
        func waitForPost(_ text: String) throws {
            while try !Loopback.request("\(api)/state").body.contains(text) { try Task.checkCancellation() }
        }
        try waitForPost("<b>Ada Lovelace</b><br>Hello")
        // The clock of lab and service is one: a day later the service closes the discussion.
        #expect(try Loopback.request("\(api)/clock", json: #"{"advanceSeconds":90000}"#).status == "HTTP/1.1 200 OK")
        try waitForPost("The answer timeframe of this discussion is over.")

        let result = demo.end(with: signal)
        #expect(result.exitCode == 0)
        #expect(result.output == "\(line)\nPress Ctrl-C to end the demo.\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        _ = try Loopback.Listener(port: try #require(Int(page.2)))
    }

    @Test("An empty demo leads to the Settings page, and has nothing set up in the PBX")
    func emptyDemo() throws {
        let demo = try RunningBinary(["demo", "--empty", "--listen", "127.0.0.1:0"], environment: ["TMPDIR": folder.path])
        let line = try demo.outputLine("Open ")
        let page = try #require(line.wholeMatch(of: /Open (http:\/\/127\.0\.0\.1:[0-9]+)\/settings in a browser\./)).output
        #expect(try Loopback.request("\(page.1)/settings").status == "HTTP/1.1 200 OK")
        #expect(try Loopback.request("\(page.1)/lab/api/objects").body.contains(#"{"isConnected":false,"objects":["#))
        #expect(demo.end(with: SIGINT).exitCode == 0)
    }

    @Test("An empty lab's file is good for a service without accounts")
    func emptyLab() throws {
        let lab = try RunningBinary(["lab", "--empty", "--listen", "127.0.0.1:0"])
        _ = try lab.errorLine("The lab is at ")
        let file = lab.end(with: SIGINT).output
        #expect(file.contains("connect:") && !file.contains("accounts:"))
        try folder.write(file, to: "lab.yaml")
        #expect(try Binary.run(["check", "--config", "\(folder.path)/lab.yaml"]).exitCode == 0)
    }

    @Test("If its port is taken, the demo uses another one and says so")
    func demoPortInUse() throws {
        let other = try Loopback.Listener()
        let demo = try RunningBinary(["demo", "--listen", "127.0.0.1:\(other.port)"], environment: ["TMPDIR": folder.path])
        #expect(try demo.errorLine("taken") == "Port \(other.port) is taken, so the demo uses another one.")
        let line = try demo.outputLine("Open ")
        #expect(!line.contains(":\(other.port)/"))
        #expect(demo.end(with: SIGINT).exitCode == 0)
    }

    @Test("Without a place for its data the demo ends with a sentence")
    func demoWithoutTemporaryFolder() throws {
        let result = try Binary.run(["demo", "--listen", "127.0.0.1:0"], environment: ["TMPDIR": "\(folder.path)/nowhere"])
        #expect(result.exitCode == 1)
        #expect(result.errors.hasPrefix("whatsapp-connector: no folder can be made in \(folder.path)/nowhere (No such file or directory)"))
    }
}
