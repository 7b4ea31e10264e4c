import Foundation
import GRDB
import Glibc
import Lab
import Protocol
import Testing

/// No secret in whatever the service writes, answers or leaves behind.
@Suite("Secrets", .timeLimit(.minutes(5))) struct SecretTests {
    /// What an operator and an administrator tell the service, with signs that look different in each form.
    private enum Known {
        static let token = "EAAtoken/of+the~operator?0001"
        static let refusedToken = "EAAtoken/that+Meta~refuses?0002"
        static let appSecret = "app-secret/of+the_file~0003"
        static let newAppSecret = "app\"secret\"of<the>plugin/0004"
        static let previousAppSecret = "previous\\secret/of+the_file~0005"
        static let otherAppSecret = "app-secret+of~another/account-0006"
        static let pin = "860417"
        static let onboardingPIN = "739251"
        static let instancePassword = "Inst\"anz+Wört/9?&%-0007"
        static let wrongPassword = "Fälschlich \"geraten\"/0008"
        static let managerPassword = "Manager \\ päss/word-0009"
        static let wrongManagerPassword = "Guessed manager/pass-0010"
        static let domainPassword = "Domain pass/of the \"PBX\"-0011"
        static let sharedServiceKey = "key/of+the shared~service-0012"
        static let verifyToken = "verify/token+of~Meta-0013"

        static let all = [
            "the access token": token, "the token that is refused": refusedToken, "the app secret": appSecret,
            "the plugin's app secret": newAppSecret,
            "the previous app secret": previousAppSecret, "another account's app secret": otherAppSecret, "the PIN": pin,
            "the onboarding's PIN": onboardingPIN, "the instance password": instancePassword, "the wrong password": wrongPassword,
            "the manager password": managerPassword, "the wrong manager password": wrongManagerPassword, "the domain's password": domainPassword,
            "the shared service's key": sharedServiceKey,
        ]
        /// Managers may see it; logs may not show it.
        static let inLogs = all.merging(["the verify token": verifyToken]) { one, _ in one }
    }

    private static var configuration: LabConfiguration {
        var configuration = LabConfiguration()
        configuration.accessToken = Known.token
        configuration.appSecret = Known.appSecret
        configuration.verifyToken = Known.verifyToken
        configuration.instancePassword = Known.instancePassword
        configuration.managerPassword = Known.managerPassword
        configuration.pbxOptions.reconnectDelay = 50
        configuration.pbxOptions.longestReconnectDelay = 100
        configuration.metaOptions.retryDelays = [0, 50, 100, 200]
        // So that files go to Connect by addresses of ours.
        configuration.connectOptions.fileBuffers = .refused
        return configuration
    }

    private static let text = "A text that is no secret at all"

    @Test("A scan finds a secret in each form, and nothing in what is none")
    func scan() {
        let scan = SecretScan(Known.all)
        #expect(scan.needles.count > 14 * 12)
        for needle in scan.needles {
            let data = Data("x\(Self.text) ".utf8) + Data(needle.bytes) + Data(" \(Self.text)".utf8)
            #expect(scan.findings(in: data, of: "it").contains { $0.hasPrefix("\(needle.secret) as \(needle.form) in it") })
        }
        for padding in 0..<3 {
            let message = String(repeating: "x", count: padding) + Known.token + "yz"
            #expect(!scan.findings(in: Data(message.utf8).base64EncodedData(), of: "it").isEmpty)
        }
        #expect(scan.findings(in: Data(Self.text.utf8), of: "it") == [])
        #expect(scan.findings(in: Data("9\(Known.pin)9".utf8), of: "it") == [])
    }

    @Test("With every trace on, under load, through errors and after kill -9 and a crash, no secret is to be found anywhere")
    func nowhere() async throws {
        try await CrashBench.open(Self.configuration) { bench in
            try Self.complete(bench.configurationPath)
            let files = SecretScan(Known.all)
            let log = bench.path("log")
            var found: [String] = []
            let service = try bench.start(logLevel: "trace", logFile: log)
            let addresses = try await service.ready()
            let answers = try await Self.use(bench, addresses)
            for (place, data) in answers {
                #expect(!data.isEmpty, "\(place)")
                found += files.findings(in: data, of: place)
            }
            let logged = SecretScan(Known.inLogs)
            // Connect has fetched a file from us, at an address that holds for a while.
            #expect(bench.lab.connect.fileCounts.pulls >= 1)
            try Self.copy(bench, to: bench.path("copy.sqlite"))
            found += files.findings(in: try Data(contentsOf: URL(fileURLWithPath: bench.path("copy.sqlite"))), of: "a copy of the database")

            // In the middle of something.
            for number in 0..<20 { try bench.lab.meta.send(.text("\(Self.text), once more \(number)"), from: "grace") }
            await service.kill()
            let (left, bytes) = try files.findings(below: bench.dataDirectory)
            found += left
            #expect(try FileManager.default.subpathsOfDirectory(atPath: bench.dataDirectory).contains { $0.hasSuffix("-wal") })
            // The scan sees what is there.
            #expect(try !SecretScan(["text": Self.text]).findings(below: bench.dataDirectory).found.isEmpty)
            let text = try Data(contentsOf: URL(fileURLWithPath: log))
            #expect(text.count > 30_000)
            #expect(String(decoding: text, as: UTF8.self).firstMatch(of: /files\\?\/[A-Za-z0-9_-]{16,}/) == nil, "the address of a file")
            found += logged.findings(in: text, of: "the log")

            found += try await Self.crash(bench, logged)
            #expect(found == [], "\(found.count) secrets were found")
            print("\(bytes) bytes of data and \(text.count) bytes of log scanned for \(logged.needles.count) needles")
        }
    }

    /// Adds to the configuration file what the lab has no use for.
    private static func complete(_ path: String) throws {
        func quoted(_ text: String) -> String { String(decoding: JSON.string(text).bytes, as: UTF8.self) }
        let text = try String(contentsOfFile: path, encoding: .utf8)
            .replacing("      verifyToken:", with: "      previousAppSecret: \(quoted(Known.previousAppSecret))\n      verifyToken:")
            // Nobody listens at the shared service's address.
            .replacing(
                "\ninstances:",
                with: "\nsharedServiceURL: \"http://127.0.0.1:9\"\nsharedServiceKey: \(quoted(Known.sharedServiceKey))\ninstances:")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    // MARK: What is done

    /// Everything that has to do with a secret, by its right way and by its wrong one. Returns what is shown to people and to machines.
    private static func use(_ bench: CrashBench, _ addresses: ServeProcess.Addresses) async throws -> [String: Data] {
        let lab = bench.lab
        let domain = lab.configuration.domain
        let instance = "/\(domain)/\(lab.configuration.instance)"
        var shown: [String: Data] = [:]
        let wrongLogin = try await AdministratorSession.open(addresses.application, path: instance, domain: domain, password: Known.wrongPassword) {
            $0.isLoggedIn
        }
        #expect(!wrongLogin)
        try await registerDomain(addresses, domain)
        let pushed = try await AdministratorSession.open(
            addresses.application, path: instance, domain: domain, password: Known.instancePassword
        ) { manager in
            try #require(manager.isLoggedIn)
            for flag in ["app", "appWebSocket", "database", "httpClient", "webserver"] {
                #expect(try await manager.ask("SetTrace", ["name": .string(flag), "on": true])["error"] == nil)
            }
            let refused = try await manager.ask(
                "AddAccount",
                [
                    "waba": .string(lab.configuration.waba), "token": manager.sealed(Known.refusedToken, seed: "0.token"),
                    "pin": manager.sealed(Known.pin, seed: "1.pin"), "appSecret": manager.sealed(Known.otherAppSecret, seed: "2.secret"),
                ])
            #expect(refused["error"] != nil)
            let started = try await manager.ask("StartOnboarding", ["kind": "full", "pin": manager.sealed(Known.onboardingPIN, seed: "3.pin")])
            #expect(started["error"] != nil)
            try await converse(lab)
            // Last: Meta would refuse what is proved with another app's secret.
            let items: JSON = ["appSecret": manager.sealed(Known.newAppSecret, seed: "4.secret")]
            #expect(try await manager.ask("WriteConfig", api: "Config", ["ConfigItems": items])["result"] == "ok")
            var answers = Data()
            for mt in ["GetNumbers", "GetConnectApps", "TestWebhook", "GetTrace"] { answers += Data(try await manager.ask(mt).bytes) }
            for mt in ["GetConfigItems", "ReadConfig"] { answers += Data(try await manager.ask(mt, api: "Config").bytes) }
            answers += Data(try await manager.ask("GetInfo").bytes)
            return ["the plugin's answers": answers, "the recent log": try await recentLog(manager)]
        }
        shown.merge(pushed) { one, _ in one }
        for path in ["/metrics", "/readyz", "/healthz"] { shown[path] = Data(try await get(path, from: addresses.operations).utf8) }
        for path in ["/webhook?hub.mode=subscribe&hub.challenge=1&hub.verify_token=verify%2Ftoken%2Bof~Meta-0013", "/webhook", "/files/nothing"] {
            _ = try await get(instance + path, from: addresses.application)
        }
        for command in [["ledger", "--format", "json"], ["ledger"], ["check"]] {
            let output = bench.path("output")
            let process = try ChildProcess(
                command.prefix(1) + ["--config", bench.configurationPath] + command.dropFirst(), outputFile: output, errorFile: output + ".errors")
            _ = await process.ended()
            let errors = (try? Data(contentsOf: URL(fileURLWithPath: output + ".errors"))) ?? Data()
            shown[command.joined(separator: " ")] = try Data(contentsOf: URL(fileURLWithPath: output)) + errors
        }
        return shown
    }

    /// A domain is registered, at the second try, and its PBX asks for a login at the instance.
    private static func registerDomain(_ addresses: ServeProcess.Addresses, _ domain: String) async throws {
        try await AdministratorSession.open(
            addresses.application, path: "/manager/manager-domain", app: "manager-domain", domain: domain, sip: "", password: "-"
        ) { session in
            let wrong = try await session.ask(
                "RegisterDomain", api: nil, ["pwd": .string(Known.domainPassword), "managerPwd": .string(Known.wrongManagerPassword)])
            #expect(wrong["error"] != nil)
            let right = try await session.ask(
                "RegisterDomain", api: nil, ["pwd": .string(Known.domainPassword), "managerPwd": .string(Known.managerPassword)])
            #expect(right["error"] == nil)
        }
        try await AdministratorSession.open(
            addresses.application, path: "/manager/manager-domain-api", app: "manager-domain-api", domain: domain, sip: "ap",
            info: #"{"appobj":"ap"}"#, password: Known.domainPassword
        ) { #expect($0.isLoggedIn) }
    }

    /// Texts and files in both directions; at last Meta refuses the token.
    private static func converse(_ lab: Lab) async throws {
        try lab.meta.send(.text(text), from: "ada")
        try await lab.connect.wait(until: "the text is posted", timeout: .seconds(30)) { !$0.posts.isEmpty }
        let root = try #require(lab.connect.posts.first)
        let file = MetaFile.document(.generated(head: Array("%PDF-1.7\n".utf8), size: 50_000, seed: 8), name: "a.pdf")
        try lab.meta.send(.file(file), from: "ada")
        try await lab.connect.wait(until: "the file is posted", timeout: .seconds(30)) { $0.posts.contains { !$0.files.isEmpty } }
        let answer = ConnectHumanFile(name: "b.pdf", source: .generated(head: Array("%PDF-1.7\n".utf8), size: 50_000, seed: 9))
        try lab.connect.post(ConnectHumanPost(author: "anna", text: "Here", topic: "whatsapp", repliesTo: root.id, files: [answer]))
        try await lab.meta.wait(until: "the file is accepted", timeout: .seconds(30)) { $0.accepted.contains { $0.attachment != nil } }
        lab.meta.plan(MetaFault(.error(MetaError(code: 190))))
        try lab.connect.post(ConnectHumanPost(author: "anna", text: "And this", topic: "whatsapp", repliesTo: root.id))
        // Connect takes this file from us, and does not say so: it may be fetched for a while.
        lab.connect.plan(ConnectFault(.loseAnswer, on: "Post"))
        try lab.meta.send(.file(file), from: "grace")
        try await lab.connect.wait(until: "both files are there", timeout: .seconds(30)) { $0.posts.count { !$0.files.isEmpty } >= 2 }
    }

    private static func recentLog(_ manager: AdministratorSession) async throws -> Data {
        var text = ""
        var from: JSON?
        repeat {
            let answer = try await manager.ask("ReadLog", from.map { ["from": $0] } ?? [:])
            text += answer["text"]?.text ?? ""
            from = answer["next"]
        } while from != nil
        #expect(text.contains(" App WebSocket: ") && text.contains(" HTTP client: "))
        return Data(text.utf8)
    }

    private static func get(_ path: String, from listener: String) async throws -> String {
        try await RawSocket.open(listener) { socket in
            socket.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return String(decoding: await socket.readToEnd(), as: UTF8.self)
        }
    }

    /// A copy of the database as `VACUUM INTO` makes it beside the running service.
    private static func copy(_ bench: CrashBench, to path: String) throws {
        let names = try FileManager.default.subpathsOfDirectory(atPath: bench.dataDirectory)
        let name = try #require(names.first { $0.hasSuffix("/\(bench.lab.configuration.instance).sqlite") })
        try DatabaseQueue(path: "\(bench.dataDirectory)/\(name)").vacuum(into: path)
    }

    // MARK: A crash

    /// Has the service, with its work before it, die of a fault, and looks into what it says then.
    ///
    /// The runtime's reporter may leave the process standing after its report; it is killed then.
    private static func crash(_ bench: CrashBench, _ scan: SecretScan) async throws -> [String] {
        let log = bench.path("crash")
        let report = "enable=yes,interactive=no,color=no,threads=all,registers=all,symbolicate=off,output-to=stderr,timeout=10s"
        let service = try bench.start(environment: ["SWIFT_BACKTRACE": report], logLevel: "trace", logFile: log)
        _ = try await service.ready()
        try await bench.lab.connect.wait(until: "the connector reads", timeout: .seconds(30)) { $0.filterCount >= 1 }
        try await bench.lab.connect.wait(until: "what waited is posted", timeout: .seconds(30)) {
            $0.posts.contains { $0.text.contains("once more 19") }
        }
        let ending = await service.die(of: SIGSEGV, within: .seconds(15))
        #expect([.killed(by: SIGSEGV), .killed(by: SIGKILL)].contains(ending))
        let text = try Data(contentsOf: URL(fileURLWithPath: log))
        let hasReport = text.range(of: Data("crashed".utf8)) != nil || text.range(of: Data("Backtrace took".utf8)) != nil
        print("The crash wrote \(text.count) bytes, \(hasReport ? "with" : "without") a report, and ended with \(ending)")
        return scan.findings(in: text, of: "the log of a crash") + (try SecretScan(Known.all).findings(below: bench.dataDirectory).found)
    }
}
