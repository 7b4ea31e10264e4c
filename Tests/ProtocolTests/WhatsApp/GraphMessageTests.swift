import Protocol
import Testing

/// Whether two texts are the same JSON, whatever the order of their fields.
func sameJSON(_ bytes: [UInt8], _ text: String) throws -> Bool {
    try JSONReader.read(WhatsApp.JSONValue.self, from: bytes) == JSONReader.read(from: Array(text.utf8))
}

@Suite struct GraphMessageTests {
    static let wholeContact = GraphContact(
        name: .init(formatted: "Dr. Ada M. Long jr.", first: "Ada", last: "Long", middle: "M.", prefix: "Dr.", suffix: "jr."),
        phones: [.init(phone: "+49 176 00", type: "CELL", waID: "4917600"), .init(phone: "12", type: "WORK")],
        emails: [.init("ada@example.com", type: "WORK")],
        urls: [.init("https://example.com/ada"), .init("https://example.org", type: "HOME")],
        addresses: [.init(street: "Long Road 2", city: "Town", state: "BW", zip: "71065", country: "Germany", countryCode: "DE", type: "WORK")],
        organization: .init(company: "Example", department: "Sales", title: "Head"),
        birthday: "1990-02-28"
    )

    static let messages: [(GraphMessage, String)] = [
        (
            GraphMessage(to: .phone("4917600"), content: .text("Grüße 😀 / \"x\"\n", previewURL: false)),
            #"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+4917600","type":"text","text":{"body":"Gr\u00fc\u00dfe \ud83d\ude00 / \"x\"\n","preview_url":false}}"#
        ),
        (
            GraphMessage(to: .user("DE.77"), content: .text("a", previewURL: true), quotedMessageID: "wamid.IN", callbackData: "m-5"),
            #"{"messaging_product":"whatsapp","recipient_type":"individual","recipient":"DE.77","type":"text","text":{"body":"a","preview_url":true},"context":{"message_id":"wamid.IN"},"biz_opaque_callback_data":"m-5"}"#
        ),
        (
            GraphMessage(to: .group("G1"), content: .text("a", previewURL: false)),
            #"{"messaging_product":"whatsapp","recipient_type":"group","to":"G1","type":"text","text":{"body":"a","preview_url":false}}"#
        ),
        (
            GraphMessage(
                to: .phone("4917600"),
                content: .document(GraphMessage.Media(id: "998", caption: "As promised", filename: "offer.pdf")),
                quotedMessageID: "wamid.IN",
                callbackData: "m-5"
            ),
            #"""
            {"messaging_product":"whatsapp","recipient_type":"individual","to":"+4917600",
             "context":{"message_id":"wamid.IN"},"biz_opaque_callback_data":"m-5",
             "type":"document","document":{"id":"998","filename":"offer.pdf","caption":"As promised"}}
            """#
        ),
        (
            GraphMessage(to: .phone("1"), content: .image(GraphMessage.Media(link: "https://example.com/a.jpg"))),
            #"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+1","type":"image","image":{"link":"https://example.com/a.jpg"}}"#
        ),
        (
            GraphMessage(to: .phone("1"), content: .video(GraphMessage.Media(id: "7", caption: "c"))),
            #"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+1","type":"video","video":{"id":"7","caption":"c"}}"#
        ),
        (
            GraphMessage(to: .phone("1"), content: .audio(GraphMessage.Media(id: "7", voice: true))),
            #"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+1","type":"audio","audio":{"id":"7","voice":true}}"#
        ),
        (
            GraphMessage(to: .phone("1"), content: .sticker(GraphMessage.Media(id: "7"))),
            #"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+1","type":"sticker","sticker":{"id":"7"}}"#
        ),
        (
            GraphMessage(to: .phone("1"), content: .location(latitude: 48.63, longitude: -9.05), quotedMessageID: "wamid.IN"),
            #"""
            {"messaging_product":"whatsapp","recipient_type":"individual","to":"+1","context":{"message_id":"wamid.IN"},
             "type":"location","location":{"latitude":48.63,"longitude":-9.05}}
            """#
        ),
        (
            GraphMessage(to: .phone("1"), content: .location(latitude: 0.5, longitude: 179.5, name: "Office", address: "Long Road 2")),
            #"""
            {"messaging_product":"whatsapp","recipient_type":"individual","to":"+1",
             "type":"location","location":{"latitude":0.5,"longitude":179.5,"name":"Office","address":"Long Road 2"}}
            """#
        ),
        (
            GraphMessage(to: .phone("1"), content: .reaction(messageID: "wamid.IN", emoji: "👍"), callbackData: "m-5"),
            #"""
            {"messaging_product":"whatsapp","recipient_type":"individual","to":"+1","biz_opaque_callback_data":"m-5",
             "type":"reaction","reaction":{"message_id":"wamid.IN","emoji":"\ud83d\udc4d"}}
            """#
        ),
        (
            GraphMessage(to: .phone("1"), content: .reaction(messageID: "wamid.IN", emoji: "")),
            #"""
            {"messaging_product":"whatsapp","recipient_type":"individual","to":"+1",
             "type":"reaction","reaction":{"message_id":"wamid.IN","emoji":""}}
            """#
        ),
        (
            GraphMessage(
                to: .phone("1"), content: .contacts([GraphContact(name: .init(formatted: "Ada", first: "Ada"), phones: [.init(phone: "+49 7031")])])),
            #"""
            {"messaging_product":"whatsapp","recipient_type":"individual","to":"+1",
             "type":"contacts","contacts":[{"name":{"formatted_name":"Ada","first_name":"Ada"},"phones":[{"phone":"+49 7031"}]}]}
            """#
        ),
        (
            GraphMessage(to: .phone("1"), content: .contacts([wholeContact])),
            #"""
            {"messaging_product":"whatsapp","recipient_type":"individual","to":"+1","type":"contacts","contacts":[{
             "name":{"formatted_name":"Dr. Ada M. Long jr.","first_name":"Ada","last_name":"Long","middle_name":"M.","prefix":"Dr.","suffix":"jr."},
             "phones":[{"phone":"+49 176 00","type":"CELL","wa_id":"4917600"},{"phone":"12","type":"WORK"}],
             "emails":[{"email":"ada@example.com","type":"WORK"}],
             "urls":[{"url":"https://example.com/ada"},{"url":"https://example.org","type":"HOME"}],
             "addresses":[{"street":"Long Road 2","city":"Town","state":"BW","zip":"71065","country":"Germany","country_code":"DE","type":"WORK"}],
             "org":{"company":"Example","department":"Sales","title":"Head"},"birthday":"1990-02-28"}]}
            """#
        ),
    ]

    @Test("A message is written as Meta documents it, and read back", arguments: messages)
    func bothDirections(message: GraphMessage, written: String) throws {
        #expect(try sameJSON(message.encoded(), written))
        #expect(try GraphMessage.decode(Array(written.utf8)) == message)
    }

    @Test("A phone number goes out as + and digits, however it was written", arguments: ["4917600", "+4917600", "+49 (176) 0-0", "49.176.00"])
    func phone(written: String) throws {
        let message = GraphMessage(to: .phone(written), content: .text("a", previewURL: false))
        #expect(
            try sameJSON(
                message.encoded(),
                #"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+4917600","type":"text","text":{"body":"a","preview_url":false}}"#
            )
        )
    }

    @Test("A reaction quotes nothing, whatever was set")
    func reactionQuotesNothing() throws {
        let message = GraphMessage(to: .phone("1"), content: .reaction(messageID: "wamid.IN", emoji: "🙂"), quotedMessageID: "wamid.IN")
        #expect(try !String(decoding: message.encoded(), as: UTF8.self).contains("context"))
    }

    @Test("A reaction without an emoji is a removal")
    func removedReaction() throws {
        let message = try GraphMessage.decode(Array(#"{"to":"1","type":"reaction","reaction":{"message_id":"wamid.IN"}}"#.utf8))
        #expect(message.content == .reaction(messageID: "wamid.IN", emoji: ""))
    }

    @Test("Of two recipients the phone number wins, and a text is the default type")
    func defaults() throws {
        let message = try GraphMessage.decode(Array(#"{"to":"4917600","recipient":"DE.77","text":{"body":"a"}}"#.utf8))
        #expect(message == GraphMessage(to: .phone("4917600"), content: .text("a", previewURL: false)))
    }

    @Test(
        "What is no message is refused",
        arguments: [
            "{}", #"{"to":"1"}"#, #"{"to":"1","type":"text"}"#, #"{"text":{"body":"a"}}"#, #"{"to":"1","type":"dance","dance":{}}"#,
            #"{"to":1,"text":{"body":"a"}}"#,
            #"{"to":"1","type":"location","location":{"latitude":1}}"#, #"{"to":"1","type":"contacts","contacts":[{"phones":[]}]}"#,
            #"{"to":"1","type":"reaction","reaction":{"emoji":"x"}}"#,
        ]
    )
    func refused(written: String) {
        #expect(throws: MalformedJSONBody.notJSON) { try GraphMessage.decode(Array(written.utf8)) }
    }

    static let answers: [(GraphMessageAnswer, String)] = [
        (
            GraphMessageAnswer(contacts: [.init(input: "+4917600", waID: "4917600")], messages: [.init(id: "wamid.OUT")]),
            #"{"messaging_product":"whatsapp","contacts":[{"input":"+4917600","wa_id":"4917600"}],"messages":[{"id":"wamid.OUT"}]}"#
        ),
        (
            GraphMessageAnswer(contacts: [.init(input: "DE.77", userID: "DE.77")], messages: [.init(id: "wamid.OUT", status: "accepted")]),
            #"{"messaging_product":"whatsapp","contacts":[{"input":"DE.77","user_id":"DE.77"}],"messages":[{"id":"wamid.OUT","message_status":"accepted"}]}"#
        ),
        (
            GraphMessageAnswer(contacts: [.init(input: "G1")], messages: [.init(id: "wamid.OUT", groupID: "G1")]),
            #"{"messaging_product":"whatsapp","contacts":[{"input":"G1"}],"messages":[{"id":"wamid.OUT","group_id":"G1"}]}"#
        ),
    ]

    @Test("An answer is read, and written as Meta documents it", arguments: answers)
    func answer(answer: GraphMessageAnswer, written: String) throws {
        #expect(try GraphMessageAnswer.decode(Array(written.utf8)) == answer)
        #expect(try sameJSON(answer.encoded(), written))
    }

    @Test(
        "An answer without the expected fields names no message",
        arguments: ["{}", #"{"messages":{}}"#, #"{"messages":[]}"#, #"{"messages":[{"id":""}]}"#, #"{"messages":"x"}"#])
    func emptyAnswer(written: String) throws {
        #expect(try GraphMessageAnswer.decode(Array(written.utf8)).messages.first?.id == nil)
    }

    static let receipts: [(GraphReadReceipt, String)] = [
        (GraphReadReceipt(messageID: "wamid.IN"), #"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.IN"}"#),
        (
            GraphReadReceipt(messageID: "wamid.IN", showsTyping: true),
            #"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.IN","typing_indicator":{"type":"text"}}"#
        ),
    ]

    @Test("A read receipt is written as Meta documents it, and read back", arguments: receipts)
    func receipt(receipt: GraphReadReceipt, written: String) throws {
        #expect(try sameJSON(receipt.encoded(), written))
        #expect(try GraphReadReceipt.decode(Array(written.utf8)) == receipt)
    }

    @Test("What is no read receipt is refused", arguments: ["{}", #"{"status":"read"}"#, #"{"status":"sent","message_id":"w"}"#])
    func noReceipt(written: String) {
        #expect(throws: MalformedJSONBody.notJSON) { try GraphReadReceipt.decode(Array(written.utf8)) }
    }

    @Test(
        "Success must be said",
        arguments: [(#"{"success":true}"#, true), (#"{"success":"true"}"#, true), (#"{"success":false}"#, false), ("{}", false)])
    func success(written: String, success: Bool) throws {
        #expect(try GraphSuccess.decode(Array(written.utf8)).success == success)
        #expect(try sameJSON(GraphSuccess(success: success).encoded(), success ? #"{"success":true}"# : #"{"success":false}"#))
    }
}
