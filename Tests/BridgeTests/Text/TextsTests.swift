import Bridge
import Testing

@Suite struct TextsTests {
    private static let failure = GraphFailure(code: 131_026, details: "Message undeliverable")

    private static let lines: [PostLine] = [
        .answersGoToCustomer, .written(at: 1_790_000_000_000), .written(at: 0, offset: 120), .forwarded(often: false), .forwarded(often: true),
        .answers(quote: nil), .answers(quote: "Hi"), .cameFrom(headline: nil, address: nil),
        .cameFrom(headline: "Sale", address: "https://x.example"),
        .part(1, of: 2), .correction("x"), .identityChanged, .damaged,
    ]

    private static let notices: [AuthorNotice] = [
        .windowClosed, .discussionClosed, .discussionMoved, .notLicensed(number: "+49 1"), .numberUnknown(number: nil),
        .numberUnknown(number: "+49 1"),
        .tokenBroken(number: "+49 1"), .tooOld, .possiblyNotSent(excerpt: nil), .possiblyNotSent(excerpt: "Hello"), .failed(failure),
        .partFailed(2, of: 3, excerpt: "Hello", failure), .emptyPost,
        .fileNotSent(name: "a.pdf", .tooLarge(limit: 16_000_000, size: 16_000_001)), .fileNotSent(name: "a", .tooLarge(limit: 1, size: nil)),
        .fileNotSent(name: "b", .empty),
        .fileNotSent(name: nil, .type), .fileNotSent(name: "a", .unreadable),
        .fileNotSent(name: "a", .refused(failure)), .fileNotSent(name: "a", .unreadable, andRest: true), .fileDelayed(name: "a"),
        .fileDelayed(name: nil), .foreignDiscussion, .privateAncestor, .unknownAncestor,
    ]

    private static let placeholders: [MessagePlaceholder] =
        MessagePlaceholder.Media.allCases.flatMap { media in
            MessagePlaceholder.MediaState.allCases.map { .media(media, name: nil, caption: nil, $0) }
        } + [
            .media(.document, name: "_a_.pdf", caption: "*see*", .attached),
            .location(latitude: 48.7, longitude: -9.1, name: "Hall", address: "Street 1"),
            .location(latitude: .nan, longitude: 0, name: nil, address: nil), .contacts([.init(name: "Anna", lines: ["+49 1"])]), .contacts([]),
            .reaction(emoji: "👍", quote: "Hello"), .reaction(emoji: "👍", quote: nil), .reactionRemoved(quote: nil), .reactionRemoved(quote: "Hello"),
            .button("Yes"), .choice(title: "A", description: "B"), .form(name: "Order", answers: ["a: b"]), .callPermission(granted: true),
            .callPermission(granted: false), .order(text: "soon", items: [.init(product: "7", quantity: "2", price: "3.50 EUR")]), .system("moved"),
            .system(nil), .opened, .edited(text: "new"), .edited(text: nil), .revoked,
            .unsupported(kind: "poll_creation", code: 131_051, details: nil),
            .unsupported(kind: nil, code: 131_060, details: "later"), .unsupported(kind: "errors", code: 131_052, details: nil),
            .unsupported(kind: "new_kind", code: 7, details: nil), .unsupported(kind: nil, code: nil, details: nil),
            .unknown(type: "hologram", details: "x"),
            .unknown(type: nil, details: nil), .broken,
        ]

    @Test("Every sentence exists in both languages, differs, and is finished")
    func bothLanguages() {
        let pairs =
            Self.lines.map { line in Language.allCases.map { Texts($0).text(line) } }
            + Self.notices.map { notice in Language.allCases.map { Texts($0).text(notice) } }
            + Self.placeholders.map { placeholder in Language.allCases.map { Texts($0).text(placeholder) } }
        for pair in pairs {
            #expect(pair[0] != pair[1])
            for text in pair {
                #expect(!text.isEmpty)
                for raw in ["%@", "%d", "{", "}", "\\(", "Optional(", "nil", "  ", " .", "()", "“”", "„“", "nan"] {
                    #expect(!text.contains(raw), "\(text)")
                }
                #expect(text.first?.isWhitespace == false && text.last?.isWhitespace == false, "\(text)")
            }
        }
    }

