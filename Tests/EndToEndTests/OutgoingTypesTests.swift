import AppService
import Lab
import Testing

/// What a colleague posts, as the customer gets it: one test for each row of the table in `docs/messages.md`.
@Suite("From Connect to WhatsApp, type by type", .timeLimit(.minutes(5))) struct OutgoingTypesTests {
    private func file(_ name: String, _ bytes: [UInt8]) -> ConnectHumanFile { ConnectHumanFile(name: name, source: .bytes(bytes)) }

    /// A colleague posts one file; the customer gets it like this.
    private func file(
        _ file: ConnectHumanFile,
        saying text: String = "",
        as type: String,
        _ check: @escaping @Sendable (MetaMessage) -> Void = { _ in }
    ) async throws {
        try await Exchange.open { exchange in
            let message = try #require(try await exchange.colleague(posts: text, files: [file]).first)
            let post = try #require(exchange.lab.connect.posts.last { $0.author == "anna" })
            #expect(message.type == type)
            #expect(message.attachment?.file.sha256 == post.files.first?.sha256)
            check(message)
        }
    }

    @Test("A text, with WhatsApp's marks")
    func text() async throws {
        try await Exchange.open { exchange in
            let messages = try await exchange.colleague(posts: "<b>Today</b> &amp; tomorrow")
            #expect(messages.first?.text == "*Today* & tomorrow")
        }
    }

    @Test("A picture with its caption")
    func image() async throws {
        try await file(file("door.jpg", LabSample.jpeg), saying: "The <b>door</b>", as: "image") { message in
            #expect(message.text == "The *door*")
            #expect(message.payload["text"] == nil)
        }
    }

    @Test("A PNG of true colours is a picture, another one a document")
    func png() async throws {
        try await file(file("a.png", LabSample.png), as: "image")
        var grey = LabSample.png
        grey[25] = 0
        try await file(file("a.png", grey), as: "document")
    }

    @Test("A video")
    func video() async throws {
        try await file(file("clip.mov", LabSample.video), saying: "Look", as: "video") { message in
            #expect(message.text == "Look")
            #expect(message.attachment?.mimeType == "video/mp4")
        }
    }

    @Test("A recording in Ogg with Opus is a voice note, whatever its name; its text goes before it")
    func voice() async throws {
        try await Exchange.open { exchange in
            let messages = try await exchange.colleague(posts: "Listen", files: [file("memo.opus", LabSample.voiceNote)], expecting: 2)
            #expect(messages.map(\.type) == ["text", "audio"])
            #expect(messages.first?.text == "Listen")
            #expect(messages.last?.payload["audio"]?["voice"] == true)
            #expect(messages.last?.attachment?.mimeType.hasPrefix("audio/ogg") == true)
            #expect(exchange.lab.meta.uploads.last?.name == "memo.ogg")
        }
    }

    @Test("Other sound is an audio file")
    func audio() async throws {
        let mp3 = ConnectHumanFile(
            name: "song.mp3", source: .generated(head: [0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 0, 0xFF, 0xFB, 0x90, 0x64], size: 9_000, seed: 2))
        try await file(mp3, as: "audio") { #expect($0.payload["audio"]?["voice"] == nil) }
    }

    @Test("Everything else is a document with its name")
    func document() async throws {
        try await file(file("Angebot 4711.pdf", LabSample.pdf), saying: "As promised", as: "document") { message in
            #expect(message.payload["document"]?["filename"]?.string == "Angebot 4711.pdf")
            #expect(message.text == "As promised")
        }
        try await file(file("numbers", Array("a;b\n1;2\n".utf8)), as: "document") { message in
            #expect(message.payload["document"]?["filename"]?.string == "numbers.txt")
        }
    }

    @Test("A picture that is too large for one goes as a document")
    func largePicture() async throws {
        let large = ConnectHumanFile(name: "photo.jpg", source: .generated(head: LabSample.jpeg, size: 5_000_001, seed: 5))
        try await file(large, as: "document") { #expect($0.payload["document"]?["filename"]?.string == "photo.jpg") }
    }

    @Test("A sticker where the file is one; another WebP is a document")
    func sticker() async throws {
        try await file(file("wink.webp", LabSample.sticker), as: "sticker")
        try await file(file("wink.webp", LabSample.animatedSticker), as: "sticker")
        let large = ConnectHumanFile(name: "wink.webp", source: .generated(head: LabSample.sticker, size: 100_001, seed: 5))
        try await file(large, as: "document")
    }

    @Test("Many files in one post: the text with the first, the order kept")
    func manyFiles() async throws {
        try await Exchange.open { exchange in
            let files = [file("a.jpg", LabSample.jpeg), file("b.pdf", LabSample.pdf), file("c.png", LabSample.png)]
            let messages = try await exchange.colleague(posts: "All of it", files: files, expecting: 3)
            #expect(messages.map(\.type) == ["image", "document", "image"])
            #expect(messages.map(\.text) == ["All of it", "", ""])
        }
    }

    @Test("A text that is too long for a caption goes before the file")
    func longCaption() async throws {
        try await Exchange.open { exchange in
            let text = String(repeating: "word ", count: 300)
            let messages = try await exchange.colleague(posts: text, files: [file("b.pdf", LabSample.pdf)], expecting: 2)
            #expect(messages.map(\.type) == ["text", "document"])
            #expect(messages.last?.text == "")
        }
    }

    @Test("A geo address is a place")
    func location() async throws {
        try await Exchange.open { exchange in
            let messages = try await exchange.colleague(posts: "We are here: geo:50.9413,6.9583?q=Cathedral", expecting: 2)
            #expect(messages.map(\.type) == ["text", "location"])
            #expect(messages.last?.location?.latitude == 50.9413)
            #expect(messages.last?.location?.longitude == 6.9583)
        }
    }

    @Test("A vCard is a contact")
    func contact() async throws {
        try await Exchange.open { exchange in
            let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ben Koch\r\nN:Koch;Ben;;;\r\nTEL;TYPE=WORK:+49 30 5550\r\nEND:VCARD\r\n"
            let messages = try await exchange.colleague(
                posts: "My colleague", files: [file("ben.vcf", Array(card.utf8))], expecting: 2)
            #expect(messages.map(\.type) == ["text", "contacts"])
            #expect(messages.last?.contacts.first?.formattedName == "Ben Koch")
            #expect(messages.last?.contacts.first?.phones.first?.value == "+49 30 5550")
        }
    }

    @Test("An answer to one message of the customer quotes it, with a file too")
    func quote() async throws {
        try await Exchange.open { exchange in
            let (wamid, post) = try await exchange.customer(sends: .text("Which one?"))
            let messages = try await exchange.colleague(posts: "This one", files: [file("a.jpg", LabSample.jpeg)], answering: post.id)
            #expect(messages.first?.quoting == wamid)
        }
    }

    @Test("A like is a reaction, and taking it back takes it back, where Connect tells of likes")
    func like() async throws {
        try await Exchange.open { configuration in
            configuration.connectOptions.tellsChanges = true
        } _: { exchange in
            let (wamid, post) = try await exchange.customer(sends: .text("Thank you"))
            try exchange.lab.connect.like(post.id, by: "anna")
            try await exchange.lab.meta.wait(until: "the reaction is there") { $0.accepted.count == 1 }
            let reaction = try #require(exchange.lab.meta.accepted.first)
            #expect(reaction.type == "reaction" && reaction.text == "👍")
            #expect(reaction.payload["reaction"]?["message_id"]?.string == wamid)
            try exchange.lab.connect.like(post.id, by: "anna", false)
            try await exchange.lab.meta.wait(until: "it is taken back") { $0.accepted.count == 2 }
            #expect(exchange.lab.meta.accepted.last?.payload["reaction"]?["emoji"]?.string == "")
        }
    }

    @Test("An edited post is sent as a correction if the number is set so", arguments: [true, false])
    func edit(sendsCorrections: Bool) async throws {
        try await Exchange.open { configuration in
            configuration.connectOptions.tellsChanges = true
        } service: { configuration in
            configuration.instances[0].accounts[0].numbers[0].edits = sendsCorrections ? .correction : .nothing
        } _: { exchange in
            try await exchange.colleague(posts: "At five")
            let post = try #require(exchange.lab.connect.posts.last { $0.author == "anna" })
            try exchange.lab.connect.update(post.id, by: "anna", text: "At six")
            if sendsCorrections {
                try await exchange.lab.meta.wait(until: "the correction is there") { $0.accepted.count == 2 }
                #expect(exchange.lab.meta.accepted.last?.text == "Correction: At six")
            }
            let last = try await exchange.colleague(posts: "See you")
            #expect(last.last?.text == "See you")
            #expect(exchange.lab.meta.accepted.count == (sendsCorrections ? 3 : 2))
        }
    }

    @Test("A post whose files come later waits for them")
    func lateFiles() async throws {
        try await Exchange.open { exchange in
            let lab = exchange.lab
            async let messages = exchange.colleague(posts: "", files: [file("a.pdf", LabSample.pdf)], filesDelay: 4_000)
            try await eventually(within: .seconds(60)) {
                lab.clock.advance(by: .milliseconds(200))
                return lab.meta.accepted.count == 1
            }
            let sent = try await messages
            #expect(sent.map(\.type) == ["document"])
        }
    }

    @Test("A file that is too large is refused to its author with limit and size, and what follows is not sent")
    func tooLarge() async throws {
        try await Exchange.open { configuration in
            configuration.connectOptions.maximumFileSize = 200_000_000
        } _: { exchange in
            let large = ConnectHumanFile(name: "film.mkv", source: .generated(size: 100_000_001, seed: 1))
            try exchange.lab.connect.post(
                ConnectHumanPost(
                    author: "anna", text: "", topic: "whatsapp", repliesTo: exchange.root.id, files: [large, file("a.pdf", LabSample.pdf)]))
            let notice = try await exchange.notice()
            #expect(notice.contains("film.mkv") && notice.contains("100"))
            #expect(exchange.lab.meta.accepted.isEmpty)
        }
    }

    @Test("Reading and writing are shown to the customer if the number is set so")
    func receipts() async throws {
        try await Exchange.open { _ in
        } service: { configuration in
            configuration.instances[0].accounts[0].numbers[0].readReceipts = true
            configuration.instances[0].accounts[0].numbers[0].typing = true
        } _: { exchange in
            let (wamid, _) = try await exchange.customer(sends: .text("Anybody there?"))
            try await exchange.colleague(posts: "Yes", files: [file("a.pdf", LabSample.pdf)])
            try await exchange.lab.meta.wait(until: "both are shown") { $0.readReceipts.count == 2 }
            #expect(exchange.lab.meta.readReceipts.map(\.wamid) == [wamid, wamid])
            #expect(exchange.lab.meta.readReceipts.map(\.showsTyping) == [true, false])
        }
    }

    @Test("Neither reading nor writing is shown otherwise")
    func noReceipts() async throws {
        try await Exchange.open { exchange in
            try await exchange.colleague(posts: "Yes", files: [file("a.pdf", LabSample.pdf)])
            try await exchange.colleague(posts: "And more")
            #expect(exchange.lab.meta.readReceipts.isEmpty)
        }
    }
}
