import AppService
import FoundationEssentials
import Lab
import Protocol
import Testing

/// Sessions that outlive what they were made with.
@Suite("Stale sessions", .timeLimit(.minutes(2))) struct StaleSessionTests {
    @Test("A new password ends the sessions of every role, in the middle of what they ask", arguments: SessionRole.allCases)
    func newPassword(_ role: SessionRole) async throws {
        try await PlatformBench.run { bench async throws in
            try await bench.hiddenApp { app async throws in
                try await bench.logIn(as: role) { old async throws in
                    #expect(await old.outcome(of: RoleTable.base[0]) == .answered)
                    #expect(try await app.manage("SetInstancePassword", ["path": .string(bench.instance), "pwd": "brand-new-pass"])["error"] == nil)
                    for message in RoleTable.instance.flatMap(\.messages) {
                        #expect(await old.outcome(of: message) == .closed, "\(message)")
                    }
                }
            }
        }
    }

    @Test("A login that was begun before the password was changed holds with the new one only, also if the App Platform made it")
    func begun() async throws {
        try await PlatformBench.run { bench async throws in
            try await bench.hiddenApp { app async throws in
                try await bench.connect { plugin async throws in
                    let challenge = try await plugin.challenge()
                    let got = try await app.manage(
                        "GetInstanceLogin", ["path": .string(bench.instance), "app": "-", "challenge": .string(challenge)])
                    #expect(try await app.manage("SetInstancePassword", ["path": .string(bench.instance), "pwd": "brand-new-pass"])["error"] == nil)
                    var login = AppLogin(app: "-", domain: "example.com", sip: "admin", guid: got["guid"]?.text ?? "", dn: got["dn"]?.text ?? "")
                    login.digest = got["digest"]?.text ?? ""
                    try await plugin.send(String(decoding: login.encoded(src: "login"), as: UTF8.self))
                    #expect(try await plugin.receive()["ok"] == nil)
                    try await plugin.logIn(app: "-", domain: "example.com", sip: "-", info: nil, password: "brand-new-pass")
                    #expect(await plugin.outcome(of: RoleMessage("GetInfo", api: "WhatsAppAdmin")) == .answered)
                }
            }
        }
    }

    @Test("Once the PBX's object has left the App Platform, a hidden app's session may do nothing, and may again when it is back")
    func objectGone() async throws {
        try await PlatformBench.run { bench async throws in
            #expect(try await bench.register() == nil)
            try await bench.platform(as: "admin") { app async throws in
                for _ in 0..<2 {
                    try await bench.platform(as: "ap") { _ async throws in
                        for message in RoleTable.platform { #expect(await app.outcome(of: message) == .answered, "\(message)") }
                        #expect(try await app.manage("SetInstancePassword", ["path": "example.com/whatsapp", "pwd": "by-manager"])["error"] == nil)
                    }
                    while await app.outcome(of: RoleTable.platform[0]) != .denied { try await Task.sleep(for: .milliseconds(5)) }
                    for message in RoleTable.platform { #expect(await app.outcome(of: message) == .denied, "\(message)") }
                    #expect(try await bench.logsIn(password: "by-manager"))
                }
            }
        }
    }

    @Test("When the PBX is gone, managers stay, and what the PBX had listed is no longer there for them")
    func pbxGone() async throws {
        try await PluginBench.run { bench in
            try await bench.untilConnected()
            try await bench.logIn { manager in
                #expect(try await manager.ask("GetConnectApps")["apps"] != nil)
                bench.lab.pbx.stop()
                while try await manager.ask("GetConnectApps")["apps"] != nil { try await Task.sleep(for: .milliseconds(5)) }
                for message in RoleTable.pbx { #expect(await manager.outcome(of: message) == .unknown) }
                #expect(try await manager.ask("GetConnectApps")["apps"] == nil)
            }
        }
    }
}