    /// Adding a case breaks the build here, and so reminds of the list above.
    @Test("Every kind of sentence is in the lists of this suite")
    func complete() {
        func name(_ line: PostLine) -> Int {
            switch line {
            case .answersGoToCustomer: 0
            case .written: 1
            case .forwarded: 2
            case .answers: 3
            case .cameFrom: 4
            case .part: 5
            case .correction: 6
            case .identityChanged: 7
            case .damaged: 8
            }
        }
        func name(_ notice: AuthorNotice) -> Int {
            switch notice {
            case .windowClosed: 0
            case .discussionClosed: 1
            case .notLicensed: 2
            case .numberUnknown: 3
            case .tokenBroken: 4
            case .tooOld: 5
            case .possiblyNotSent: 6
            case .failed: 7
            case .partFailed: 8
            case .emptyPost: 9
            case .fileNotSent: 10
            case .foreignDiscussion: 11
            case .privateAncestor: 12
            case .unknownAncestor: 13
            case .fileDelayed: 14
            case .discussionMoved: 15
            }
        }
        func name(_ placeholder: MessagePlaceholder) -> Int {
            switch placeholder {
            case .media: 0
            case .location: 1
            case .contacts: 2
            case .reaction: 3
            case .reactionRemoved: 4
            case .button: 5
            case .choice: 6
            case .form: 7
            case .callPermission: 8
            case .order: 9
            case .system: 10
            case .opened: 11
            case .edited: 12
            case .revoked: 13
            case .unsupported: 14
            case .unknown: 15
            case .broken: 16
            }
        }
        #expect(Set(Self.lines.map(name)) == Set(0...8))
        #expect(Set(Self.notices.map(name)) == Set(0...15))
        #expect(Set(Self.placeholders.map(name)) == Set(0...16))
    }

    @Test("Placeholders show names as they are, and captions with their marks")
    func captions() {
        let texts = Texts(.en)
        #expect(texts.html(.media(.document, name: "_a_.pdf", caption: "*see*", .attached)) == "File “_a_.pdf”<br><b>see</b>")
        #expect(texts.html(.media(.image, name: nil, caption: "", .loading)) == "Picture: it is still being loaded and will follow.")
        #expect(texts.html(.media(.image, name: "<b>", caption: "<i>", .attached)) == "Picture “&lt;b&gt;”<br>&lt;i&gt;")
        #expect(
            texts.html(.location(latitude: 48.7, longitude: -9.1, name: "Hall", address: nil))
                == "Location: Hall<br><a href=\"https://www.openstreetmap.org/?mlat=48.700000&amp;mlon=-9.100000\">"
                + "https://www.openstreetmap.org/?mlat=48.700000&amp;mlon=-9.100000</a>"
        )
    }

    @Test("A refusal names its code and Meta's details")
    func details() {
        let text = Texts(.de).text(AuthorNotice.failed(GraphFailure(code: 4_711, details: "line one\nline two")))
        #expect(text.hasPrefix("Ihr Beitrag wurde nicht an den Kunden gesendet."))
        #expect(text.hasSuffix("(WhatsApp-Fehler 4711: line one line two)"))
        #expect(Texts(.en).text(GraphFailure(code: 131_026)).hasSuffix("(WhatsApp error 131026)"))
    }

    @Test(
        "Times are written the same way for everybody",
        arguments: [
            (Int64(0), 0, "1970-01-01 00:00 UTC"), (1_790_000_000_000, 0, "2026-09-21 14:13 UTC"),
            (1_790_000_000_000, 120, "2026-09-21 16:13 UTC+02:00"),
            (1_790_000_000_000, -570, "2026-09-21 04:43 UTC-09:30"), (951_782_400_000, 0, "2000-02-29 00:00 UTC"),
            (951_868_799_999, 0, "2000-02-29 23:59 UTC"),
            (4_107_542_400_000, 0, "2100-03-01 00:00 UTC"), (1_735_689_599_999, 0, "2024-12-31 23:59 UTC"), (.max, 0, "9999-12-31 23:59 UTC"),
            (.min, 0, "1970-01-01 00:00 UTC"), (-5, -60, "1970-01-01 00:00 UTC-01:00"),
        ]
    )
    func times(milliseconds: Int64, offset: Int, text: String) {
        #expect(TimeText.text(milliseconds: milliseconds, offset: offset) == text)
    }

    @Test("A customer has a name in any case")
    func names() {
        let texts = Texts(.de)
        #expect(texts.customerName(profile: " Anna\n\u{202E}Schmidt ") == "Anna Schmidt")
        #expect(texts.customerName(profile: "\u{200E}\u{202E} \n", userName: nil, phone: "491760") == "WhatsApp-Kunde +491760")
        #expect(texts.customerName(profile: nil, userName: "anna") == "@anna")
        #expect(texts.customerName(profile: "", userName: "", phone: "491760") == "WhatsApp-Kunde +491760")
        #expect(Texts(.en).customerName(profile: nil, phone: "+491760") == "WhatsApp customer +491760")
        #expect(Texts(.en).customerName(profile: nil) == "WhatsApp customer")
        #expect(texts.customerName(profile: String(repeating: "x", count: 500)) == String(repeating: "x", count: 79) + "…")
        #expect(texts.customerName(profile: "a" + String(repeating: "\u{301}", count: 100_000)).unicodeScalars.count < 2_000)
    }

    @Test("Languages are known by their tags", arguments: [("de", Language.de), ("DE-at", .de), ("en_US", .en)])
    func tags(tag: String, language: Language) {
        #expect(Language(tag: tag) == language)
        #expect(Language(tag: "fr") == nil)
        #expect(Language(tag: "") == nil)
    }
}
