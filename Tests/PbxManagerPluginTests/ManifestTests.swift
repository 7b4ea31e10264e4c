import AppService
import AsyncHTTPClient
import Bridge
import Foundation
import Lab
import NIOCore
import NIOHTTP1
import Protocol
import Testing

@testable import PbxManagerPlugin

/// `manifest/manifest.json` against what the service does; its form, and what is made from it, is tested beside it.
@Suite("The manifest", .timeLimit(.minutes(1))) struct ManifestTests {
    private static func manifest() throws -> JSON {
        let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../manifest/manifest.json").standardized
        return try JSON([UInt8](try Data(contentsOf: place)))
    }

    @Test("Each file that it names for the browser is served, and nothing of another name")
    func files() async throws {
        let manifest = try Self.manifest()
        var names: [String] = []
        for app in try #require(manifest["apps"]?.elements) {
            let name = try #require(app["name"]?.text)
            names += ["\(name).htm", try #require(app["icon"]?.text)]
        }
        for plugin in try #require(manifest["plugins"]?.elements) {
            let script = try #require(plugin["js"]?.text)
            names += ["\(script).js", "\(script).css", "\(try #require(plugin["lang"]?.text)).js", try #require(plugin["icon"]?.text)]
        }
        #expect(names.count >= 6)
        let wanted = names
        try await PluginBench.run { bench in
            let folder = "\(bench.service)/example.com/whatsapp"
            for name in wanted {
                let answer = try await HTTPClient.shared.get(url: "\(folder)/\(name)").get()
                #expect(answer.status == .ok && (answer.body?.readableBytes ?? 0) > 0, "\(name)")
            }
            #expect(try await HTTPClient.shared.get(url: "\(folder)/other-whatsapp.htm").get().status == .notFound)
        }
    }

    @Test("Its settings are those of the Config API, with their types and limits")
    func settings() async throws {
        let all = try #require(try Self.manifest()["config"]?["init"]?.elements)
        let expected = all.filter { $0["cmd"] == "item" }.map { item -> JSON in
            var members = ["name", "type"].compactMap { name in item[name].map { JSONMember(name, $0) } }
            if item["password"] == true { members += [JSONMember("password", true), JSONMember("passwordSet", true)] }
            for (name, served) in [("min", "minVal"), ("max", "maxVal"), ("options", "choices")] {
                if let value = item[name] { members.append(JSONMember(served, value)) }
            }
            return .object(members)
        }
        try await PluginBench.run { bench in
            try await bench.logIn { browser in
                let items = try await browser.ask("GetConfigItems", api: "Config")["ConfigItems"]?.elements
                #expect(items == expected)
            }
        }
        let defaults = GraphConfiguration()
        #expect(all.first { $0["name"] == "graphVersion" }?["default"]?.text == defaults.version)
        #expect(all.first { $0["name"] == "graphBaseUrl" }?["default"]?.text == defaults.baseURL)
    }

    @Test("Its version is the program's, and the PBX and the plugin are told of it")
    func version() async throws {
        let version = try #require(try Self.manifest()["version"])
        #expect(ConnectorVersion.id == version["id"]?.text)
        #expect(ConnectorVersion.build == version["build"]?.int64.map { Int($0) })
        #expect(ConnectorVersion.label == version["label"]?.text)
        try await PluginBench.run { bench in
            try await bench.logIn { browser in
                let told = try await browser.ask("AppInfo", api: nil, ["app": "innovaphone-whatsapp"])["serviceInfo"]?["version"]
                #expect(told == version)
                let info = try await browser.ask("GetInfo")
                #expect(info["version"] == version["id"] && info["build"] == version["build"] && info["label"] == version["label"])
            }
        }
    }
}
