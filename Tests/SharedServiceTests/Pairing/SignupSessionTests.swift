import Protocol
import Testing

@testable import SharedService

@Suite("What Meta's dialog tells the page")
struct SignupSessionTests {
    @Test(
        "Every way of finishing is understood",
        arguments: [
            (
                #"{"type":"WA_EMBEDDED_SIGNUP","event":"FINISH","data":{"phone_number_id":"2","waba_id":"1","business_id":"3"}}"#,
                SignupSession(account: "1", business: "3", numbers: ["2"])
            ),
            (
                #"{"type":"WA_EMBEDDED_SIGNUP","event":"FINISH","data":{"phone_number_id":2,"waba_id":1}}"#,
                SignupSession(account: "1", numbers: ["2"])
            ),
            (#"{"type":"WA_EMBEDDED_SIGNUP","event":"FINISH","data":"{\"waba_id\":\"1\"}"}"#, SignupSession(account: "1")),
            (#"{"type":"WA_EMBEDDED_SIGNUP","event":"FINISH_ONLY_WABA","data":{"waba_id":"1"}}"#, SignupSession(account: "1")),
            (
                #"{"type":"WA_EMBEDDED_SIGNUP","event":"FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING","data":{"waba_id":"1"}}"#,
                SignupSession(account: "1", isCoexistence: true)
            ),
            (#"{"type":"WA_EMBEDDED_SIGNUP","event":"FINISH_GRANT_ONLY_API_ACCESS","data":{}}"#, SignupSession()),
            (#"{"type":"WA_EMBEDDED_SIGNUP","event":"FINISH"}"#, SignupSession()),
            (#"{"type":"WA_EMBEDDED_SIGNUP","event":"FINISH","data":{"waba_id":"1/../2","phone_number_id":"<b>"}}"#, SignupSession()),
            (
                #"{"type":"WA_EMBEDDED_SIGNUP","event":"FINISH","data":{"waba_id":"1","phone_number_id":"2","phone_number_ids":["2","4"]}}"#,
                SignupSession(account: "1", numbers: ["2", "4"])
            ),
        ]
    )
    func finished(text: String, session: SignupSession) throws {
        #expect(SignupSession.judge(try JSON(Array(text.utf8))) == .finished(session))
    }

    @Test(
        "An end without result is understood",
        arguments: [
            (#"{"type":"WA_EMBEDDED_SIGNUP","event":"CANCEL","data":{"current_step":"PHONE"}}"#, nil),
            (#"{"type":"WA_EMBEDDED_SIGNUP","event":"CANCEL","data":{"error_message":"no luck","error_code":"5"}}"#, "no luck"),
            (#"{"type":"WA_EMBEDDED_SIGNUP","event":"ERROR"}"#, nil as String?),
        ]
    )
    func ended(text: String, words: String?) throws {
        #expect(SignupSession.judge(try JSON(Array(text.utf8))) == .ended(words))
    }

    @Test(
        "Other messages mean nothing",
        arguments: ["{}", "[]", "1", #"{"type":"X","event":"FINISH"}"#, #"{"type":"WA_EMBEDDED_SIGNUP","event":"NEWS"}"#])
    func meaningless(text: String) throws {
        #expect(SignupSession.judge(try JSON(Array(text.utf8))) == .meaningless)
    }
}
