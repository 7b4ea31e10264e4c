import Protocol
import Testing

@Suite struct WebhookTests {
    @Test("An envelope is read with all its entries and changes, whatever order and mixture they come in")
    func envelope() throws {
        let webhook = try WhatsApp.Webhook.decode(
            Array(
                #"""
                {"object":"whatsapp_business_account","entry":[
                  {"id":"8101","time":1790000000,"changes":[
                    {"value":{"event":"PARTNER_REMOVED","waba_info":{"waba_id":"8101"}},"field":"account_update"},
                    {"field":"messages","value":{"metadata":{"phone_number_id":1090},"statuses":[{"id":"wamid.S","status":"sent"}]}}]},
                  {"id":8102,"changes":[{"field":"messages","value":{"messages":[{"id":"wamid.M"}]}}]}],"new":true}
                """#.utf8
            )
        )
        #expect(webhook.object == "whatsapp_business_account")
        #expect(webhook.entries.map(\.value?.id) == ["8101", "8102"])
        #expect(webhook.entries.map(\.value?.time) == [1_790_000_000, nil])
        let changes = webhook.entries.compactMap(\.value).flatMap(\.changes).compactMap(\.value)
        #expect(changes.map(\.field) == ["account_update", "messages", "messages"])
        #expect(
            changes[0].value
                == .other(.object(["event": .text("PARTNER_REMOVED"), "waba_info": .object(["waba_id": .text("8101")])]))
        )
        guard case .messages(let first) = changes[1].value, case .messages(let second) = changes[2].value else {
            Issue.record("the field messages was not recognised")
            return
        }
        #expect(first.metadata?.phoneNumberID == "1090")
        #expect(first.statuses.map(\.value?.id) == ["wamid.S"])
        #expect(second.messages.map(\.value?.id) == ["wamid.M"])
    }

    @Test("A contact is read with every identifier that it has, and without any")
    func contacts() throws {
        let contacts = try messagesValue(
            of: notification(
                contacts: #"""
                    [{"profile":{"name":"Ada","username":"ada.l"},"wa_id":"4917600","user_id":"DE.77","parent_user_id":"DE.ENT.5","identity_key_hash":"h"},
                     {"wa_id":4917601},{"profile":"none","user_id":"DE.78","wa_id":""},{}]
                    """#
            )
        ).contacts.map { $0.value }
        #expect(contacts.map { $0?.name } == ["Ada", nil, nil, nil])
        #expect(contacts.map { $0?.username } == ["ada.l", nil, nil, nil])
        #expect(contacts.map { $0?.waID } == ["4917600", "4917601", nil, nil])
        #expect(contacts.map { $0?.userID } == ["DE.77", nil, "DE.78", nil])
        #expect(contacts.map { $0?.parentUserID } == ["DE.ENT.5", nil, nil, nil])
        #expect(contacts.map { $0?.identityKeyHash } == ["h", nil, nil, nil])
    }

    @Test("Messages, statuses and errors of one change are independent of each other")
    func mixture() throws {
        let value = try messagesValue(
            of: notification(
                messages: #"[{"id":"wamid.A","type":"interactive"}]"#,
                statuses: #"[{"id":"wamid.B","status":"read"}]"#,
                errors: #"[{"code":130429,"title":"Rate limit hit","error_data":{"details":"Slow down"}},{"code":"131000","details":"flat"}]"#,
                contacts: #""broken""#
            )
        )
        #expect(value.messages.count == 1)
        #expect(value.statuses.first?.value?.kind == .read)
        #expect(value.errors.map(\.code) == [130_429, 131_000])
        #expect(value.errors.map(\.details) == ["Slow down", "flat"])
        #expect(value.contacts.map(\.failure?.index) == [0])
    }

    @Test("A broken element costs none of its siblings, and says where it was")
    func siblings() throws {
        let body = notification(
            messages: #"[{"id":"wamid.A","type":"text","text":{"body":"one"}},17,null,"x",[],{"id":"wamid.B","type":"text","text":{"body":"two"}}]"#,
            statuses: #"[true,{"id":"wamid.C","status":"sent"}]"#
        )
        let value = try messagesValue(of: body)
        #expect(value.messages.compactMap(\.value?.id) == ["wamid.A", "wamid.B"])
        #expect(value.messages.compactMap(\.failure?.index) == [1, 2, 3, 4])
        #expect(value.messages[1].failure?.description == "element 1 has another JSON type than expected")
        #expect(value.statuses.map(\.value?.id) == [nil, "wamid.C"])

        let entries = try WhatsApp.Webhook.decode(Array(#"{"entry":[1,{"changes":[2,{"field":"messages","value":[]}]}]}"#.utf8)).entries
        #expect(entries.map(\.failure?.index) == [0, nil])
        #expect(entries[1].value?.changes.map(\.failure?.index) == [0, nil])
        #expect(entries[1].value?.changes[1].value?.value == .other(.array([])))
    }

    @Test("A single object in place of an array is an array of one")
    func singleObject() throws {
        let value = try messagesValue(of: notification(messages: #"{"id":"wamid.A","type":"text","text":{"body":"one"}}"#))
        #expect(value.messages.map(\.value?.content) == [.text("one")])
    }

    @Test("More elements than Meta ever sends are cut off with a notice")
    func tooMany() throws {
        let value = try messagesValue(of: notification(messages: "[" + String(repeating: "{},", count: 20_000) + "{}]"))
        // The entry and the change are elements, too.
        #expect(value.messages.count == 6_000 - 2 + 1)
        #expect(value.messages.last?.failure?.description == "element 5998 and what follows is more than is read")
    }

    @Test(
        "A body that is no JSON object is refused as a whole",
        arguments: [
            "", " ", "x", "[]", "17", #""text""#, "null", "{", #"{"entry":["#, #"{"entry":[}"#, "{}{}", "\u{0}{}",
            #"{"entry":[{"id":"\u12"}]}"# + "]",
        ]
    )
    func malformed(body: String) {
        #expect(throws: MalformedJSONBody.notJSON) { try WhatsApp.Webhook.decode(Array(body.utf8)) }
    }

    @Test("Every truncation of a notification is refused without harm")
    func truncations() throws {
        let body = Array(notification(messages: #"[{"id":"w","text":{"body":"\ud83d\ude00 \u00e4 \\"}}]"#).utf8)
        for length in 0..<body.count {
            #expect(throws: MalformedJSONBody.notJSON) { try WhatsApp.Webhook.decode(body.prefix(length)) }
        }
        #expect(throws: Never.self) { try WhatsApp.Webhook.decode(body) }
    }

    @Test("A body beyond 4 MiB is refused unread")
    func tooLarge() throws {
        let padding = String(repeating: " ", count: WhatsApp.maximumBodySize - 2)
        #expect(throws: Never.self) { try WhatsApp.Webhook.decode(Array("{\(padding)}".utf8)) }
        #expect(throws: MalformedJSONBody.tooLarge) { try WhatsApp.Webhook.decode(Array("{ \(padding)}".utf8)) }
    }
}
