import AppService
import Foundation
import Testing

@testable import PbxManagerPlugin

/// What the instance says by a code has a text of the plugin's in both languages.
@Suite("Codes that the plugin translates") struct ProblemTests {
    private let script = String(decoding: BrowserFiles.plugin("innovaphone.whatsappmanagertexts.js")?.bytes ?? [], as: UTF8.self)

    private func count(_ id: String) -> Int { script.ranges(of: "\"\(id)\":").count }

    @Test("Problems that the instance finds")
    func problems() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/AppService/Administration/InstanceAdministration+Overview.swift").standardized
        let source = try String(contentsOf: file, encoding: .utf8)
        let codes = source.matches(of: /add\("([a-z-]+)", \./).map { String($0.1) }
        #expect(codes.count >= 12)
        for code in codes { #expect(count("problem-\(code)") == 2, "\(code)") }
    }

    @Test("States of a number", arguments: AdministeredNumber.State.allCases)
    func numbers(state: AdministeredNumber.State) {
        let isTold = count("state-\(state.rawValue)") == 2
        // Without app or zone a number is simply not active.
        #expect(isTold || ([.noApp, .noZone].contains(state) && count("inactive") + script.ranges(of: " inactive:").count == 2))
    }

    @Test("States of the connection to Connect", arguments: ["up", "no-moderator", "no-zone", "down", "unknown"])
    func connect(state: String) {
        #expect(count("connect-\(state)") == 2)
    }
}
