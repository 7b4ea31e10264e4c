import AppService
import Lab
import Protocol
import Testing

@Suite("Trace flags and the recent log", .timeLimit(.minutes(1))) struct TraceTests {
    private func log(_ browser: Browser) async throws -> String {
        var text = ""
        var from: JSON?
        repeat {
            let page = from.map { ["from": $0] as KeyValuePairs } ?? [:]
            let answer = try await browser.ask("ReadLog", page)
            text += answer["text"]?.text ?? ""
            from = answer["next"]
        } while from != nil
        return text
    }

    @Test("The five flags carry the platform's labels and count at once")
    func flags() async throws {
        try await PluginBench.run { bench in
            try await bench.logIn { browser in
                let flags = try await browser.ask("GetTrace")["flags"]?.elements ?? []
                #expect(flags.compactMap { $0["label"]?.text } == ["App", "App WebSocket", "Database", "HTTP client", "Webserver"])
                #expect(flags.allSatisfy { $0["on"] == false })
                #expect(!(try await log(browser)).contains("App WebSocket"))
                let answer = try await browser.ask("SetTrace", ["name": "appWebSocket", "on": true])
                #expect(answer["flags"]?.elements?.filter { $0["on"] == true }.compactMap { $0["name"]?.text } == ["appWebSocket"])
                _ = try await browser.ask("GetConnectApps")
                #expect((try await log(browser)).contains("GetConnectApps"))
                _ = try await browser.ask("SetTrace", ["name": "appWebSocket", "on": false])
                _ = try await browser.ask("ClearLog")
                _ = try await browser.ask("GetConnectApps")
                #expect(!(try await log(browser)).contains("GetConnectApps"))
                #expect(try await browser.ask("SetTrace", ["name": "tcp", "on": true])["field"] == "name")
            }
        }
    }

    @Test("With every flag on no secret gets into the log, and reading it does not make it grow without end")
    func secrets() async throws {
        try await PluginBench.run(accounts: ScriptedSetup(numbers: 0..<1)) { bench in
            let lab = bench.lab.configuration
            try await bench.untilConnected()
            try await bench.logIn { browser in
                for flag in TraceFlag.allCases { _ = try await browser.ask("SetTrace", ["name": .string(flag.rawValue), "on": true]) }
                _ = try await browser.ask("GetInfo")
                _ = try await browser.ask("SubscribeInfo")
                _ = try await browser.ask(
                    "AddAccount",
                    ["waba": "900", "token": try browser.sealed("SECRET-TOKEN-OF-900"), "pin": try browser.sealed("864209", seed: "0.pin")])
                _ = try await browser.ask("WriteConfig", api: "Config", ["ConfigItems": ["verifyToken": try browser.sealed("SECRET-VERIFY")]])
                try bench.lab.meta.send(.text("Hello"), from: "ada")
                try await bench.lab.connect.wait(until: "the text is posted") { $0.posts.count == 1 }
                try await bench.logIn { _ = try await $0.ask("GetInfo") }
                let text = try await log(browser)
                for label in ["App WebSocket", "Database", "Webserver"] { #expect(text.contains(" \(label): "), "\(label)") }
                let sealed = try browser.sealed("864209", seed: "0.pin")["value"]?.text ?? "?"
                for secret in [
                    lab.accessToken, lab.appSecret, lab.verifyToken, lab.instancePassword, "SECRET-TOKEN-OF-900", "864209", "SECRET-VERIFY", sealed,
                ] {
                    #expect(!text.contains(secret), "\(secret)")
                }
                _ = try await browser.ask("ClearLog")
                for _ in 0..<5 { _ = try await log(browser) }
                #expect(try await log(browser).utf8.count < 20_000)
                #expect(browser.longest < 64_000)
            }
        }
    }
}
