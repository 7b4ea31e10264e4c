import Bridge
import Protocol
import Testing

@testable import AppService

@Suite("What is known of an account") struct AccountStandingTests {
    private let now = Moment(seconds: 1_790_000_000)
    private func days(_ days: Double) -> Moment { now + .seconds(Int64(days * 86_400)) }

    @Test(
        "A token's end is told of two weeks ahead, and is urgent on the last day",
        arguments: [(20.0, [] as [Bool]), (14.0, [false]), (7.0, [false]), (1.1, [false]), (1.0, [true]), (0.1, [true])])
    func expiry(left: Double, urgent: [Bool]) {
        var standing = AccountStanding(token: "t", firstSeenAt: now - .seconds(100 * 86_400))
        standing.expiresAt = days(left)
        #expect(standing.findings(at: now) == urgent.map { .expires(days(left), isUrgent: $0) })
        (standing.expiresAt, standing.dataAccessExpiresAt) = (nil, days(left))
        #expect(standing.findings(at: now) == urgent.map { .dataAccessExpires(days(left), isUrgent: $0) })
    }

    @Test("A token for first tests is told of from the beginning")
    func shortLived() {
        var standing = AccountStanding(token: "t", firstSeenAt: now)
        standing.expiresAt = now + .seconds(2 * 3_600)
        #expect(standing.findings(at: now) == [.shortLived(now + .seconds(2 * 3_600))])
    }

    @Test("The log warns three times at most, each time once")
    func warnings() {
        var standing = AccountStanding(token: "t", firstSeenAt: now)
        standing.expiresAt = days(60)
        var warned: [Int] = []
        for day in 0..<60 { if let days = standing.takeWarning(at: days(Double(day))) { warned.append(days) } }
        #expect(warned == [14, 7, 1])
        standing.expiresAt = days(200)
        let none = standing.takeWarning(at: days(60))
        let again = standing.takeWarning(at: days(190))
        #expect(none == nil && again == 14)
    }

    @Test("What is lost is worse than what is refused, and that than what ends")
    func order() {
        var standing = AccountStanding(token: "t", firstSeenAt: now)
        standing.expiresAt = days(0.5)
        standing.take(GraphTokenInfo(isValid: false), at: now)
        #expect(standing.findings(at: now) == [.revoked])
        standing.loss = "PARTNER_REMOVED"
        #expect(standing.findings(at: now) == [.lost("PARTNER_REMOVED")])
        let warning = standing.takeWarning(at: now)
        #expect(warning == nil)
    }

    @Test("What Meta says of accounts is found in a notification, and messages say nothing")
    func notices() {
        func all(_ field: String, _ value: String, id: String = "1") -> [WhatsApp.AccountNotice] {
            let body = #"{"object":"whatsapp_business_account","entry":[{"id":"\#(id)","changes":[{"field":"\#(field)","value":\#(value)}]}]}"#
            return WhatsApp.AccountNotice.all(in: Array(body.utf8))
        }
        for event in ["PARTNER_REMOVED", "PARTNER_APP_UNINSTALLED", "ACCOUNT_OFFBOARDED", "ACCOUNT_DELETED"] {
            #expect(all("account_update", #"{"event":"\#(event)"}"#) == [.lost(account: "1", reason: event)])
        }
        #expect(
            all("account_update", #"{"event":"PARTNER_REMOVED","waba_info":{"waba_id":"7"}}"#) == [.lost(account: "7", reason: "PARTNER_REMOVED")])
        #expect(all("account_update", #"{"event":"ACCOUNT_RECONNECTED"}"#) == [.regained(account: "1")])
        #expect(all("account_update", #"{"event":"ACCOUNT_RESTRICTION"}"#) == [.changed(account: "1")])
        #expect(all("phone_number_quality_update", #"{"event":"FLAGGED"}"#) == [.changed(account: "1")])
        #expect(all("account_update", #"{"event":7}"#).isEmpty)
        #expect(all("messages", #"{"text":"account_update PARTNER_REMOVED"}"#).isEmpty)
        #expect(WhatsApp.AccountNotice.all(in: Array("account_update".utf8)).isEmpty)
    }
}
