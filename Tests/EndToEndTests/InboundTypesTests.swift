import AppService
import Lab
import Testing

/// What a customer sends, as it stands in Connect: one test for each row of the table in `docs/messages.md`.
@Suite("From WhatsApp to Connect, type by type", .timeLimit(.minutes(5))) struct InboundTypesTests {
    /// The customer sends a file; the post has it, byte by byte, under a name that fits.
    private func file(_ file: MetaFile, as name: String, saying words: [String]) async throws {
        try await Exchange.open { exchange in
            let (wamid, post) = try await exchange.customer(sends: .file(file))
            let sent = try #require(exchange.lab.meta.attachment(of: wamid))
            #expect(post.files.map(\.name) == [name])
            #expect(post.files.first?.sha256 == sent.file.sha256)
            #expect(post.repliesTo == exchange.root.id)
            for word in words { #expect(post.text.contains(word), "\(post.text)") }
            #expect(post.text.hasPrefix("<b>Ada Lovelace</b>"))
        }
    }

    /// The customer sends something without a file; its post says this.
    private func words(_ content: MetaContent, context: MetaContext = MetaContext(), _ words: [String]) async throws {
        try await Exchange.open { exchange in
            let post = try await exchange.customer(sends: content, context: context).post
            for word in words { #expect(post.text.contains(word), "\(post.text)") }
            #expect(post.repliesTo == exchange.root.id)
            #expect(post.files.isEmpty)
        }
    }

    @Test("A text, with its marks")
    func text() async throws {
        try await words(.text("*bold* & <plain>"), ["<b>bold</b> &amp; &lt;plain&gt;"])
    }

    @Test("A picture with its caption")
    func image() async throws {
        try await file(.image(.bytes(LabSample.jpeg), caption: "The *door*"), as: "image.jpg", saying: ["Picture", "The <b>door</b>"])
    }

    @Test("A video")
    func video() async throws {
        try await file(.video(.bytes(LabSample.video), caption: "Look"), as: "video.mp4", saying: ["Video clip", "Look"])
    }

    @Test("An audio file")
    func audio() async throws {
        let mp3: [UInt8] = [0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 0, 0xFF, 0xFB, 0x90, 0x64]
        try await file(.audio(.generated(head: mp3, size: 4_096, seed: 3)), as: "audio.mp3", saying: ["Audio file"])
    }

    @Test("A voice note, with how long it lasts")
    func voice() async throws {
        try await file(.voiceNote(.bytes(LabSample.voiceNote)), as: "audio.ogg", saying: ["Voice message", "0:03"])
    }

    @Test("A document under its own name")
    func document() async throws {
        try await file(
            .document(.bytes(LabSample.pdf), name: "../Angebot für Köln.pdf", caption: "Signed"),
            as: "Angebot für Köln.pdf", saying: ["File", "Signed"])
    }

    @Test("A sticker, as a picture with a label")
    func sticker() async throws {
        try await file(.sticker(.bytes(LabSample.sticker)), as: "image.webp", saying: ["Sticker from the customer"])
    }

    @Test("A sticker that moves")
    func animatedSticker() async throws {
        try await file(.sticker(.bytes(LabSample.animatedSticker), isAnimated: true), as: "image.webp", saying: ["Sticker from the customer"])
    }

    @Test("A place, with a link to a map")
    func location() async throws {
        try await words(
            .location(MetaLocation(latitude: 50.9413, longitude: 6.9583, name: "Cathedral", address: "Domkloster 4, Köln")),
            ["Location: Cathedral, Domkloster 4, Köln", "mlat=50.941300&amp;mlon=6.958300"])
    }

    @Test("Contact cards, readable and as a vCard each")
    func contacts() async throws {
        try await Exchange.open { exchange in
            var grace = MetaContactCard(formattedName: "Grace Hopper", firstName: "Grace", lastName: "Hopper")
            grace.phones = [.init("+1 555 0100", type: "WORK", waID: "15550100")]
            var linus = MetaContactCard(formattedName: "Linus P.")
            linus.hasVCard = true
            let post = try await exchange.customer(sends: .contacts([grace, linus])).post
            #expect(post.text.contains("Grace Hopper") && post.text.contains("+1 555 0100") && post.text.contains("Linus P."))
            #expect(post.files.map(\.name) == ["Grace Hopper.vcf", "Linus P.vcf"])
            let card = String(decoding: try exchange.lab.connect.bytes(of: post.files[0]), as: UTF8.self)
            #expect(card.contains("FN:Grace Hopper") && card.contains("15550100"))
            #expect(String(decoding: try exchange.lab.connect.bytes(of: post.files[1]), as: UTF8.self) == linus.vCard)
        }
    }

    @Test("A reaction below the message that it is about, with a short quote")
    func reaction() async throws {
        try await Exchange.open { exchange in
            let (wamid, post) = try await exchange.customer(sends: .text("Where is my order?"))
            let reaction = try await exchange.customer(sends: .reaction("👍", to: wamid)).post
            #expect(reaction.repliesTo == post.id)
            #expect(reaction.text.contains("👍 to “Where is my order?”"))
        }
    }

    @Test("A reaction that is changed, and one that is taken back, change the post of the first")
    func reactionChanged() async throws {
        try await Exchange.open { exchange in
            let (wamid, _) = try await exchange.customer(sends: .text("Thanks"))
            let first = try await exchange.customer(sends: .reaction("👍", to: wamid)).post
            let count = exchange.lab.connect.posts.count
            try exchange.lab.meta.send(.reaction("🎉", to: wamid), from: "ada")
            try await exchange.lab.connect.wait(until: "it is changed") { connect in
                connect.posts.contains { $0.id == first.id && $0.text.contains("🎉") && !$0.text.contains("👍") }
            }
            try exchange.lab.meta.send(.reaction(nil, to: wamid), from: "ada")
            try await exchange.lab.connect.wait(until: "it is taken back") { connect in
                connect.posts.contains { $0.id == first.id && $0.text.contains("took back the reaction to “Thanks”") }
            }
            #expect(exchange.lab.connect.posts.count == count)
            try await eventually { try exchange.workplace.ledger().filter { $0.type == "reaction" }.allSatisfy { $0.state == "posted" } }
        }
    }

    @Test("A tap on a template's button")
    func button() async throws {
        try await words(.button(text: "Yes, please", payload: "YES"), ["The customer tapped: Yes, please"])
    }

    @Test("A tap on a reply button")
    func buttonReply() async throws {
        try await words(.buttonReply(id: "1", title: "Call me"), ["The customer tapped: Call me"])
    }

    @Test("A row of a list")
    func listReply() async throws {
        try await words(.listReply(id: "1", title: "Tuesday", description: "10 to 12"), ["The customer chose: Tuesday, 10 to 12"])
    }

    @Test("An answered form")
    func flowReply() async throws {
        try await words(
            .flowReply(name: "booking", response: #"{"day":"Tuesday","flow_token":"secret"}"#), ["filled in a form: booking", "day: Tuesday"])
    }

    @Test("An order, in readable lines")
    func order() async throws {
        try await words(
            .order(catalogID: "c", text: "Quickly please", items: [MetaOrderItem(productID: "SKU-1", quantity: 2, price: "9.5")]),
            ["Order:", "2 × SKU-1 (9.5 EUR)", "Quickly please"])
    }

    @Test("A new phone number: the discussion goes on, and answers go to the new number")
    func changedNumber() async throws {
        try await Exchange.open { exchange in
            let post = try await exchange.customer(sends: .changedNumber(to: "491799999999")).post
            #expect(post.repliesTo == exchange.root.id)
            #expect(post.text.contains("number or identity at WhatsApp has changed"))
            let answer = try await exchange.colleague(posts: "Noted")
            #expect(answer.first?.payload["to"]?.string == "+491799999999")
            let next = try await exchange.customer(sends: .text("It is me")).post
            #expect(next.repliesTo == exchange.root.id)
        }
    }

    @Test("A new user ID: the discussion goes on, and answers go there")
    func changedUserID() async throws {
        try await Exchange.open(from: "grace") { exchange in
            let post = try await exchange.customer("grace", sends: .changedUserID(to: "DE.9999")).post
            #expect(post.repliesTo == exchange.root.id)
            let answer = try await exchange.colleague(posts: "Noted")
            #expect(answer.first?.customer == "grace")
            let next = try await exchange.customer("grace", sends: .text("It is me")).post
            #expect(next.repliesTo == exchange.root.id)
        }
    }

    @Test("A message from an advertisement, with its headline and address")
    func referral() async throws {
        try await words(
            .text("How much?"),
            context: MetaContext(
                referral: MetaReferral(sourceURL: "https://ad.example/1", sourceID: "1", headline: "Winter sale", body: "All must go")),
            ["How much?", "came by an advertisement: Winter sale, https://ad.example/1"])
    }

    @Test("Forwarded messages, and those that were forwarded many times")
    func forwarded() async throws {
        try await words(.text("A joke"), context: MetaContext(isForwarded: true), ["A joke", "<i>Forwarded</i>"])
        try await words(.text("A joke"), context: MetaContext(isFrequentlyForwarded: true), ["A joke", "<i>Forwarded many times</i>"])
    }

    @Test("A quoted message that stands elsewhere is quoted in words")
    func quotedElsewhere() async throws {
        try await Exchange.open { exchange in
            let (wamid, _) = try await exchange.customer(sends: .text("An old question"))
            exchange.lab.clock.advance(by: .seconds(25 * 3_600))
            try await exchange.lab.connect.wait(until: "it is closed") { $0.posts.contains { $0.text == "Closed." } }
            let post = try await exchange.customer(sends: .text("Any news?", quoting: wamid)).post
            #expect(post.isRoot)
            #expect(post.text.contains("In answer to “An old question”"))
        }
    }

    @Test("An edited message, with its new text, below the old one")
    func edit() async throws {
        try await Exchange.open { exchange in
            let (wamid, post) = try await exchange.customer(sends: .text("At five"))
            let edit = try await exchange.customer(sends: .edit(of: wamid, .text("At six"))).post
            #expect(edit.repliesTo == post.id)
            #expect(edit.text.contains("It now says:") && edit.text.contains("At six"))
        }
    }

    @Test("A deleted message, below the old one")
    func revoke() async throws {
        try await Exchange.open { exchange in
            let (wamid, post) = try await exchange.customer(sends: .text("Oops"))
            let revoke = try await exchange.customer(sends: .revoke(of: wamid)).post
            #expect(revoke.repliesTo == post.id)
            #expect(revoke.text.contains("The customer deleted an earlier message."))
        }
    }

    @Test("What the business writes in WhatsApp's own app is shown as its own, and never sent again")
    func echo() async throws {
        try await Exchange.open { exchange in
            let lab = exchange.lab
            let wamid = try lab.meta.echo(.file(.image(.bytes(LabSample.png), mimeType: "image/png", caption: "From my phone")), to: "ada")
            try await lab.connect.wait(until: "it is posted") { $0.posts.count == 2 }
            let post = try #require(lab.connect.posts.last)
            #expect(post.text.contains("Your business, in the WhatsApp app") && post.text.contains("From my phone"))
            #expect(post.files.first?.sha256 == lab.meta.attachment(of: wamid)?.file.sha256)
            _ = try await exchange.customer(sends: .text("Nice"))
            #expect(lab.meta.accepted.filter { !$0.isEcho }.isEmpty)
        }
    }

    @Test("The first opening of the chat")
    func requestWelcome() async throws {
        try await words(.requestWelcome, ["opened the chat for the first time"])
    }

    @Test("What WhatsApp does not hand out, with the reason")
    func unsupported() async throws {
        try await words(.unsupported(code: 131_051, kind: "poll_creation"), ["poll"])
        try await words(.unknown(details: "Message type is currently not supported"), ["Message type is currently not supported"])
        try await words(.unsupported(code: 131_052), ["larger than 100 MB"])
    }

    @Test("A type that nobody knows")
    func unknown() async throws {
        try await words(.other(type: "hologram", ["id": "1"]), ["a kind that the connector does not know (hologram)"])
    }

    @Test("A message in a group stays apart from the sender's own conversation")
    func group() async throws {
        try await Exchange.open { exchange in
            let post = try await exchange.customer(sends: .text("Hello all"), context: MetaContext(groupID: "g-1")).post
            #expect(post.isRoot)
            #expect(post.discussionTitle == "WhatsApp group")
            #expect(post.text.hasPrefix("<b>Ada Lovelace</b>"))
            let second = try await exchange.customer("linus", sends: .text("Hi"), context: MetaContext(groupID: "g-1")).post
            #expect(second.repliesTo == post.id)
            #expect(second.text.hasPrefix("<b>Linus"))
            let own = try await exchange.customer(sends: .text("Only for you")).post
            #expect(own.repliesTo == exchange.root.id)
        }
    }
}
