import Protocol
import Testing

@testable import SharedService

@Suite("The page's language")
struct SignupTextsTests {
    @Test(
        "The instance's wish comes first, then the browser's, then English",
        arguments: [
            ("de" as String?, "en", SignupTexts.Language.de), ("en", "de", .en), (nil, "de-AT,de;q=0.9,en;q=0.8", .de),
            (nil, "fr, en;q=0.5, de;q=0.7", .de),
            (nil, "fr", .en), (nil, "", .en), ("fr", "de", .de), (nil, "de;q=0", .en), (nil, ";;;,,q=", .en),
        ]
    )
    func language(wanted: String?, accepted: String, language: SignupTexts.Language) {
        #expect(SignupTexts.Language(wanted, acceptLanguage: accepted) == language)
    }

    @Test("Values on the page are text, whatever they hold")
    func escaping() {
        let template = Array(#"<p title="{{A}}">{{B}}{{C}}</p>{{LANGUAGE}}"#.utf8)
        let text = SignupPages.fill(template, .de, ["A": "\"><script>", "B": "{{A}}&'"])
        #expect(text == "<p title=\"&quot;&gt;&lt;script&gt;\">{{A}}&amp;&#39;</p>de")
    }

    @Test("Every refusal has words in both languages", arguments: Pairing.Code.allCases)
    func refusals(code: Pairing.Code) {
        let refusal = Pairing.Refusal(code, "English words")
        #expect(SignupTexts(.en).text(for: refusal) == "English words")
        #expect(!SignupTexts(.de).text(for: refusal).isEmpty)
    }
}
