import AppService
import AsyncHTTPClient
import Bridge
import Lab
import NIOCore
import NIOHTTP1
import Protocol
import Testing

@Suite("What administrators see of an instance", .timeLimit(.minutes(1))) struct InfoTests {
    @Test("The information names the object, licences, accounts and webhook; of tokens only the end")
    func info() async throws {
        try await PluginBench.run { lab in
            lab.accessToken = "LAB-ACCESS-TOKEN-7788"
        } _: { bench in
            try await bench.untilConnected()
            try await bench.logIn { browser in
                let info = try await browser.ask("GetInfo")
                #expect(info["instance"] == "whatsapp")
                #expect(info["domain"] == "example.com")
                #expect(info["object"] == ["sip": "whatsapp", "dn": "WhatsApp", "connected": true])
                #expect(info["testmode"] == true)
                #expect(info["numbersLimit"] == 20)
                #expect(info["accounts"] == [["waba": .string(bench.lab.configuration.waba), "tokenSet": true, "tokenTail": "7788"]])
                #expect(info["webhook"]?["url"] == "http://127.0.0.1:1/example.com/whatsapp/webhook")
                #expect(info["webhook"]?["verifyToken"]?.text == bench.lab.configuration.verifyToken)
                #expect(info["webhook"]?["reachable"] == "unknown")
                #expect(info["webhook"]?["verifiableSender"] == true)
                #expect(info["sharedService"] == false)
                #expect(info["connect"] == ["state": "up"])
                #expect(info["privatePosts"] == ["state": "unverified"])
                #expect(info["problems"]?.elements?.map { $0["code"]?.text } == ["private-posts-unverified"])
                let text = String(decoding: info.bytes, as: UTF8.self)
                for secret in [bench.lab.configuration.accessToken, bench.lab.configuration.appSecret, bench.lab.configuration.instancePassword] {
                    #expect(!text.contains(secret))
                }
            }
        }
    }

    @Test("A subscriber is told when the PBX goes and comes, when Meta calls, and no more after unsubscribing")
    func pushes() async throws {
        try await PluginBench.run { bench in
            try await bench.untilConnected()
            try await bench.logIn { browser in
                let first = try await browser.ask("SubscribeInfo", src: "i1")
                #expect(first["object"]?["connected"] == true)
                bench.lab.pbx.stop()
                let away = try await browser.push("StateInfo") { $0["object"]?["connected"] == false }
                #expect(away["src"] == "i1")
                #expect(away["problems"]?.elements?.first?["code"] == "no-pbx")
                #expect(away["lics"] == first["lics"])
                bench.lab.pbx.start()
                _ = try await browser.push("StateInfo") { $0["object"]?["connected"] == true }
                try bench.lab.meta.send(.text("Hello"), from: "ada")
                let called = try await browser.push("StateInfo") { $0["webhook"]?["lastEvent"] != nil }
                #expect(called["webhook"]?["reachable"] == "yes")
                _ = try await browser.ask("UnsubscribeInfo")
            }
        }
    }

    @Test("A missing moderator mode, app secret and PBX are problems that say what to do")
    func problems() async throws {
        try await PluginBench.run { lab in
            lab.moderatorPassword = nil
        } service: { service in
            service.instances[0].graph.appSecret = nil
        } _: { bench in
            try await bench.untilConnected()
            try await bench.logIn { browser in
                _ = try await browser.ask("SubscribeInfo")
                let info = try await browser.ask("GetInfo")
                #expect(info["connect"]?["state"] == "no-moderator")
                #expect(info["webhook"]?["verifiableSender"] == false)
                let codes = info["problems"]?.elements?.compactMap { $0["code"]?.text }
                #expect(codes == ["no-app-secret", "no-moderator", "private-posts-unverified"])
                let apps = try await browser.ask("GetConnectApps")["apps"]
                #expect(apps?.elements?.first?["name"] == "connect")
                #expect(apps?.elements?.first?["moderator"] == false)
            }
        }
    }

    @Test("Connect apps and zones are those of the PBX and of Connect; without a PBX neither can be read")
    func choices() async throws {
        try await PluginBench.run { bench in
            try await bench.untilConnected()
            try await bench.logIn { browser in
                let apps = try await browser.ask("GetConnectApps")["apps"]?.elements ?? []
                #expect(apps.count == 1)
                #expect(apps.first?["name"] == "connect")
                #expect(apps.first?["moderator"] == true)
                #expect(apps.first?["connected"] == true)
                #expect(try await browser.ask("GetZones", ["app": "connect"])["zones"]?.elements?.count == 1)
                let unknown = try await browser.ask("GetZones", ["app": "chat"])
                #expect(unknown["error"] == "NOT_FOUND")
                #expect(unknown["field"] == "app")
                _ = try await browser.ask("SubscribeInfo")
                bench.lab.pbx.stop()
                _ = try await browser.push("StateInfo") { $0["object"]?["connected"] == false }
                #expect(try await browser.ask("GetConnectApps")["error"] == "NO_CONNECT")
                #expect(try await browser.ask("GetZones", ["app": "connect"])["error"] == "NO_CONNECT")
            }
        }
    }

    @Test("The webhook's test says what is wrong, and is not taken for Meta's verification")
    func webhook() async throws {
        try await PluginBench.run { bench in
            try await bench.logIn { browser in
                let test = try await browser.ask("TestWebhook")
                #expect(test["reachable"] == false)
                #expect(test["errorText"]?.text?.contains("cannot be reached from here (connection refused") == true, "\(test)")
                let webhook = try await browser.ask("GetInfo")["webhook"]
                #expect(webhook?["reachable"] == "no")
                #expect(webhook?["verified"] == nil)
            }
        }
    }

    @Test("Meta's handshake is seen, with its time")
    func verified() async throws {
        try await PluginBench.run { bench in
            let query = "hub.mode=subscribe&hub.challenge=42&hub.verify_token=\(bench.lab.configuration.verifyToken)"
            let request = HTTPClientRequest(url: "\(bench.service)/\(bench.instance)/webhook?\(query)")
            try await bench.logIn { browser in
                _ = try await browser.ask("SubscribeInfo")
                let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
                #expect(answer.status == .ok)
                let pushed = try await browser.push("StateInfo") { $0["webhook"]?["verified"] != nil }
                #expect(pushed["webhook"]?["reachable"] == "yes")
                #expect((pushed["webhook"]?["verified"]?.int64 ?? 0) > 1_700_000_000_000)
            }
        }
    }

    @Test("Without a running check of private posts there is nothing to end, and without a shared service no onboarding")
    func absent() async throws {
        try await PluginBench.run { bench in
            try await bench.logIn { browser in
                for mt in ["ConfirmPrivatePostCheck", "CancelPrivatePostCheck", "StartOnboarding", "CancelOnboarding"] {
                    let answer = try await browser.ask(mt)
                    #expect(answer["error"] == "BAD_REQUEST")
                    #expect(answer["errorText"]?.text?.isEmpty == false)
                }
            }
        }
    }

    @Test("The check of private posts goes through the instance's own")
    func privatePosts() async throws {
        let checks = ScriptedChecks()
        try await PluginBench.run(privatePosts: checks) { bench in
            try await bench.untilConnected()
            try await bench.logIn { browser in
                _ = try await browser.ask("SubscribeInfo")
                let running = try await browser.ask("StartPrivatePostCheck")["privatePosts"]
                #expect(
                    running == ["state": "running", "zones": ["whatsapp"], "until": 7, "foreignText": "f", "ownText": "o", "ownSeen": false])
                #expect(try await browser.push("StateInfo")["privatePosts"] == running)
                #expect(try await browser.ask("ConfirmPrivatePostCheck")["privatePosts"] == ["state": "failed", "reason": "own-not-seen", "at": 9])
                #expect(try await browser.ask("CancelPrivatePostCheck")["error"] == "BAD_REQUEST")
                _ = try await browser.ask("DeleteNumber", ["id": .string(bench.numberID)])
                #expect(try await browser.ask("StartPrivatePostCheck")["error"] == "BAD_REQUEST")
            }
        }
    }
}

/// A check that goes the way it is told to.
private final class ScriptedChecks: PrivatePostChecks {
    private let state = Watched(PrivatePostStanding.unverified)

    var standing: PrivatePostStanding { state.current.value }

    func start() async throws(AdministrationFailure) {
        let zones = [Zone(rawValue: "whatsapp")]
        state.update {
            $0 = .running(zones: zones, until: Moment(milliseconds: 7), foreignText: "f", ownText: "o", ownSeen: false)
        }
    }

    func confirm() async throws(AdministrationFailure) { state.update { $0 = .failed(.ownNotSeen, at: Moment(milliseconds: 9)) } }

    func cancel() async throws(AdministrationFailure) { throw .refused("No check is running.") }
}
