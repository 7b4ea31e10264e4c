import AppService
import Bridge
import Testing

@Suite struct WebhookReaderContentTests {
    /// The only message of a notification, given the fields that follow its ID, sender and time.
    private func message(_ fields: String) throws -> CustomerMessage {
        let body = #"""
            {"object":"whatsapp_business_account","entry":[{"id":"8101","changes":[{"field":"messages","value":{
             "metadata":{"phone_number_id":"1090"},"messages":[{"id":"wamid.A","from":"4917600","timestamp":"1790000000",\#(fields)}]}}]}]}
            """#
        let events = WebhookReader().events(in: Array(body.utf8), receivedAt: Moment(milliseconds: 0))
        guard events.count == 1, case .message(let message) = events[0] else {
            Issue.record("\(events)")
            throw NoMessage()
        }
        return message
    }

    struct NoMessage: Error {}

    static let placeholders: [(String, MessagePlaceholder)] = [
        (#""type":"image","image":{"id":"1","caption":"See"}"#, .media(.image, name: nil, caption: "See", .attached)),
        (#""type":"video","video":{"id":"1"}"#, .media(.video, name: nil, caption: nil, .attached)),
        (
            #""type":"document","document":{"id":"1","filename":"../a.pdf","caption":"See"}"#,
            .media(.document, name: "../a.pdf", caption: "See", .attached)
        ),
        (#""type":"audio","audio":{"id":"1","voice":true}"#, .media(.voice, name: nil, caption: nil, .attached)),
        (#""type":"audio","audio":{"id":"1"}"#, .media(.audio, name: nil, caption: nil, .attached)),
        (#""type":"sticker","sticker":{"id":"1"}"#, .media(.sticker, name: nil, caption: nil, .attached)),
        (
            #""type":"image","errors":[{"code":131052,"title":"t","message":"too large"}]"#,
            .unsupported(kind: "image", code: 131_052, details: "too large")
        ),
        (#""type":"image","image":{}"#, .unknown(type: "image", details: nil)),
        (
            #""type":"location","location":{"latitude":52.5,"longitude":13.25,"name":"Amt","address":"Weg 1"}"#,
            .location(latitude: 52.5, longitude: 13.25, name: "Amt", address: "Weg 1")
        ),
        (#""type":"location","location":{"latitude":"here","name":"Amt"}"#, .location(latitude: 999, longitude: 999, name: "Amt", address: nil)),
        (#""type":"location","location":{}"#, .broken),
        (
            #""type":"contacts","contacts":[{"name":{"formatted_name":"Grace"},"org":{"company":"Navy"},"phones":[{"phone":"+1 2"}]},7,{"emails":[{"email":"a@b.c"}]}]"#,
            .contacts([.init(name: "Grace", lines: ["+1 2", "Navy"]), .init(name: "", lines: []), .init(name: "", lines: ["a@b.c"])])
        ),
        (#""type":"contacts","contacts":[]"#, .broken),
        (#""type":"button","button":{"text":"Yes","payload":"p"}"#, .button("Yes")),
        (#""type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"b","title":"Cancel"}}"#, .button("Cancel")),
        (
            #""type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"l","title":"Fast","description":"2 days"}}"#,
            .choice(title: "Fast", description: "2 days")
        ),
        (
            #""type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{\"name\":\"Ada\",\"flow_token\":\"t\",\"age\":36,\"tags\":[\"a\",null]}"}}"#,
            .form(name: "flow", answers: ["age: 36", "name: Ada", #"tags: ["a",null]"#])
        ),
        (
            #""type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"response_json":{"ok":true}}}"#,
            .form(name: nil, answers: ["ok: true"])
        ),
        (#""type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"response_json":"{broken"}}"#, .form(name: nil, answers: ["{broken"])),
        (
            #""type":"interactive","interactive":{"type":"call_permission_reply","call_permission_reply":{"response":"accept"}}"#,
            .callPermission(granted: true)
        ),
        (
            #""type":"interactive","interactive":{"type":"call_permission_reply","call_permission_reply":{"response":"reject"}}"#,
            .callPermission(granted: false)
        ),
        (#""type":"interactive","interactive":{"type":"product_reply","product_reply":{}}"#, .unknown(type: "product_reply", details: nil)),
        (
            #""type":"interactive","errors":[{"code":131051,"title":"Unsupported"}]"#,
            .unsupported(kind: "interactive", code: 131_051, details: "Unsupported")
        ),
        (
            #""type":"order","order":{"text":"please","product_items":[{"product_retailer_id":"s1","quantity":2,"item_price":9.5,"currency":"EUR"},{},0]}"#,
            .order(
                text: "please",
                items: [.init(product: "s1", quantity: "2", price: "9.5 EUR"), .init(product: "", quantity: ""), .init(product: "", quantity: "")]
            )
        ),
        (
            #""type":"unsupported","unsupported":{"type":"poll_creation"},"errors":[{"code":131051,"title":"t","error_data":{"details":"Not supported."}}]"#,
            .unsupported(kind: "poll_creation", code: 131_051, details: "Not supported.")
        ),
        (#""type":"unknown","errors":[{"code":131051,"details":"flat"}]"#, .unsupported(kind: nil, code: 131_051, details: "flat")),
        (#""type":"hologram","hologram":{"secret":"no"}"#, .unknown(type: "hologram", details: nil)),
        (#""type":"system","system":{"type":"customer_identity_changed","body":"Ada has a new number"}"#, .system("Ada has a new number")),
        (#""type":"request_welcome""#, .opened),
        (#""type":"text""#, .broken),
        (#""type":"text","text":{"body":""}"#, .broken),
    ]

    @Test("Whatever is no text becomes a placeholder with the customer's own words", arguments: placeholders)
    func placeholder(fields: String, placeholder: MessagePlaceholder) throws {
        #expect(try message(fields).content == .placeholder(placeholder))
    }

    @Test(
        "A reaction, an edit and a withdrawal are about the message that they name",
        arguments: [
            (
                #""type":"reaction","reaction":{"message_id":"wamid.B","emoji":"\ud83d\udc4d"},"context":{"id":"wamid.X"}"#, "reaction",
                .reaction(emoji: "👍", quote: nil)
            ),
            (#""type":"reaction","reaction":{"message_id":"wamid.B","emoji":""}"#, "reaction", .reactionRemoved(quote: nil)),
            (
                #""type":"edit","edit":{"original_message_id":"wamid.B","message":{"type":"text","text":{"body":"new"}}}"#, "edit",
                .edited(text: "new")
            ),
            (
                #""type":"edit","edit":{"original_message_id":"wamid.B","message":{"type":"image","image":{"id":"1","caption":"c"}}}"#, "edit",
                .edited(text: "c")
            ),
            (#""type":"revoke","revoke":{"original_message_id":"wamid.B"}"#, "revoke", .revoked),
        ] as [(String, String, MessagePlaceholder)]
    )
    func about(fields: String, type: String, placeholder: MessagePlaceholder) throws {
        let message = try message(fields)
        #expect(message.quotes == Wamid(rawValue: "wamid.B"))
        #expect(message.type == type)
        #expect(message.content == .placeholder(placeholder))
    }

    @Test("News of a number or user ID say which names hold no more, and which from now on")
    func identityChanges() {
        let table: [(String, [Alias], [Alias])] = [
            (#""system":{"type":"user_changed_number","body":"b","wa_id":"49172"}"#, [.phone("49171")], [.phone("49172")]),
            (
                #""system":{"type":"user_changed_number","body":"b","new_wa_id":"49172","user_id":"DE.2","previous_user_id":"DE.1"}"#,
                [.businessScopedUserID("DE.1"), .phone("49171")], [.businessScopedUserID("DE.2"), .phone("49172")]
            ),
            (
                #""system":{"type":"user_changed_user_id","body":"b","user_id":"DE.2","previous_user_id":"DE.1"}"#,
                [.businessScopedUserID("DE.1"), .phone("49171")], [.businessScopedUserID("DE.2")]
            ),
        ]
        for (fields, replaced, current) in table {
            let message = Self.message(#""type":"system",\#(fields)"#, from: "49171")
            #expect(message?.content == .identityChange(IdentityChange(replaced: replaced, current: current, text: "b")), "\(fields)")
        }
    }

    @Test("Files are named with what is needed to load them; contact cards are files of their own")
    func files() {
        #expect(
            Self.message(#""type":"image","image":{"id":"9","mime_type":"image/jpeg","sha256":"d"}"#)?.files == [
                CustomerFile(source: .media(id: "9", digest: "d"), mimeType: "image/jpeg")
            ])
        #expect(
            Self.message(#""type":"document","document":{"id":"9","filename":"a.pdf"}"#)?.files == [
                CustomerFile(source: .media(id: "9", digest: nil), name: "a.pdf")
            ])
        #expect(Self.message(#""type":"text","text":{"body":"a"}"#)?.files == nil)
        let cards = Self.message(
            #""type":"contacts","contacts":[{"name":{"formatted_name":"Ada"},"phones":[{"phone":"+49 1"}]},{"vcard":"BEGIN:VCARD\r\nEND:VCARD"}]"#)?
            .files
        #expect(cards?.map(\.name) == ["Ada.vcf", "contact.vcf"])
        guard case .text(let made)? = cards?.first?.source, case .text(let given)? = cards?.last?.source else {
            Issue.record("\(String(describing: cards))")
            return
        }
        #expect(VCard.cards(in: made).map(\.formattedName) == ["Ada"])
        #expect(VCard.cards(in: made).first?.phones.map(\.number) == ["+49 1"])
        #expect(given == "BEGIN:VCARD\r\nEND:VCARD")
    }

    @Test("Forwarded messages, advertisements and what the business wrote itself are told apart")
    func surroundings() {
        #expect(Self.message(#""type":"text","text":{"body":"a"},"context":{"forwarded":true}"#)?.forwarding == .once)
        #expect(Self.message(#""type":"text","text":{"body":"a"},"context":{"frequently_forwarded":true}"#)?.forwarding == .often)
        #expect(
            Self.message(#""type":"text","text":{"body":"a"},"referral":{"source_url":"https://a.example","headline":"Sale"}"#)?.referral
                == CustomerMessage.Referral(headline: "Sale", address: "https://a.example"))
        let echo =
            #"{"entry":[{"id":"1","changes":[{"field":"smb_message_echoes","value":{"metadata":{"phone_number_id":"1090"},"message_echoes":[{"id":"wamid.E","from":"4930","to":"49171","to_user_id":"DE.7","timestamp":"5","type":"text","text":{"body":"hi"}},{"id":"wamid.F","type":"text","text":{"body":"hi"}}]}}]}]}"#
        let events = WebhookReader().events(in: Array(echo.utf8), receivedAt: Moment(seconds: 1))
        #expect(
            events.first
                == .echo(
                    CustomerMessage(
                        number: PhoneNumberID(rawValue: "1090"), wamid: Wamid(rawValue: "wamid.E"),
                        sender: [.businessScopedUserID("DE.7"), .phone("49171")], writtenAt: Moment(seconds: 5), content: .text("hi"))))
        guard case .unreadable(let unreadable)? = events.last else {
            Issue.record("\(events)")
            return
        }
        #expect(unreadable.error == "it names no recipient")
    }

    /// The message of a notification with these fields.
    private static func message(_ fields: String, from sender: String = "49171") -> CustomerMessage? {
        let body =
            #"{"entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"1090"},"messages":[{"id":"wamid.A","from":"\#(sender)",\#(fields)}]}}]}]}"#
        guard case .message(let message)? = WebhookReader().events(in: Array(body.utf8), receivedAt: Moment(seconds: 1)).first else { return nil }
        return message
    }
}
