import AppService
import Lab
import Protocol
import Testing
import Transport

@Suite("Who may use the plugin's APIs", .timeLimit(.minutes(1))) struct AccessTests {
    static let requests = [
        "GetInfo", "SubscribeInfo", "UnsubscribeInfo", "SubscribeNumbers", "GetNumbers", "UnsubscribeNumbers", "UpdateNumber", "DeleteNumber",
        "MoveZone", "GetConnectApps", "GetZones", "AddAccount", "TestWebhook", "GetTrace", "SetTrace", "ClearLog", "ReadLog",
        "StartPrivatePostCheck", "ConfirmPrivatePostCheck", "CancelPrivatePostCheck", "StartOnboarding", "CancelOnboarding", "Nonsense",
    ]

    @Test("Users and the PBX are refused by both APIs, learn nothing, and their sessions go on", arguments: [SessionRole.user, .pbx])
    func others(role: SessionRole) async throws {
        try await PluginBench.run { bench in
            try await bench.logIn(as: role) { browser in
                for mt in Self.requests {
                    let answer = try await browser.ask(mt)
                    #expect(answer["error"] == "ACCESS_DENIED")
                    #expect(answer.members?.map(\.name) == ["api", "mt", "src", "error", "errorText"])
                }
                for mt in ["GetConfigItems", "ReadConfig", "WriteConfig"] {
                    let answer = try await browser.ask(mt, api: "Config", ["ConfigItems": ["retentionDays": 7]])
                    #expect(answer["result"] == "AccessDenied")
                    #expect(answer["ConfigItems"] == nil)
                }
                try await browser.send(#"{"mt":"KeepAlive"}"#)
                while try await browser.receive()["mt"] != "KeepAlive" {}
            }
            try await bench.logIn { browser in
                let values = try await browser.ask("ReadConfig", api: "Config")["ConfigItems"]
                #expect(values?["retentionDays"] == 90)
            }
        }
    }

    @Test("Before the login nothing is answered and the connection is closed", arguments: ["WhatsAppAdmin", "Config"])
    func early(api: String) async throws {
        try await PluginBench.run { bench in
            try await bench.connect { browser in
                try await browser.send(#"{"api":"\#(api)","mt":"\#(api == "Config" ? "ReadConfig" : "GetInfo")","src":"1"}"#)
                await #expect(throws: Browser.Ended.self) { try await browser.receive() }
            }
        }
    }

    @Test("No answer is answered, whoever sends it")
    func results() async throws {
        try await PluginBench.run { bench in
            try await bench.logIn(as: .user) { browser in
                try await browser.send(#"{"api":"WhatsAppAdmin","mt":"GetInfoResult","src":"1"}"#)
                try await browser.send(#"{"api":"Config","mt":"ReadConfigResult","src":"2"}"#)
                let answer = try await browser.ask("GetInfo")
                #expect(answer["error"] == "ACCESS_DENIED")
                #expect(browser.pushes.isEmpty)
            }
        }
    }

    @Test("A manager is a manager at any path, also behind the fallback page's")
    func paths() async throws {
        try await PluginBench.run { bench in
            let url = "ws\(bench.service.dropFirst(4))/\(bench.instance)/settings/anything"
            try await WebSocketClient(logger: PluginBench.logger).withConnection(to: url) { connection in
                let browser = Browser(connection)
                try await browser.logIn(as: .manager, password: bench.lab.configuration.instancePassword, domain: bench.lab.configuration.domain)
                #expect(try await browser.ask("GetInfo")["domain"]?.text == bench.lab.configuration.domain)
            }
        }
    }
}
