import AppService
import Bridge
import NIOHTTP1
import Protocol
import Testing

@testable import SharedService

@Suite("The sign-up, over live sockets", .timeLimit(.minutes(2)))
struct SignupServiceTests {
    @Test("The page shows who gets access, in the right language, and lets nothing else run")
    func page() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                let id = try await service.started(world.instance) {
                    $0.instance = "example.com/<b>\"&"
                    $0.language = "de"
                }
                let page = try await service.request(.GET, "/signup/\(id)")
                #expect(page.status == 200 && page.headers.first(name: "Content-Type") == "text/html; charset=utf-8")
                #expect(page.text.contains("example.com/&lt;b&gt;&quot;&amp;") && !page.text.contains("<b>"))
                #expect(page.text.contains(world.instance.callback) && page.text.contains("lang=\"de\"") && page.text.contains("Weiter mit Meta"))
                let policy = try #require(page.headers.first(name: "Content-Security-Policy"))
                #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self' https://connect.facebook.net;"))
                #expect(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"))
                #expect(page.headers.first(name: "Cross-Origin-Opener-Policy") == "same-origin-allow-popups")
                #expect(page.headers.first(name: "Cache-Control") == "no-store")
                #expect(try await service.request(.GET, "/signup/files/signup.js").status == 200)
                #expect(try await service.request(.GET, "/signup/files/signup.css").status == 200)
                #expect(try await service.request(.GET, "/signup/files/signup.html").status == 404)
                let unknown = try await service.request(.GET, "/signup/unknown", nil, ["Accept-Language": "de"])
                #expect(unknown.status == 404 && unknown.text.contains("abgelaufen"))
            }
        }
    }

    struct Stranger: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var headers: HTTPHeaders
        var token: String?
    }

    @Test(
        "Only our own page may post",
        arguments: [
            Stranger(testDescription: "another origin", headers: ["Origin": "https://evil.example"]),
            Stranger(testDescription: "an opaque origin", headers: ["Origin": "null"]),
            Stranger(testDescription: "no word about where it comes from", headers: [:]),
            Stranger(testDescription: "another site", headers: ["Origin": World.origin, "Sec-Fetch-Site": "cross-site"]),
            Stranger(testDescription: "a sister site", headers: ["Sec-Fetch-Site": "same-site"]),
            Stranger(testDescription: "another page's token", headers: ["Origin": World.origin], token: "wrong"),
        ]
    )
    func strangers(_ stranger: Stranger) async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                world.graph.issue("code-1", token: "token-AAAAAAAAAAAAAAAA")
                let id = try await service.started(world.instance)
                let token = try await service.pageToken(id)
                let answer = try await service.act(
                    id, "code", stranger.token ?? token, [("code", "code-1"), ("session", Service.message())], headers: stranger.headers)
                #expect(answer.status >= 400)
                #expect(world.graph.state.current.value.calls == [])
                // The code was not lost by it.
                #expect(try await service.signUp(id, code: "code-1").step == .ready)
            }
        }
    }

    @Test("A code that is posted twice, or in a second window, makes one binding")
    func twice() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                world.graph.issue("code-1", token: "token-AAAAAAAAAAAAAAAA")
                world.graph.issue("code-2", token: "token-BBBBBBBBBBBBBBBB")
                let id = try await service.started(world.instance)
                let token = try await service.pageToken(id)
                world.graph.state.update { $0.held = ["GET oauth/access_token"] }
                async let first = service.act(id, "code", token, [("code", "code-1"), ("session", Service.message())])
                _ = try await world.graph.state.first { !$0.calls.isEmpty }
                let second = try await service.act(id, "code", token, [("code", "code-1"), ("session", Service.message())])
                let state = try second.decoded(PageState.self)
                #expect(state.step == .working && state.text != nil)
                world.graph.state.update { $0.held = [] }
                #expect(try await first.decoded(PageState.self).step == .ready)
                #expect(try await service.act(id, "code", token, [("code", "code-2")]).decoded(PageState.self).step == .working)
                #expect(world.graph.state.current.value.calls.filter { $0 == "GET oauth/access_token" }.count == 1)
                // A second window finds the end of it.
                #expect(try await service.act(id, "state", token).decoded(PageState.self).step == .ready)
            }
        }
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: Pairing.Code
        var token = FakeGraph.Token()
        var session: JSON = Service.message()
        var failing: [String: (status: Int, code: Int)] = [:]
        var given = "code-1"
    }

    static let failures = [
        Failure(testDescription: "a code that was used or is too old", code: .codeRefused, given: "old-code"),
        Failure(testDescription: "a token of another app", code: .tokenRefused, token: .init(app: "4712")),
        Failure(testDescription: "a permission is missing", code: .tokenRefused, token: .init(scopes: ["whatsapp_business_management"])),
        Failure(testDescription: "another account than the token's", code: .tokenRefused, token: .init(targets: ["1002"])),
        Failure(
            testDescription: "an account that is not there", code: .tokenRefused, token: .init(targets: nil), session: Service.message(account: "99")),
        Failure(testDescription: "a number of another account", code: .tokenRefused, session: Service.message(number: "2101")),
        Failure(testDescription: "Meta refuses the subscription", code: .meta, failing: ["POST 1001/subscribed_apps": (400, 100)]),
        Failure(testDescription: "Meta is down", code: .meta, failing: ["GET debug_token": (503, 2)]),
        Failure(
            testDescription: "no account at all in several", code: .tokenRefused, token: .init(targets: nil), session: Service.message(account: nil)),
    ]

    @Test("Whatever fails is said, and can be tried again", arguments: failures)
    func retries(_ failure: Failure) async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                world.graph.issue("code-1", token: "token-AAAAAAAAAAAAAAAA", failure.token)
                world.graph.state.update { $0.failing = failure.failing }
                let id = try await service.started(world.instance)
                let state = try await service.signUp(id, code: failure.given, session: failure.session)
                #expect(state.step == .waiting && state.text?.isEmpty == false)
                let status = try await service.status(id, world.instance)
                #expect(status.step == .waiting && status.refusal?.known == failure.code)
                world.graph.state.update { $0.failing = [:] }
                world.graph.issue("code-2", token: "token-BBBBBBBBBBBBBBBB")
                #expect(try await service.signUp(id, code: "code-2").step == .ready)
                #expect(try await service.collect(id, world.instance).accessToken == "token-BBBBBBBBBBBBBBBB")
            }
        }
    }

    @Test("A bare token is as good as one in JSON")
    func bareToken() async throws {
        try await World.run { world in
            world.graph.state.update { $0.answersBareTokens = true }
            try await world.serving { service async throws in
                #expect(try await service.join(world.instance).handover.accessToken == "token-AAAAAAAAAAAAAAAA")
            }
        }
    }

    @Test("The dialog's word may come before the code, with it, or after it")
    func order() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                for (position, account) in ["1001", "1002"].enumerated() {
                    let (code, token) = ("code-\(position)", "token-\(position)-AAAAAAAAAAAA")
                    world.graph.issue(code, token: token, .init(targets: nil))
                    let id = try await service.started(world.instance)
                    let page = try await service.pageToken(id)
                    let message = Service.message(account: account, number: nil)
                    if position == 0 {
                        #expect(try await service.act(id, "session", page, [("session", message)]).decoded(PageState.self).step == .waiting)
                        #expect(try await service.act(id, "code", page, [("code", .string(code))]).decoded(PageState.self).step == .ready)
                    } else {
                        #expect(try await service.act(id, "code", page, [("code", .string(code))]).decoded(PageState.self).step == .undecided)
                        #expect(try await service.act(id, "session", page, [("session", message)]).decoded(PageState.self).step == .ready)
                    }
                    let handover = try await service.collect(id, world.instance)
                    #expect(handover.account == account && handover.numbers == [])
                }
            }
        }
    }

    @Test("A dialog that was closed can be opened again; who gives up is taken back")
    func closed() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                let id = try await service.started(world.instance)
                let page = try await service.pageToken(id)
                let state = try await service.act(id, "session", page, [("session", Service.message("CANCEL"))]).decoded(PageState.self)
                #expect(state.step == .waiting && state.text != nil)
                #expect(try await service.status(id, world.instance).refusal?.known == .signupEnded)
                let end = try await service.act(id, "cancel", page).decoded(PageState.self)
                #expect(end.step == .failed && end.address?.hasPrefix(world.instance.callback) == true)
                #expect(try await service.status(id, world.instance).refusal?.known == .cancelled)
            }
        }
    }

    @Test("Coexistence and a number for an account that is joined")
    func kinds() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                let coexisting = try await service.join(world.instance, session: Service.message("FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING"))
                #expect(coexisting.handover.isCoexistence)
                let second = try await service.join(
                    world.instance, code: "code-2", token: "token-BBBBBBBBBBBBBBBB", session: Service.message(number: "2002")
                ) {
                    $0.kind = .number
                    $0.account = "1001"
                }
                #expect(second.handover.numbers == ["2002"] && !second.handover.isCoexistence)
                // The newer binding holds both numbers, and the older one is gone.
                for number in ["2001", "2002"] { #expect(try await service.notify(Service.messages("1001", number: number, number)) == 200) }
                _ = try await world.instance.state.first { $0.bodies.count == 2 }
                try await world.passing { while try await service.end(coexisting.handover).status != 404 {} }
                #expect(world.graph.state.current.value.subscribed == ["1001"])
            }
        }
    }

    @Test("An account of another instance is taken over only after a confirmation")
    func takeover() async throws {
        try await World.run { world in
            try await world.serving { service async throws in
                let old = try await service.join(world.other)
                world.graph.issue("code-2", token: "token-BBBBBBBBBBBBBBBB")
                let id = try await service.started(world.instance)
                #expect(try await service.signUp(id, code: "code-2").step == .takeover)
                #expect(try await service.status(id, world.instance).step == .waiting)
                #expect(try await service.pairing(id, "collect", world.instance.proof).refusal == .notReady)

                let page = try await service.pageToken(id)
                #expect(try await service.act(id, "takeover", page, [("confirm", false)]).decoded(PageState.self).step == .waiting)
                #expect(try await service.status(id, world.instance).refusal?.known == .boundElsewhere)

                world.graph.issue("code-3", token: "token-CCCCCCCCCCCCCCCC")
                #expect(try await service.signUp(id, code: "code-3").step == .takeover)
                #expect(try await service.act(id, "takeover", page, [("confirm", true)]).decoded(PageState.self).step == .ready)
                _ = try await service.collect(id, world.instance)
                // Until it is acknowledged, nothing has changed.
                #expect(try await service.notify(Service.messages("1001", number: "2001", "before")) == 200)
                _ = try await world.other.state.first { $0.bodies.count == 1 }
                #expect(try await service.pairing(id, "acknowledge", world.instance.proof).status == 200)
                #expect(try await service.notify(Service.messages("1001", number: "2001", "after")) == 200)
                _ = try await world.instance.state.first { $0.bodies == [Service.messages("1001", number: "2001", "after")] }
                #expect(world.other.state.current.value.bodies == [Service.messages("1001", number: "2001", "before")])
                try await world.passing { while try await service.end(old.handover).status != 404 {} }
                #expect(world.graph.state.current.value.subscribed == ["1001"])
            }
        }
    }
}
