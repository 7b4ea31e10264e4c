import Protocol
import Testing

@testable import SharedService

@Suite("What a token is good for")
struct TokenVerdictTests {
    static let scopes = ["whatsapp_business_management", "whatsapp_business_messaging"]

    static func info(
        app: String? = "4711", isValid: Bool = true, scopes: [String]? = scopes, targets: [String] = [], messaging: [String]? = nil
    ) -> GraphTokenInfo {
        GraphTokenInfo(
            appID: app, isValid: isValid, scopes: scopes,
            grants: [.init(scope: Self.scopes[0], targets: targets), .init(scope: Self.scopes[1], targets: messaging ?? targets)])
    }

    @Test("The account that was chosen counts, if the token reaches it")
    func chosen() {
        let session = SignupSession(account: "1")
        #expect(TokenVerdict.judge(Self.info(targets: ["1", "2"]), app: "4711", session: session, wanted: nil) == .account("1"))
        #expect(TokenVerdict.judge(Self.info(targets: []), app: "4711", session: session, wanted: nil) == .account("1"))
        #expect(TokenVerdict.judge(Self.info(targets: ["2"]), app: "4711", session: session, wanted: nil).isRefused)
        #expect(TokenVerdict.judge(Self.info(targets: ["1"], messaging: ["2"]), app: "4711", session: session, wanted: nil).isRefused)
    }

    @Test("Without the dialog's word a single account is the one; several, or all, are not enough")
    func unknown() {
        #expect(TokenVerdict.judge(Self.info(targets: ["1"]), app: "4711", session: nil, wanted: nil) == .account("1"))
        #expect(TokenVerdict.judge(Self.info(targets: ["1", "2"]), app: "4711", session: nil, wanted: nil) == .undecided)
        #expect(TokenVerdict.judge(Self.info(targets: []), app: "4711", session: SignupSession(), wanted: nil) == .undecided)
    }

    @Test("A number goes into the account that it is for")
    func wanted() {
        #expect(TokenVerdict.judge(Self.info(targets: ["1", "2"]), app: "4711", session: nil, wanted: "2") == .account("2"))
        #expect(TokenVerdict.judge(Self.info(targets: ["1", "2"]), app: "4711", session: SignupSession(account: "1"), wanted: "2").isRefused)
    }

    @Test(
        "What is not ours or lacks something is refused",
        arguments: [
            info(app: "4712", targets: ["1"]), info(app: nil, targets: ["1"]), info(isValid: false, targets: ["1"]),
            GraphTokenInfo(appID: "4711", isValid: true, scopes: [scopes[0]], grants: [.init(scope: scopes[0], targets: ["1"])]),
            GraphTokenInfo(appID: "4711", isValid: true, scopes: nil, grants: []),
        ]
    )
    func refused(info: GraphTokenInfo) {
        #expect(TokenVerdict.judge(info, app: "4711", session: SignupSession(account: "1"), wanted: nil).isRefused)
    }
}

extension TokenVerdict {
    fileprivate var isRefused: Bool {
        if case .refused(let refusal) = self { refusal.known == .tokenRefused } else { false }
    }
}
