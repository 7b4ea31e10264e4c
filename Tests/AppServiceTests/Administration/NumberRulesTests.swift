import Bridge
import Testing

@testable import AppService

@Suite("What values a number may have") struct NumberRulesTests {
    @Test(
        "Tags are stored without their marks, and written with quotation marks where Connect demands them",
        arguments: [
            ("vip", "vip", "vip"), ("#vip", "vip", "vip"), ("  ##vip ", "vip", "vip"), ("two words", "two words", "\"two words\""),
            ("\"two words\"", "two words", "\"two words\""), ("#\"a.b\"", "a.b", "\"a.b\""), ("a:b", "a:b", "\"a:b\""), ("a;b", "a;b", "\"a;b\""),
            ("a,b", "a,b", "\"a,b\""), ("a<b", "a<b", "\"a<b\""), ("a&b", "a&b", "\"a&b\""), ("it's", "it's", "\"it's\""),
            ("a#b", "a#b", "\"a#b\""), ("a(b)", "a(b)", "\"a(b)\""), ("Grün-1_x", "Grün-1_x", "Grün-1_x"), ("\"plain\"", "plain", "plain"),
        ])
    func tags(text: String, stored: String, written: String) throws {
        #expect(try NumberRules.tags([text]) == [stored])
        #expect(NumberRules.written(stored) == written)
        #expect(try NumberRules.tags([written]) == [stored])
    }

    @Test("A tag that cannot be one is refused", arguments: ["", "#", "\"\"", "a\"b", "\"a", "a\nb", "a\u{7}", "   "])
    func badTags(text: String) {
        #expect(throws: AdministrationFailure.self) { try NumberRules.tags([text]) }
    }

    @Test("Ten tags of 64 characters are the most; repetitions do not count")
    func tagLimits() throws {
        let tags = (0..<10).map { "\($0)" + String(repeating: "x", count: 63) }
        #expect(try NumberRules.tags(tags + ["#" + tags[0].uppercased()]) == tags)
        #expect(throws: AdministrationFailure.self) { try NumberRules.tags(tags + ["more"]) }
        #expect(throws: AdministrationFailure.self) { try NumberRules.tags([tags[0] + "y"]) }
        #expect(throws: AdministrationFailure.self) { try NumberRules.tags(["e" + String(repeating: "\u{301}", count: 500)]) }
    }

    @Test(
        "Names of objects",
        arguments: [
            ("connect", true), ("Sales-1.de_x", true), ("größe", true), ("", false), ("a b", false), ("a,b", false), ("a~b", false), ("a@b", false),
            ("a\u{0}", false),
        ])
    func names(text: String, isName: Bool) {
        #expect((try? NumberRules.objectName(text, field: "zone")) == (isName ? text : nil))
    }

    @Test("The state of a row says what is missing")
    func joined() {
        #expect(!StoredSettings.Number(account: "1").isJoined)
        #expect(!StoredSettings.Number(account: "1", app: "", zone: Zone(rawValue: "z")).isJoined)
        #expect(StoredSettings.Number(account: "1", zone: Zone(rawValue: "z")).isJoined)
        #expect(
            BridgeSettings(
                StoredSettings(numbers: [PhoneNumberID(rawValue: "1"): .init(account: "1", app: "", zone: Zone(rawValue: "z"))]),
                language: .en
            ).zones == [])
    }
}

@Suite("What is known of Meta's calls") struct WebhookLogTests {
    @Test("Meta's handshake and notifications count; a test's handshake does not, and refused requests neither")
    func log() async {
        let clock = MovableClock(standingAt: Moment(seconds: 100))
        let changes = Watched(0)
        let log = WebhookLog(clock: clock) { changes.update { $0 += 1 } }
        for outcome in [WebhookEndpoint.Outcome.handshakeRefused, .signatureWrong, .notStored, .tooLarge] { log.note(outcome) }
        #expect(log.activity == WebhookActivity())
        let test = await log.testing {
            log.note(.verified)
            return WebhookTest(isReachable: true)
        }
        #expect(test.isReachable)
        #expect(log.activity == WebhookActivity(reachability: .yes))
        log.note(.verified)
        #expect(log.activity.verifiedAt == Moment(seconds: 100))
        log.note(.stored)
        let before = changes.current.value
        clock.move(by: .milliseconds(999))
        log.note(.stored)
        #expect(changes.current.value == before)
        clock.move(by: .milliseconds(1))
        log.note(.stored)
        #expect(log.activity.lastEventAt == Moment(seconds: 101))
        _ = await log.testing { WebhookTest(isReachable: false) }
        #expect(log.activity.reachability == .no)
        // The handshake that did not come is not waited for.
        clock.move(by: .seconds(5))
        log.note(.verified)
        #expect(log.activity.verifiedAt == Moment(seconds: 106))
        #expect(log.activity.reachability == .yes)
    }
}
