import AppService
import Lab
import Protocol
import Testing

@Suite("The SDK's Config API", .timeLimit(.minutes(1))) struct ConfigAPITests {
    private func write(_ browser: Browser, _ items: [JSONMember]) async throws -> JSON? {
        try await browser.ask("WriteConfig", api: "Config", ["ConfigItems": .object(items)])["result"]
    }

    @Test("The items are described as the library expects it; secrets are never sent out")
    func items() async throws {
        try await PluginBench.run { bench in
            try await bench.logIn { browser in
                let items = try await browser.ask("GetConfigItems", api: "Config")["ConfigItems"]
                #expect(
                    items == [
                        ["name": "sharedServiceUrl", "type": "STRING"], ["name": "graphBaseUrl", "type": "STRING"],
                        ["name": "graphVersion", "type": "STRING"], ["name": "publicBaseUrl", "type": "STRING"],
                        ["name": "appSecret", "type": "STRING", "password": true, "passwordSet": true],
                        ["name": "verifyToken", "type": "STRING", "password": true, "passwordSet": true],
                        ["name": "closedMessage", "type": "STRING"],
                        ["name": "retentionDays", "type": "DWORD", "minVal": 1, "maxVal": 3_650],
                        ["name": "logLevel", "type": "CHOICE", "choices": ["error", "warning", "notice", "info", "debug"]],
                    ])
                let values = try await browser.ask("ReadConfig", api: "Config")["ConfigItems"]
                #expect(values?["appSecret"] == "")
                #expect(values?["verifyToken"] == "")
                #expect(values?["logLevel"] == 3)
                #expect(values?["publicBaseUrl"] == "http://127.0.0.1:1")
            }
        }
    }

    @Test("A save as the library makes it, with all plain items and a changed password, is stored; other readers are told, the writer is not")
    func save() async throws {
        try await PluginBench.run { bench in
            try await bench.logIn { one in
                try await bench.logIn { two in
                    var values = try #require(try await one.ask("ReadConfig", api: "Config", src: "c1")["ConfigItems"]?.members)
                    _ = try await two.ask("ReadConfig", api: "Config", src: "c2")
                    values.removeAll { ["appSecret", "verifyToken"].contains($0.name) }
                    values = values.map { $0.name == "closedMessage" ? JSONMember($0.name, "We are closed.") : $0 }
                    values.append(JSONMember("retentionDays", 99_999))
                    values.append(JSONMember("verifyToken", try one.sealed("new-token")))
                    #expect(try await write(one, values) == "ok")
                    let update = try await two.push("ConfigUpdate")
                    #expect(update["src"] == "c2")
                    #expect(update["ConfigItems"] == ["closedMessage": "We are closed.", "retentionDays": 3_650])
                    #expect(try await two.ask("GetInfo")["webhook"]?["verifyToken"] == "new-token")
                    _ = try await one.ask("GetInfo")
                    #expect(one.pushes.isEmpty)
                    let again = try await one.ask("ReadConfig", api: "Config")["ConfigItems"]
                    #expect(again?["retentionDays"] == 3_650)
                }
            }
        }
    }

    @Test("Of two who save different items at the same time each is told of the other's, and not of their own")
    func together() async throws {
        try await PluginBench.run { bench in
            try await bench.logIn { one in
                try await bench.logIn { two in
                    for browser in [one, two] { _ = try await browser.ask("ReadConfig", api: "Config", src: "c") }
                    for round in 1...10 {
                        let (text, days) = (JSON.string("closed \(round)"), JSON.number(JSONNumber(Int64(100 + round))))
                        async let first = write(one, [JSONMember("closedMessage", text)])
                        async let second = write(two, [JSONMember("retentionDays", days)])
                        #expect(try await [first, second] == ["ok", "ok"])
                        #expect(try await one.push("ConfigUpdate")["ConfigItems"] == .object([JSONMember("retentionDays", days)]))
                        #expect(try await two.push("ConfigUpdate")["ConfigItems"] == .object([JSONMember("closedMessage", text)]))
                    }
                }
            }
        }
    }

    @Test("The webhook takes the old app secret and the new one while it is being replaced")
    func rotation() async throws {
        try await PluginBench.run { bench in
            try await bench.logIn { browser in
                #expect(try await write(browser, [JSONMember("appSecret", try browser.sealed("another-secret"))]) == "ok")
                // The lab signs with the old one.
                try bench.lab.meta.send(.text("Hello"), from: "ada")
                try await bench.lab.connect.wait(until: "the text is posted") { $0.posts.count == 1 }
            }
        }
    }

    static let refused: [[JSONMember]] = [
        [JSONMember("graphBaseUrl", "https://evil.example")],
        [JSONMember("publicBaseUrl", "https://evil.example")],
        [JSONMember("sharedServiceUrl", "https://evil.example")],
        [JSONMember("graphVersion", "v1.0")],
        [JSONMember("graphVersion", 1)],
        [JSONMember("appSecret", "in clear")],
        [JSONMember("appSecret", ["value": .string(String(repeating: "0", count: 256)), "key": "other"])],
        [JSONMember("appSecret", ["value": "zz", "key": "seed"])],
        [JSONMember("verifyToken", ["value": ""])],
        [JSONMember("logLevel", 5)],
        [JSONMember("logLevel", -1)],
        [JSONMember("logLevel", "loud")],
        [JSONMember("retentionDays", "many")],
        [JSONMember("retentionDays", [])],
        [JSONMember("closedMessage", 7)],
        [JSONMember("closedMessage", .string(String(repeating: "x", count: 4_097)))],
        [JSONMember("unknown", "x")],
    ]

    @Test("Of a save with one value that is not allowed nothing is stored")
    func nothing() async throws {
        try await PluginBench.run { bench in
            try await bench.logIn { browser in
                let before = try await browser.ask("ReadConfig", api: "Config")["ConfigItems"]
                for items in Self.refused {
                    #expect(try await write(browser, [JSONMember("retentionDays", 7)] + items) == "failed", "\(items)")
                }
                #expect(try await browser.ask("ReadConfig", api: "Config")["ConfigItems"] == before)
                #expect(try await browser.ask("GetInfo")["webhook"]?["verifyToken"]?.text == bench.lab.configuration.verifyToken)
                // What only repeats what is there is fine, and so is an empty password: it is as it was read.
                #expect(try await write(browser, try #require(before?.members)) == "ok")
            }
        }
    }
}
