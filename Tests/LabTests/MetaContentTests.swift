import Testing

@testable import Lab

@Suite struct MetaContentTests {
    /// A content, and what its webhook says besides who sent it and when.
    private static let vectors: [(MetaContent, String)] = [
        (
            .location(MetaLocation(latitude: 52.52, longitude: 13.405, name: "Tower", address: "Square 1")),
            #""location","location":{"latitude":52.52,"longitude":13.405,"name":"Tower","address":"Square 1"}"#
        ),
        (.location(MetaLocation(latitude: -1, longitude: 0)), #""location","location":{"latitude":-1.0,"longitude":0.0}"#),
        (.button(text: "Yes", payload: "yes-1"), #""button","button":{"text":"Yes","payload":"yes-1"}"#),
        (
            .buttonReply(id: "b1", title: "Later"),
            #""interactive","interactive":{"type":"button_reply","button_reply":{"id":"b1","title":"Later"}}"#
        ),
        (
            .listReply(id: "r1", title: "Monday", description: "at ten"),
            #""interactive","interactive":{"type":"list_reply","list_reply":{"id":"r1","title":"Monday","description":"at ten"}}"#
        ),
        (
            .flowReply(response: #"{"day":1}"#),
            #""interactive","interactive":{"type":"nfm_reply","nfm_reply":{"response_json":"{\"day\":1}","body":"Sent","name":"flow"}}"#
        ),
        (
            .order(catalogID: "77", text: "please", items: [MetaOrderItem(productID: "p", quantity: 2, price: "9.5")]),
            #""order","order":{"catalog_id":"77","text":"please","product_items":[{"product_retailer_id":"p","quantity":2,"item_price":9.5,"currency":"EUR"}]}"#
        ),
        (.requestWelcome, #""request_welcome""#), (.revoke(of: "wamid.1"), #""revoke","revoke":{"original_message_id":"wamid.1"}"#),
        (
            .edit(of: "wamid.1", .text("new")),
            #""edit","edit":{"original_message_id":"wamid.1","message":{"type":"text","text":{"body":"new"}}}"#
        ),
        (
            .unknown(details: "no"), #""unknown","errors":[{"code":131051,"title":"Unsupported message type","details":"no"}]"#
        ),
    ]

    @Test("Every content becomes the fields of its type", arguments: vectors.indices)
    func contents(_ index: Int) throws {
        let (content, expected) = Self.vectors[index]
        var bench = MetaBench()
        let message = try #require(try bench.told(content))
        #expect(message.without("from").without("id").without("timestamp").text() == #"{"type":\#(expected)}"#)
        #expect(message["from"]?.string == "4917600")
    }

    @Test("A contact card is told with all it holds, and with its vCard on request")
    func contacts() throws {
        var card = MetaContactCard(formattedName: "Dr. Ada King; Countess", firstName: "Ada", lastName: "King")
        card.phones = [.init("+49 30 1", type: "WORK", waID: "49301"), .init("+49 30 2")]
        card.emails = [.init("ada@example.com", type: "HOME")]
        card.urls = [.init("https://example.com")]
        card.addresses = [.init(street: "Road 1", city: "Town", zip: "10115", country: "Germany", type: "HOME")]
        card.company = "Engines"
        card.department = "Analysis"
        card.title = "Countess"
        card.birthday = "1815-12-10"
        var bench = MetaBench()
        let plain = try #require(try bench.told(.contacts([card, MetaContactCard(formattedName: "Bob", firstName: "Bob")]))?["contacts"])
        #expect(
            plain.text()
                == #"[{"name":{"formatted_name":"Dr. Ada King; Countess","first_name":"Ada","last_name":"King"},"phones":[{"phone":"+49 30 1","wa_id":"49301","type":"WORK"},{"phone":"+49 30 2"}],"emails":[{"email":"ada@example.com","type":"HOME"}],"addresses":[{"street":"Road 1","city":"Town","zip":"10115","country":"Germany","type":"HOME"}],"org":{"company":"Engines","department":"Analysis","title":"Countess"},"urls":[{"url":"https://example.com"}],"birthday":"1815-12-10"},{"name":{"formatted_name":"Bob","first_name":"Bob"}}]"#
        )
        card.hasVCard = true
        card.origin = "other"
        let told = try #require(try bench.told(.contacts([card]))?["contacts"]?.array?.first)
        #expect(told["origin"]?.string == "other")
        #expect(
            told["vcard"]?.string == """
                BEGIN:VCARD\r
                VERSION:3.0\r
                N:King;Ada;;;\r
                FN:Dr. Ada King\\; Countess\r
                ORG:Engines;Analysis\r
                TITLE:Countess\r
                TEL;waid=49301;type=WORK:+49 30 1\r
                TEL:+49 30 2\r
                EMAIL;type=HOME:ada@example.com\r
                URL:https://example.com\r
                ADR;type=HOME:;;Road 1;Town;;10115;Germany\r
                BDAY:1815-12-10\r
                END:VCARD\r

                """)
        card.hasVCard = false
        card.origin = nil
        #expect(try MetaContactCard(LabJSON(parsing: plain.array?.first?.text() ?? "")) == card)
    }

    private static let contexts: [(MetaContext, String?)] = [
        (MetaContext(), nil), (MetaContext(quoting: "wamid.ours"), #"{"from":"4930555000","id":"wamid.ours"}"#),
        (MetaContext(isForwarded: true), #"{"forwarded":true}"#), (MetaContext(isFrequentlyForwarded: true), #"{"frequently_forwarded":true}"#),
        (
            MetaContext(quoting: "wamid.ours", isForwarded: true, referredProduct: .init(catalogID: "7", productID: "p")),
            #"{"from":"4930555000","id":"wamid.ours","forwarded":true,"referred_product":{"catalog_id":"7","product_retailer_id":"p"}}"#
        ),
    ]

    @Test("Any content can quote, be forwarded, or ask about a product", arguments: contexts.indices)
    func context(_ index: Int) throws {
        let (context, expected) = Self.contexts[index]
        var bench = MetaBench()
        for content in [MetaContent.text("x"), .image(caption: nil), .button(text: "a", payload: "b")] {
            #expect(try bench.told(content, context: context)?["context"]?.text() == expected)
        }
    }

    @Test("A message from an advertisement names it, and one from a group names the group and opens no window")
    func referralAndGroup() throws {
        var bench = MetaBench()
        let referral = MetaReferral(
            sourceURL: "https://fb.me/1", sourceID: "11", headline: "Sale", body: "Now", imageURL: "https://example.com/i.jpg", clickID: "c1")
        #expect(
            try bench.told(.text("Hi"), context: MetaContext(referral: referral))?["referral"]?.text()
                == #"{"source_url":"https://fb.me/1","source_id":"11","source_type":"ad","headline":"Sale","body":"Now","media_type":"image","image_url":"https://example.com/i.jpg","ctwa_clid":"c1"}"#
        )
        #expect(try bench.told(.text("Hi"), from: "grace", context: MetaContext(groupID: "G1"))?["group_id"]?.string == "G1")
        #expect(bench.core.windowEnd(customer: "ada", number: "1090") != nil)
        #expect(bench.core.windowEnd(customer: "grace", number: "1090") == nil)
    }

    @Test("A new number is told from the old one, without contacts, and moves number and user ID of the person")
    func changedNumber() throws {
        var bench = MetaBench()
        try bench.receive(.changedNumber(to: "4917699", userID: "DE.99"), from: "grace")
        let value = try #require(MetaBench.values(bench.deliver()).first)
        #expect(value["contacts"] == nil)
        let message = try #require(value["messages"]?.array?.first)
        #expect(message["from"]?.string == "4917601" && message["from_user_id"] == nil && message["type"]?.string == "system")
        #expect(
            message["system"]?.text()
                == #"{"body":"User Grace changed from 4917601 to 4917699","type":"user_changed_number","wa_id":"4917699","user_id":"DE.99","previous_user_id":"DE.77"}"#
        )
        #expect(try bench.told(.text("Hi"), from: "grace")?["from"]?.string == "4917699")
        _ = bench.text(to: "+4917699")
        #expect(bench.core.accepted.last?.customer == "grace")
        try bench.receive(.changedNumber(to: "4917698"), from: "grace")
        let made = try #require(bench.core.customers.first { $0.key == "grace" }?.userID)
        #expect(made.hasPrefix("DE.") && made != "DE.99")
        #expect(throws: LabError.self) { try bench.receive(.changedNumber(to: "4917698"), from: "linus") }
        #expect(throws: LabError.self) { try bench.receive(.changedNumber(to: "+49"), from: "grace") }
    }

    @Test("A new user ID is told without any number, with the parent ID where there is one")
    func changedUserID() throws {
        var bench = MetaBench()
        let message = try #require(try bench.told(.changedUserID(to: "US.90"), from: "mae"))
        #expect(message["from"] == nil && message["from_user_id"] == nil)
        let system = try #require(message["system"])
        #expect(system["type"]?.string == "user_changed_user_id" && system["wa_id"] == nil)
        #expect(system["user_id"]?.string == "US.90" && system["previous_user_id"]?.string == "US.79")
        #expect(system["previous_parent_user_id"]?.string == "US.ENT.80")
        let mae = try #require(bench.core.customers.first { $0.key == "mae" })
        #expect(mae.userID == "US.90")
        #expect(mae.parentUserID == system["parent_user_id"]?.string && mae.parentUserID?.hasPrefix("US.ENT.") == true)
        #expect(bench.core.windowEnd(customer: "mae", number: "1090") == nil)
    }

    @Test("What the business writes on its phone comes as an echo, opens no window, and was not sent by the connector")
    func echoes() throws {
        var bench = MetaBench()
        let customerWrote = try bench.receive(.text("Hi"), from: "grace")
        bench.now += 1_000
        _ = bench.deliver()
        let file = try bench.files.make(.bytes([1, 2, 3]))
        let wamid = try bench.core.echo(
            .file(.document(.bytes([1, 2, 3]), name: "offer.pdf")), file: file, context: MetaContext(quoting: customerWrote), to: "grace",
            now: bench.now)
        let body = try #require(bench.deliver().first)
        #expect(body.contains(#""field":"smb_message_echoes""#))
        let value = try #require(MetaBench.values([body]).first)
        #expect(value["metadata"]?["phone_number_id"]?.string == "1090")
        let echo = try #require(value["message_echoes"]?.array?.first)
        #expect(echo["from"]?.string == "4930555000" && echo["to"]?.string == "4917601" && echo["to_user_id"]?.string == "DE.77")
        #expect(echo["id"]?.string == wamid && echo["type"]?.string == "document" && echo["document"]?["filename"]?.string == "offer.pdf")
        #expect(echo["context"]?.text() == #"{"from":"4917601","id":"\#(customerWrote)"}"#)
        #expect(bench.core.accepted.isEmpty && bench.core.chat(of: "grace", number: "1090").count == 2)
        #expect(bench.core.windowEnd(customer: "grace", number: "1090") == bench.now - 1_000 + 86_400_000)
        #expect(bench.core.webhooks.acknowledged.contains(wamid))
    }
}
