import AppService
import Bridge
import Testing

@Suite struct WebhookReaderTests {
    static let receivedAt = Moment(milliseconds: 1_790_000_900_500)
    static let number = PhoneNumberID(rawValue: "1090")

    private func events(_ body: String) -> [InboundEvent] {
        WebhookReader().events(in: Array(body.utf8), receivedAt: Self.receivedAt)
    }

    /// The events of one change of the field `messages`.
    private func events(messages: String = "[]", statuses: String = "[]", errors: String = "[]", contacts: String = "[]") -> [InboundEvent] {
        events(
            #"""
            {"object":"whatsapp_business_account","entry":[{"id":"8101","changes":[{"field":"messages","value":{
             "messaging_product":"whatsapp","metadata":{"display_phone_number":"4930555000","phone_number_id":"1090"},
             "contacts":\#(contacts),"messages":\#(messages),"statuses":\#(statuses),"errors":\#(errors)}}]}]}
            """#
        )
    }

    private func message(_ fields: String, contacts: String = "[]") throws -> CustomerMessage {
        let events = events(messages: #"[{"id":"wamid.A","from":"4917600","timestamp":"1790000000",\#(fields)}]"#, contacts: contacts)
        guard events.count == 1, case .message(let message) = events[0] else {
            Issue.record("\(events)")
            throw Unexpected()
        }
        return message
    }

    struct Unexpected: Error {}

    @Test("A text is told with its sender, name, time and quote")
    func text() throws {
        let message = try message(
            #""from_user_id":"DE.77","from_parent_user_id":"DE.ENT.5","type":"text","text":{"body":"Hallo \ud83d\ude00"},"context":{"id":"wamid.Q","from":"4930555000"}"#,
            contacts: #"[{"profile":{"name":"Ada"},"wa_id":"4917600","user_id":"DE.77"}]"#
        )
        #expect(
            message
                == CustomerMessage(
                    number: Self.number,
                    wamid: Wamid(rawValue: "wamid.A"),
                    sender: [.businessScopedUserID("DE.77"), .parentBusinessScopedUserID("DE.ENT.5"), .phone("4917600")],
                    senderName: "Ada",
                    writtenAt: Moment(seconds: 1_790_000_000),
                    type: "text",
                    content: .text("Hallo 😀"),
                    quotes: Wamid(rawValue: "wamid.Q")
                )
        )
    }

    @Test("A forwarded message quotes nothing")
    func forwarded() throws {
        #expect(try message(#""type":"text","text":{"body":"a"},"context":{"forwarded":true}"#).quotes == nil)
    }

    struct Sender: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var message: String
        var contacts: String
        var aliases: [Alias]
        var name: String?
    }

    static let senders = [
        Sender(testDescription: "a phone number alone", message: #""from":"4917600""#, contacts: "[]", aliases: [.phone("4917600")]),
        Sender(
            testDescription: "a username without phone number",
            message: #""from_user_id":"US.13491","from_parent_user_id":"US.ENT.118""#,
            contacts: #"[{"profile":{"username":"ada.l"},"user_id":"US.13491","parent_user_id":"US.ENT.118"}]"#,
            aliases: [.businessScopedUserID("US.13491"), .parentBusinessScopedUserID("US.ENT.118")],
            name: "@ada.l"
        ),
        Sender(
            testDescription: "the contact adds what the message lacks",
            message: #""from_user_id":"DE.77""#,
            contacts:
                #"[{"user_id":"DE.1","wa_id":"491"},{"profile":{"name":"Ada"},"user_id":"DE.77","wa_id":"4917600","parent_user_id":"DE.ENT.5"}]"#,
            aliases: [.businessScopedUserID("DE.77"), .parentBusinessScopedUserID("DE.ENT.5"), .phone("4917600")],
            name: "Ada"
        ),
        Sender(
            testDescription: "a message that names nobody, and one contact",
            message: #""x":1"#,
            contacts: #"[{"profile":{"name":"Ada"},"user_id":"BSUID_123"}]"#,
            aliases: [.businessScopedUserID("BSUID_123")],
            name: "Ada"
        ),
        Sender(
            testDescription: "one number in two spellings",
            message: #""from":"551187654321""#,
            contacts: #"[{"profile":{"name":"Zé"},"wa_id":"5511987654321"}]"#,
            aliases: [.phone("551187654321"), .phone("5511987654321")],
            name: "Zé"
        ),
        Sender(
            testDescription: "a user ID where a phone number belongs",
            message: #""from":"DE.77""#,
            contacts: #"[{"wa_id":"DE.77"}]"#,
            aliases: [.businessScopedUserID("DE.77")]
        ),
        Sender(testDescription: "a formatted number", message: #""from":"+49 (176) 0-0""#, contacts: "[]", aliases: [.phone("4917600")]),
        Sender(
            testDescription: "of several contacts none that fits",
            message: #""from":"4917600""#,
            contacts: #"[{"profile":{"name":"X"},"wa_id":"1"},{"profile":{"name":"Y"},"wa_id":"2"}]"#,
            aliases: [.phone("4917600")]
        ),
        Sender(
            testDescription: "an identifier of a form that nobody knows",
            message: #""from":"lid:7f""#,
            contacts: "[]",
            aliases: [.businessScopedUserID("lid:7f")]
        ),
        Sender(
            testDescription: "the same beside one that is known",
            message: #""from":"lid:7f""#,
            contacts: #"[{"wa_id":"4917600"}]"#,
            aliases: [.phone("4917600")]
        ),
        Sender(
            testDescription: "a group",
            message: #""from":"4917600","group_id":"G1""#,
            contacts: #"[{"profile":{"name":"Ada"},"wa_id":"4917600"}]"#,
            aliases: [.group("G1")],
            name: "Ada"
        ),
        Sender(
            testDescription: "a contact that is broken",
            message: #""from":"4917600""#,
            contacts: #"[17,{"profile":{"name":"Ada"},"wa_id":"4917600"}]"#,
            aliases: [.phone("4917600")],
            name: "Ada"
        ),
    ]

    @Test("A sender is every name that the change gives, matched by identifier", arguments: senders)
    func sender(_ sender: Sender) throws {
        let events = events(messages: #"[{"id":"wamid.A","type":"text","text":{"body":"a"},\#(sender.message)}]"#, contacts: sender.contacts)
        guard events.count == 1, case .message(let message) = events[0] else {
            Issue.record("\(events)")
            return
        }
        #expect(message.sender == sender.aliases)
        #expect(message.senderName == sender.name)
    }

    @Test("Two senders of one change keep their own names")
    func twoSenders() {
        let events = events(
            messages:
                #"[{"id":"wamid.A","from":"1","type":"text","text":{"body":"a"}},{"id":"wamid.B","from":"2","type":"text","text":{"body":"b"}}]"#,
            contacts: #"[{"profile":{"name":"Two"},"wa_id":"2"},{"profile":{"name":"One"},"wa_id":"1"}]"#
        )
        let names = events.map { event -> String? in
            guard case .message(let message) = event else { return nil }
            return message.senderName
        }
        #expect(names == ["One", "Two"])
    }

    @Test("The only contact is not taken for a sender among several")
    func onlyContactOfTwo() {
        let events = events(
            messages:
                #"[{"id":"wamid.A","from":"1","type":"text","text":{"body":"a"}},{"id":"wamid.B","from":"2","type":"text","text":{"body":"b"}}]"#,
            contacts: #"[{"profile":{"name":"Two"},"wa_id":"2","user_id":"DE.2"}]"#
        )
        guard events.count == 2, case .message(let first) = events[0], case .message(let second) = events[1] else {
            Issue.record("\(events)")
            return
        }
        #expect(first.sender == [.phone("1")])
        #expect(second.sender == [.businessScopedUserID("DE.2"), .phone("2")])
    }

    @Test("A message without a time counts as written when it was received")
    func noTime() {
        guard case .message(let message) = events(messages: #"[{"id":"wamid.A","from":"1","type":"text","text":{"body":"a"}}]"#).first else {
            Issue.record("no message")
            return
        }
        #expect(message.writtenAt == Self.receivedAt)
    }

    @Test("News of a customer who is named only inside the news finds its sender")
    func systemSender() {
        let events = events(
            messages: #"[{"id":"wamid.T","type":"system","system":{"type":"user_changed_user_id","user_id":"DE.2","previous_user_id":"DE.1"}}]"#
        )
        guard case .message(let message) = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(message.sender == [.businessScopedUserID("DE.1")])
    }

    @Test("A status is told with our own ID and its error")
    func statuses() {
        let events = events(
            statuses: #"""
                [{"id":"wamid.X","status":"delivered","timestamp":"1790000050","recipient_id":"4917600","biz_opaque_callback_data":"m-5"},
                 {"id":"wamid.Y","status":"failed","timestamp":1790000060,"errors":[{"code":131047,"title":"t","error_data":{"details":"24 hours"}}]},
                 {"id":"wamid.Z","status":"warped","recipient_type":"group","recipient_participant_id":"4917600"}]
                """#
        )
        #expect(
            events == [
                .status(
                    .init(
                        number: Self.number,
                        wamid: Wamid(rawValue: "wamid.X"),
                        status: "delivered",
                        at: Moment(seconds: 1_790_000_050),
                        messageID: "m-5"
                    )
                ),
                .status(
                    .init(
                        number: Self.number,
                        wamid: Wamid(rawValue: "wamid.Y"),
                        status: "failed",
                        at: Moment(seconds: 1_790_000_060),
                        error: DeliveryError(code: 131_047, details: "24 hours")
                    )
                ),
                .status(.init(number: Self.number, wamid: Wamid(rawValue: "wamid.Z"), status: "warped", at: Self.receivedAt, participant: "4917600")),
            ]
        )
    }

    @Test("Messages come before statuses, in the order of entries and changes, and what is broken costs nothing else")
    func mixture() {
        let body = #"""
            {"entry":[
             {"id":"8101","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"1090"},
               "statuses":[{"id":"wamid.S","status":"sent"},{"status":"sent"},{"id":"wamid.U"}],
               "messages":[{"id":"wamid.A","from":"1","type":"text","text":{"body":"a"}},null,{"from":"1"},{"id":"wamid.C"}]}},7]},
             "x",
             {"id":"8102","changes":[{"field":"messages","value":{"metadata":{},"messages":[{"id":"wamid.D","from":"1"}]}},
               {"field":"messages","value":{"metadata":{"phone_number_id":"1091"}}},
               {"field":"messages","value":{"metadata":{"phone_number_id":"1092"},"messages":[{"id":"wamid.E","from":"1","type":"text","text":{"body":"e"}}]}}]}]}
            """#
        let told = events(body).map { event in
            switch event {
            case .message(let message): "message \(message.wamid) of \(message.number)"
            case .echo(let message): "echo \(message.wamid) of \(message.number)"
            case .status(let status): "status \(status.wamid)"
            case .notice(let notice): "notice \(notice.type)"
            case .unreadable(let unreadable): "\(unreadable.path): \(unreadable.error)"
            }
        }
        #expect(
            told == [
                "message wamid.A of 1090",
                "entry[0].changes[0].messages[1]: it is null",
                "entry[0].changes[0].messages[2]: it has no ID",
                "entry[0].changes[0].messages[3]: it names no sender",
                "status wamid.S",
                "entry[0].changes[0].statuses[1]: it has no ID",
                "entry[0].changes[0].statuses[2]: it says no status",
                "entry[0].changes[1]: it has another JSON type than expected",
                "entry[1]: it has another JSON type than expected",
                "entry[2].changes[0].messages[0]: its change names no phone number ID",
                "entry[2].changes[1]: there is no message and no status",
                "message wamid.E of 1092",
            ]
        )
    }

    @Test(
        "What cannot be read at all is one event that says so",
        arguments: [
            ("", ""), ("{", ""), ("[]", ""), ("{}", "entry"), (#"{"entry":[]}"#, "entry"), (#"{"entry":[{"id":"8101"}]}"#, "entry[0]"),
            (#"{"entry":[{"changes":[{"field":"messages","value":[1]}]}]}"#, "entry[0].changes[0]"),
        ]
    )
    func unreadable(body: String, path: String) {
        let events = events(body)
        guard events.count == 1, case .unreadable(let unreadable) = events[0] else {
            Issue.record("\(events)")
            return
        }
        #expect(unreadable.path == path)
        #expect(unreadable.at == Self.receivedAt)
    }

    @Test("The same body has the same keys again, whenever it is received; another body has others")
    func keys() {
        func keys(_ body: String, at moment: Int64) -> [String] {
            WebhookReader().events(in: Array(body.utf8), receivedAt: Moment(milliseconds: moment)).map { event in
                switch event {
                case .notice(let notice): notice.key
                case .unreadable(let unreadable): unreadable.key
                case .message(let message), .echo(let message): message.wamid.rawValue
                case .status(let status): status.wamid.rawValue
                }
            }
        }
        let body =
            #"{"entry":[{"id":"8101","time":7,"changes":[{"field":"account_update","value":{"event":"X","a":1,"b":[2,{"c":null}]}},null,null]}]}"#
        let other =
            #"{"entry":[{"id":"8101","time":8,"changes":[{"field":"account_update","value":{"event":"X","a":1,"b":[2,{"c":null}]}},null,null]}]}"#
        #expect(keys(body, at: 1) == keys(body, at: 2))
        #expect(Set(keys(body, at: 1)).count == 3)
        #expect(Set(keys(body, at: 1)).isDisjoint(with: keys(other, at: 1)))
    }

    @Test(
        "Other fields are noted with what they are about",
        arguments: [
            ("account_update", #"{"event":"PARTNER_REMOVED","waba_info":{"waba_id":"1"}}"#, nil, "news of the account or number: PARTNER_REMOVED"),
            ("phone_number_name_update", #"{"decision":"APPROVED","rejection_reason":null}"#, nil, "news of the account or number: APPROVED"),
            (
                "smb_message_echoes", #"{"metadata":{"phone_number_id":"1090"},"message_echoes":[]}"#, "1090",
                "written by the business itself"
            ),
            ("history", #"{"metadata":{"phone_number_id":1090}}"#, "1090", "written before the number was connected"),
            ("security", "[]", nil, "no conversation needs it"),
        ] as [(String, String, String?, String)]
    )
    func otherFields(field: String, value: String, number: String?, reason: String) {
        let events = events(#"{"entry":[{"id":"8101","time":1790000000,"changes":[{"field":"\#(field)","value":\#(value)}]}]}"#)
        guard events.count == 1, case .notice(let notice) = events[0] else {
            Issue.record("\(events)")
            return
        }
        #expect(notice.type == field)
        #expect(notice.number?.rawValue == number)
        #expect(notice.reason == reason)
        #expect(notice.at == Moment(seconds: 1_790_000_000))
    }

    @Test("Errors of the number are noted beside its messages")
    func numberErrors() {
        let events = events(
            messages: #"[{"id":"wamid.A","from":"1","type":"interactive"}]"#,
            errors: #"[{"code":130429,"title":"Rate limit hit","error_data":{"details":"Slow down"}}]"#
        )
        guard events.count == 2, case .message = events[0], case .notice(let notice) = events[1] else {
            Issue.record("\(events)")
            return
        }
        #expect(notice.type == "errors")
        #expect(notice.reason == "Meta reports the error 130429 Slow down")
    }
}
