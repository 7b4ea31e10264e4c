import Testing

@testable import Lab

/// The message types that the connector sends.
@Suite struct MetaTypesTests {
    /// A bench where Ada has just written, with a file of each kind at Meta.
    private struct Scene {
        var bench = MetaBench()
        var inbound = ""
        var ids: [String: String] = [:]

        init(_ options: MetaOptions = MetaOptions()) throws {
            bench = MetaBench(options)
            inbound = try bench.receive(.text("Hi"))
            for (name, type) in [
                ("jpeg", "image/jpeg"), ("mp4", "video/mp4"), ("ogg", "audio/ogg; codecs=opus"), ("mp3", "audio/mpeg"), ("pdf", "application/pdf"),
                ("webp", "image/webp"),
            ] { ids[name] = try #require(try bench.upload(type, name: "a.\(name)").json?.body["id"]?.string) }
            _ = bench.deliver()
        }

        /// Sends an object under its type; `$jpeg` and the like stand for media IDs, `$in` for Ada's message.
        mutating func send(_ type: String, _ object: String, context: String? = nil) -> GraphReply {
            var object = object.replacing("$in", with: inbound)
            for (name, id) in ids { object = object.replacing("$\(name)", with: id) }
            let quoting = context.map { #","context":{"message_id":"\#($0.replacing("$in", with: inbound))"}"# } ?? ""
            return bench.send(#"{"messaging_product":"whatsapp","to":"+4917600","type":"\#(type)","\#(type)":\#(object)\#(quoting)}"#)
        }
    }

    @Test(
        "What fits is accepted and goes up the ladder",
        arguments: [
            ("image", #"{"id":"$jpeg","caption":"A"}"#), ("video", #"{"id":"$mp4","caption":""}"#), ("audio", #"{"id":"$ogg","voice":true}"#),
            ("audio", #"{"id":"$mp3"}"#), ("document", #"{"id":"$pdf","caption":"A","filename":"a.pdf"}"#), ("document", #"{"id":"$jpeg"}"#),
            ("sticker", #"{"id":"$webp"}"#), ("image", #"{"link":"https://example.com/a.jpg"}"#),
            ("location", #"{"latitude":52.5,"longitude":"13.4","name":"Office"}"#),
            ("contacts", #"[{"name":{"formatted_name":"Bob","first_name":"Bob"},"phones":[{"phone":"+1"}]}]"#),
            ("reaction", #"{"message_id":"$in","emoji":"👍"}"#), ("reaction", #"{"message_id":"$in","emoji":""}"#),
            ("interactive", #"{"type":"button","body":{"text":"x"}}"#),
        ])
    func accepted(_ type: String, _ object: String) throws {
        var scene = try Scene()
        #expect(scene.send(type, object).wamid != nil)
        #expect(MetaBench.statuses(scene.bench.deliver(after: 2_000)) == (type == "reaction" ? ["sent"] : ["sent", "delivered", "read"]))
    }

    @Test(
        "What does not fit is refused",
        arguments: [
            ("image", #"{"id":"$mp4"}"#, 131_053), ("video", #"{"id":"$jpeg"}"#, 131_053), ("audio", #"{"id":"$pdf"}"#, 131_053),
            ("sticker", #"{"id":"$jpeg"}"#, 131_053), ("audio", #"{"id":"$mp3","voice":true}"#, 131_053), ("image", #"{"id":"4711"}"#, 100),
            ("image", #"{"caption":"x"}"#, 131_008), ("image", #"{"link":"file:///etc/passwd"}"#, 131_008),
            ("image", #"{"id":"$jpeg","caption":"\#(String(repeating: "x", count: 1_025))"}"#, 100), ("audio", #"{"id":"$mp3","caption":"x"}"#, 100),
            ("sticker", #"{"id":"$webp","caption":"x"}"#, 100), ("image", #"{"id":"$jpeg","filename":"a"}"#, 100),
            ("location", #"{"latitude":91,"longitude":0}"#, 131_009), ("location", #"{"latitude":1}"#, 131_009),
            ("location", #"{"latitude":"nan","longitude":0}"#, 131_009), ("contacts", "[]", 131_008),
            ("contacts", #"[{"name":{"formatted_name":"Bob"}}]"#, 131_009), ("contacts", #"[{"name":{"first_name":"Bob"}}]"#, 131_009),
            ("reaction", #"{"message_id":"$in"}"#, 131_008), ("reaction", #"{"emoji":"x"}"#, 131_008), ("hologram", "{}", 100),
        ] as [(String, String, Int64)])
    func refused(_ type: String, _ object: String, _ code: Int64) throws {
        var scene = try Scene()
        #expect(scene.send(type, object).errorCode == code)
        #expect(scene.bench.core.accepted.isEmpty)
    }

    @Test("A media ID that is over, deleted or of another number cannot be sent")
    func media() throws {
        var scene = try Scene()
        scene.bench.core.numbers.append(MetaNumber(id: "1091", displayNumber: "4930555001", verifiedName: "Other", countryCode: "49"))
        let foreign = try #require(try scene.bench.upload("image/jpeg", number: "1091").json?.body["id"]?.string)
        #expect(scene.send("image", #"{"id":"\#(foreign)"}"#).errorCode == 100)
        let video = try #require(scene.ids["mp4"])
        #expect(scene.bench.request("DELETE", "/v25.0/\(video)").json?.status == 200)
        #expect(scene.send("video", #"{"id":"$mp4"}"#).errorCode == 100)
        scene.bench.now += 30 * 86_400_000
        try scene.bench.receive(.text("Hi"))
        #expect(scene.send("image", #"{"id":"$jpeg"}"#).errorCode == 100)
    }

    @Test("What was sent can be looked at: file, place, cards")
    func looks() throws {
        var scene = try Scene()
        _ = scene.send("document", #"{"id":"$pdf","caption":"As promised","filename":"offer.pdf"}"#)
        let document = try #require(scene.bench.core.accepted.last)
        #expect(document.text == "As promised" && document.attachment?.name == "offer.pdf" && document.attachment?.mimeType == "application/pdf")
        #expect(document.attachment?.file == scene.bench.core.uploads.first { $0.mimeType == "application/pdf" }?.file)
        _ = scene.send("audio", #"{"id":"$ogg","voice":true}"#)
        #expect(scene.bench.core.accepted.last?.attachment?.isVoice == true)
        _ = scene.send("location", #"{"latitude":52.5,"longitude":13.4,"name":"Office","address":"Road 1"}"#)
        let place = MetaLocation(latitude: 52.5, longitude: 13.4, name: "Office", address: "Road 1")
        #expect(scene.bench.core.accepted.last?.location == place && scene.bench.core.accepted.last?.text == "Office")
        _ = scene.send("contacts", #"[{"name":{"formatted_name":"Bob B","last_name":"B"},"org":{"company":"C"}}]"#)
        #expect(scene.bench.core.accepted.last?.contacts.map(\.company) == ["C"])
        #expect(scene.bench.core.accepted.last?.text == "Bob B")
    }

    @Test("A reaction to what the customer did not write fails later")
    func reactions() throws {
        var scene = try Scene()
        let own = try #require(scene.bench.text().wamid)
        let reaction = try scene.bench.receive(.reaction("👍", to: own))
        let other = try scene.bench.receive(.text("Hi"), from: "grace")
        _ = scene.bench.deliver(after: 2_000)
        for target in [own, reaction, other, "wamid.none"] {
            #expect(scene.send("reaction", #"{"message_id":"\#(target)","emoji":"👍"}"#).wamid != nil)
            #expect(MetaBench.statuses(scene.bench.deliver(after: 2_000)) == ["failed 131009"])
        }
        scene.bench.now += 31 * 86_400_000
        try scene.bench.receive(.text("Hi"))
        _ = scene.bench.deliver()
        #expect(scene.send("reaction", #"{"message_id":"$in","emoji":"👍"}"#).wamid != nil)
        #expect(MetaBench.statuses(scene.bench.deliver(after: 2_000)) == ["failed 131009"])
    }

    @Test("A quotation is shown if it is of this chat and not too old, and left out in silence otherwise")
    func quotations() throws {
        var scene = try Scene()
        let other = try scene.bench.receive(.text("Hi"), from: "grace")
        for (target, isShown) in [("$in", true), (other, false), ("wamid.none", false)] {
            #expect(scene.send("text", #"{"body":"x"}"#, context: target).wamid != nil)
            #expect((scene.bench.core.accepted.last?.quoting != nil) == isShown)
        }
        #expect(scene.send("image", #"{"id":"$jpeg"}"#, context: "$in").wamid != nil)
        #expect(scene.bench.core.accepted.last?.quoting == scene.inbound)
        scene.bench.now += 30 * 86_400_000
        try scene.bench.receive(.text("Hi"))
        #expect(scene.send("text", #"{"body":"x"}"#, context: "$in").wamid != nil)
        #expect(scene.bench.core.accepted.last?.quoting == nil)
    }

    @Test("A voice note may be played, another file is not")
    func played() throws {
        var options = MetaOptions()
        options.playsVoiceNotesAfter = 3_000
        var scene = try Scene(options)
        _ = scene.send("audio", #"{"id":"$ogg","voice":true}"#)
        _ = scene.send("audio", #"{"id":"$mp3"}"#)
        #expect(MetaBench.statuses(scene.bench.deliver(after: 10_000)).filter { $0 == "played" }.count == 1)
        #expect(scene.bench.core.accepted.map(\.status) == ["played", "read"])
    }

    @Test("Read receipts are kept with their moment, and whether typing was shown")
    func receipts() throws {
        var scene = try Scene()
        func receipt(_ more: String) -> String {
            #"{"messaging_product":"whatsapp","status":"read","message_id":"\#(scene.inbound)"\#(more)}"#
        }
        #expect(scene.bench.send(receipt("")).json?.status == 200)
        scene.bench.now += 1_000
        #expect(scene.bench.send(receipt(#","typing_indicator":{"type":"text"}"#)).json?.body.text() == #"{"success":true}"#)
        #expect(scene.bench.send(receipt(#","typing_indicator":{"type":"voice"}"#)).errorCode == 100)
        let now = scene.bench.now
        #expect(
            scene.bench.core.readReceipts == [
                MetaReadReceipt(wamid: scene.inbound, showsTyping: false, at: now - 1_000),
                MetaReadReceipt(wamid: scene.inbound, showsTyping: true, at: now),
            ])
        #expect(scene.bench.core.markedRead == [scene.inbound])
    }
}
