import Protocol
import Testing

@Suite struct MessageContentTests {
    @Test("The common fields of a message are read")
    func commonFields() throws {
        let body = notification(
            messages: #"""
                [{"id":"wamid.A","from":"4917600","from_user_id":"DE.77","from_parent_user_id":"DE.ENT.5","group_id":"G1","timestamp":"1790000000",
                  "type":"text","text":{"body":"Hallo"},"identity":{"acknowledged":true,"created_timestamp":1790000000000,"hash":"h"},
                  "errors":[{"code":131052,"title":"Media","message":"m","error_data":{"details":"too large"},"href":"/x"}]}]
                """#
        )
        let message = try #require(try messagesValue(of: body).messages.first?.value)
        #expect(message.id == "wamid.A")
        #expect(message.from == "4917600")
        #expect(message.fromUserID == "DE.77")
        #expect(message.fromParentUserID == "DE.ENT.5")
        #expect(message.groupID == "G1")
        #expect(message.timestamp == 1_790_000_000)
        #expect(message.type == "text")
        #expect(message.content == .text("Hallo"))
        #expect(message.identity?.isAcknowledged == true)
        #expect(message.identity?.hash == "h")
        #expect(message.errors.map(\.code) == [131_052])
        #expect(message.errors.first?.details == "too large")
        #expect(message.errors.first?.href == "/x")
    }

    @Test("A text keeps escapes, emoji, line breaks and marks")
    func text() throws {
        let message = try message(#""type":"text","text":{"body":"*Gr\u00fc\u00dfe* \ud83d\ude00\n_und_ \u0040 a\/b"}"#)
        #expect(message.content == .text("*Grüße* 😀\n_und_ @ a/b"))
    }

    @Test("A file is read with its own fields", arguments: ["image", "video", "audio", "document", "sticker", "voice"])
    func media(type: String) throws {
        let message = try message(
            #""type":"\#(type)","\#(type)":{"id":"998","mime_type":"audio/ogg; codecs=opus","sha256":"q+A=","caption":"See","filename":"a.pdf","url":"https://m/1","voice":true,"animated":true}"#
        )
        let media: WhatsApp.Media? =
            switch message.content {
            case .image(let media) where type == "image": media
            case .video(let media) where type == "video": media
            case .audio(let media) where type == "audio" || type == "voice": media
            case .document(let media) where type == "document": media
            case .sticker(let media) where type == "sticker": media
            default: nil
            }
        #expect(media?.id == "998")
        #expect(media?.mimeType == "audio/ogg; codecs=opus")
        #expect(media?.sha256 == "q+A=")
        #expect(media?.caption == "See")
        #expect(media?.filename == "a.pdf")
        #expect(media?.url == "https://m/1")
        #expect(media?.isVoice == true)
        #expect(media?.isAnimated == true)
    }

    @Test("Only a recorded sound is a voice note")
    func voice() throws {
        guard case .audio(let file) = try message(#""type":"audio","audio":{"id":"1","voice":false}"#).content,
            case .audio(let old) = try message(#""type":"voice","voice":{"id":"2"}"#).content
        else {
            Issue.record("no sound")
            return
        }
        #expect(!file.isVoice)
        #expect(old.isVoice)
    }

    @Test("A place has coordinates in range, as numbers or texts")
    func location() throws {
        guard
            case .location(let chosen) = try message(
                #""type":"location","location":{"latitude":52.5,"longitude":"13.4","name":"Amt","address":"Weg 1","url":"https://x"}"#
            ).content,
            case .location(let impossible) = try message(#""type":"location","location":{"latitude":91,"longitude":1e300}"#).content
        else {
            Issue.record("no place")
            return
        }
        #expect(chosen.latitude == 52.5)
        #expect(chosen.longitude == 13.4)
        #expect(chosen.name == "Amt")
        #expect(chosen.address == "Weg 1")
        #expect(chosen.url == "https://x")
        #expect(impossible.latitude == nil)
        #expect(impossible.longitude == nil)
    }

    @Test("Contact cards are read one by one")
    func contactCards() throws {
        let message = try message(
            #"""
            "type":"contacts","origin":"contact_request","contacts":[
             {"name":{"formatted_name":"Ada Lovelace","first_name":"Ada","last_name":"Lovelace"},"phones":[{"phone":"+49 176 00","wa_id":"4917600","type":"Handy"},7],
              "emails":[{"email":"ada@example.com","type":"WORK"}],"urls":[{"url":"https://example.com"}],"org":{"company":"Engines","department":"D","title":"T"},
              "addresses":[{"street":"Weg 1","city":"Ulm","state":"BW","zip":"89073","country":"DE","country_code":"de","type":"HOME"}],
              "birthday":"1815-12-10","vcard":"BEGIN:VCARD","origin":"other"},
             false,{"name":{"first_name":"Grace","last_name":"Hopper"}},{}]
            """#
        )
        #expect(message.origin == "contact_request")
        guard case .contacts(let cards) = message.content else {
            Issue.record("no cards")
            return
        }
        #expect(cards.map(\.value?.formattedName) == ["Ada Lovelace", nil, "Grace Hopper", nil])
        #expect(cards.compactMap(\.failure?.index) == [1])
        let ada = try #require(cards[0].value)
        #expect(ada.firstName == "Ada")
        #expect(ada.lastName == "Lovelace")
        #expect(ada.phones.map(\.phone) == ["+49 176 00"])
        #expect(ada.phones.map(\.waID) == ["4917600"])
        #expect(ada.phones.map(\.type) == ["Handy"])
        #expect(ada.emails.map(\.value) == ["ada@example.com"])
        #expect(ada.emails.map(\.type) == ["WORK"])
        #expect(ada.urls.map(\.value) == ["https://example.com"])
        #expect(ada.organization?.company == "Engines")
        #expect(ada.organization?.department == "D")
        #expect(ada.organization?.title == "T")
        #expect(ada.addresses.map(\.street) == ["Weg 1"])
        #expect(ada.addresses.map(\.city) == ["Ulm"])
        #expect(ada.addresses.map(\.zip) == ["89073"])
        #expect(ada.addresses.map(\.countryCode) == ["de"])
        #expect(ada.birthday == "1815-12-10")
        #expect(ada.vcard == "BEGIN:VCARD")
        #expect(ada.origin == "other")
    }

    @Test(
        "A reaction without emoji, or with an empty one, is its removal",
        arguments: [
            (#"{"message_id":"wamid.B","emoji":"\ud83d\udc4d"}"#, "👍"), (#"{"message_id":"wamid.B","emoji":""}"#, nil),
            (#"{"message_id":"wamid.B"}"#, nil),
        ]
            as [(String, String?)]
    )
    func reaction(written: String, emoji: String?) throws {
        guard case .reaction(let reaction) = try message(#""type":"reaction","reaction":\#(written)"#).content else {
            Issue.record("no reaction")
            return
        }
        #expect(reaction.messageID == "wamid.B")
        #expect(reaction.emoji == emoji)
    }

    @Test("A tap on a template's button says what was seen and what was meant")
    func button() throws {
        guard case .button(let button) = try message(#""type":"button","button":{"text":"Yes","payload":"confirm-7"}"#).content else {
            Issue.record("no button")
            return
        }
        #expect(button.text == "Yes")
        #expect(button.payload == "confirm-7")
    }

    @Test(
        "An interactive answer is read by its kind",
        arguments: [
            (#"{"type":"button_reply","button_reply":{"id":"b1","title":"Yes"}}"#, .button(id: "b1", title: "Yes")),
            (
                #"{"type":"list_reply","list_reply":{"id":"l1","title":"Fast","description":"2 days"}}"#,
                .list(id: "l1", title: "Fast", description: "2 days")
            ),
            (#"{"type":"list_reply","list_reply":{"id":"l1","title":"Fast"}}"#, .list(id: "l1", title: "Fast", description: nil)),
            (
                #"{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{\"a\":1}"}}"#,
                .flow(name: "flow", body: "Sent", responseJSON: .text(#"{"a":1}"#))
            ),
            (
                #"{"type":"nfm_reply","nfm_reply":{"response_json":{"a":1}}}"#,
                .flow(name: nil, body: nil, responseJSON: .object(["a": .integer(1)]))
            ),
            (
                #"{"type":"call_permission_reply","call_permission_reply":{"response":"accept","response_source":"user_action","expiration_timestamp":"1790000000"}}"#,
                .callPermission(response: "accept", source: "user_action", expiration: 1_790_000_000)
            ),
            (#"{"type":"product_reply","product_reply":{"id":7}}"#, .other(.object(["id": .integer(7)]))),
            (#"{"type":"button_reply"}"#, .button(id: nil, title: nil)),
            (#"{}"#, .other(nil)),
        ] as [(String, WhatsApp.Interactive.Reply)]
    )
    func interactive(written: String, reply: WhatsApp.Interactive.Reply) throws {
        guard case .interactive(let interactive) = try message(#""type":"interactive","interactive":\#(written)"#).content else {
            Issue.record("no interactive answer")
            return
        }
        #expect(interactive.reply == reply)
    }

    @Test("A cart keeps prices and quantities as they were written")
    func order() throws {
        let written =
            #"{"catalog_id":"c1","text":"please","product_items":[{"product_retailer_id":"s1","quantity":2,"item_price":29.95,"currency":"EUR"},{"quantity":"3","item_price":"0.10"},0]}"#
        guard case .order(let order) = try message(#""type":"order","order":\#(written)"#).content else {
            Issue.record("no cart")
            return
        }
        #expect(order.catalogID == "c1")
        #expect(order.text == "please")
        #expect(order.items.map(\.value?.quantity) == ["2", "3", nil])
        #expect(order.items.map(\.value?.price) == ["29.95", "0.10", nil])
        #expect(order.items.map(\.value?.currency) == ["EUR", nil, nil])
        #expect(order.items.map(\.value?.productRetailerID) == ["s1", nil, nil])
    }

    @Test("A changed number names the new identifiers, in old and new payloads")
    func system() throws {
        guard
            case .system(let new) = try message(
                #""type":"system","system":{"type":"user_changed_number","body":"Ada changed","wa_id":"4917601","user_id":"DE.78","parent_user_id":"DE.ENT.6","previous_user_id":"DE.77","previous_parent_user_id":"DE.ENT.5"}"#
            ).content,
            case .system(let old) = try message(#""type":"system","system":{"type":"user_changed_number","new_wa_id":4917601,"customer":"4917600"}"#)
                .content,
            case .system(let user) = try message(#""type":"system","system":{"type":"user_changed_user_id","user_id":"DE.79"}"#).content
        else {
            Issue.record("no notice")
            return
        }
        #expect(new.kind == .userChangedNumber)
        #expect(new.body == "Ada changed")
        #expect(new.waID == "4917601")
        #expect(new.userID == "DE.78")
        #expect(new.parentUserID == "DE.ENT.6")
        #expect(new.previousUserID == "DE.77")
        #expect(new.previousParentUserID == "DE.ENT.5")
        #expect(old.waID == "4917601")
        #expect(old.customer == "4917600")
        #expect(user.kind == .userChangedUserID)
        #expect(user.userID == "DE.79")
    }

    @Test("An edit carries the new content, but never another edit")
    func edit() throws {
        guard
            case .edit(let edit) = try message(
                #""type":"edit","edit":{"original_message_id":"wamid.B","message":{"type":"image","image":{"id":"5","caption":"new"},"context":{"id":"wamid.C"}}}"#
            ).content,
            case .edit(let nested) = try message(#""type":"edit","edit":{"message":{"type":"edit","edit":{"message":{"type":"edit"}}}}"#).content
        else {
            Issue.record("no edit")
            return
        }
        #expect(edit.originalMessageID == "wamid.B")
        #expect(edit.type == "image")
        #expect(edit.context?.id == "wamid.C")
        guard case .image(let image) = edit.content else {
            Issue.record("no picture")
            return
        }
        #expect(image.caption == "new")
        #expect(nested.content == .unknown(type: "edit", value: nil))
    }

    @Test("A message that Meta keeps back says what it was, if Meta does")
    func unsupported() throws {
        let typed = try message(#""type":"unsupported","unsupported":{"type":"poll_creation"},"errors":[{"code":131051,"title":"t"}]"#)
        #expect(typed.content == .unsupported(WhatsApp.Unsupported(type: "poll_creation")))
        let old = try message(#""type":"unknown","errors":[{"code":131051,"title":"Unsupported","details":"flat words"}]"#)
        #expect(old.content == .unsupported(WhatsApp.Unsupported(type: nil)))
        #expect(old.errors.first?.details == "flat words")
        #expect(try message(#""type":"revoke","revoke":{"original_message_id":"wamid.B"}"#).content == .revoke(originalMessageID: "wamid.B"))
        #expect(try message(#""type":"request_welcome""#).content == .requestWelcome)
    }

    @Test("A type that nobody knows yet is kept with its value")
    func unknownType() throws {
        #expect(
            try message(#""type":"hologram","hologram":{"depth":3.5,"tags":["a",null,true]}"#).content
                == .unknown(type: "hologram", value: .object(["depth": .number(3.5), "tags": .array([.text("a"), .null, .flag(true)])]))
        )
        #expect(try message(#""text":{"body":"no type"}"#).content == .unknown(type: nil, value: nil))
    }

    @Test("A context is a reply only if it names a message")
    func context() throws {
        let reply = try message(
            #""type":"text","context":{"from":"4930555000","id":"wamid.Q","referred_product":{"catalog_id":"c","product_retailer_id":"p"}}"#)
        #expect(reply.context?.id == "wamid.Q")
        #expect(reply.context?.from == "4930555000")
        #expect(reply.context?.referredProduct?.catalogID == "c")
        #expect(reply.context?.referredProduct?.retailerID == "p")
        #expect(reply.context?.isForwarded == false)
        let forwarded = try message(#""type":"text","context":{"forwarded":true,"frequently_forwarded":"true"}"#)
        #expect(forwarded.context?.id == nil)
        #expect(forwarded.context?.isForwarded == true)
        #expect(forwarded.context?.isFrequentlyForwarded == true)
    }

    @Test("A referral says which advertisement the customer came from")
    func referral() throws {
        let referral = try message(
            #""type":"text","referral":{"source_url":"https://fb.me/x","source_id":12,"source_type":"ad","headline":"H","body":"B","media_type":"video","video_url":"https://v","thumbnail_url":"https://t","ctwa_clid":"c","welcome_message":{"text":"Hi"}}"#
        ).referral
        #expect(referral?.sourceURL == "https://fb.me/x")
        #expect(referral?.sourceID == "12")
        #expect(referral?.sourceType == "ad")
        #expect(referral?.headline == "H")
        #expect(referral?.body == "B")
        #expect(referral?.mediaType == "video")
        #expect(referral?.mediaURL == "https://v")
        #expect(referral?.clickID == "c")
        #expect(referral?.welcomeMessage == "Hi")
    }
}
