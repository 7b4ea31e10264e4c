import Foundation
import Testing

@testable import whatsapp_connector

@Suite("The operator's guide")
struct OperatorGuideTests {
    private let guide: String
    private let sharedService: String

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        sharedService = try String(contentsOf: root.appendingPathComponent("docs/shared-service.md"), encoding: .utf8)
        guide = try String(contentsOf: root.appendingPathComponent("docs/operator.md"), encoding: .utf8)
    }

    @Test("It lists every key of the configuration")
    func keys() throws {
        let keys =
            ConfigurationKeys.service + ConfigurationKeys.tls + ConfigurationKeys.manager + ConfigurationKeys.instance + ConfigurationKeys.graph
            + ConfigurationKeys.connect + ConfigurationKeys.account + ConfigurationKeys.number
        // A twin that takes the value itself is told of once for all.
        let listed = keys.filter { !keys.contains($0 + "File") }
        let unlisted = try listed.filter { guide.firstMatch(of: try Regex("[`.\\] {]\($0)[`:]")) == nil }
        #expect(unlisted == [])
    }

    @Test("The shared service's guide lists every key of its configuration")
    func sharedServiceKeys() throws {
        let keys =
            ConfigurationKeys.sharedService + ConfigurationKeys.sharedServiceApp + ConfigurationKeys.sharedServiceGraph
            + ConfigurationKeys.sharedServiceConnector
        let listed = keys.filter { !keys.contains($0 + "File") }
        let unlisted = try listed.filter { sharedService.firstMatch(of: try Regex("[`.\\] {]\($0)[`:]")) == nil }
        #expect(unlisted == [])
    }

    @Test("It lists every command")
    func commands() throws {
        let help = try Binary.run(["--help"]).output
        let section = try #require(help.firstRange(of: "SUBCOMMANDS:\n"))
        let commands = help[section.upperBound...].matches(of: /\n? {2}([a-z][a-z-]*) +[A-Z]/).map { String($0.1) }
        #expect(commands.contains("serve") && commands.count >= 5)
        #expect(commands.filter { !guide.contains("| `\($0) ") } == [])
    }
}
