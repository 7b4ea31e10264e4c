import Bridge
import BridgeTestSupport
import Testing

@Suite struct VCardTests {
    private static func full() -> ContactCard {
        var card = ContactCard(formattedName: "Dr. Ada König, Mathematik; Köln")
        card.givenName = "Ada"
        card.familyName = "König"
        card.middleName = "Maria"
        card.namePrefix = "Dr."
        card.nameSuffix = "jun."
        card.phones = [
            .init(number: "+49 7031 1", type: "WORK", waID: "4970311"), .init(number: "+49 7031 2", type: "Büro, 2. Stock"), .init(number: "3"),
            .init(number: "4", type: "WORK, FAX"),
        ]
        card.emails = [.init(address: "ada@x.example", type: "HOME"), .init(address: "b@x.example")]
        card.urls = [.init(address: "https://x.example/?a=1,2;3", type: "Blog")]
        card.addresses = [
            .init(
                street: "Straße 1; Hof\nTor 2", city: "Köln", state: "NRW", zip: "50667", country: "Deutschland", countryCode: "DE", type: "HOME"),
            .init(city: "Bonn"),
        ]
        card.organization = "A, B & C\\D"
        card.department = "Labor"
        card.title = "Leiterin"
        card.birthday = "1996-04-15"
        return card
    }

    @Test("A card is written in full")
    func written() {
        var card = ContactCard(formattedName: "Ada Lovelace")
        card.givenName = "Ada"
        card.familyName = "Lovelace"
        card.phones = [.init(number: "+44 1", type: "CELL", waID: "441"), .init(number: "2", type: "Labor")]
        card.emails = [.init(address: "a@x.example", type: "WORK")]
        card.addresses = [.init(street: "A,B;C\nD", city: "London", countryCode: "GB")]
        card.organization = "Engines"
        #expect(
            VCard.text(for: card) == """
                BEGIN:VCARD\r
                VERSION:3.0\r
                N:Lovelace;Ada;;;\r
                FN:Ada Lovelace\r
                ORG:Engines\r
                TEL;TYPE=CELL;waid=441:+44 1\r
                item1.TEL:2\r
                item1.X-ABLabel:Labor\r
                EMAIL;TYPE=WORK:a@x.example\r
                item2.ADR:;;A\\,B\\;C\\nD;London;;;\r
                item2.X-ABADR:GB\r
                END:VCARD\r

                """
        )
    }

    @Test("A written card is read as the same")
    func roundTrip() {
        let card = Self.full()
        #expect(VCard.cards(in: VCard.text(for: card)) == [card])
        #expect(VCard.cards(in: Array((VCard.text(for: card) + VCard.text(for: card)).utf8)) == [card, card])
    }

    @Test("1,000 cards of hostile texts are read as they were written, in lines of at most 75 bytes")
    func noise() {
        let pieces = [
            "a", "Ä", "😀", "👨‍👩‍👧", "e\u{301}", ";", ",", ":", "\\", "\"", "\n", "=", "=41", " ", "\\n", "BEGIN:VCARD", "END:VCARD", "item1.", "漢字", "x=",
            String(repeating: "w", count: 80), "\u{301}\u{301}",
        ]
        var random = SeededGenerator(seed: 6)
        func word() -> String? {
            let text = random.text(of: pieces, count: Int.random(in: 0...6, using: &random))
            let scalars = Array(text.unicodeScalars)
            guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
                let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
            else { return nil }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[first...last])
            return String(view)
        }
        for _ in 0..<1_000 {
            var card = ContactCard(formattedName: word() ?? "A")
            card.familyName = word() ?? "B"
            card.givenName = word()
            card.phones = [.init(number: word() ?? "1", waID: "49"), .init(number: "2", type: word().map { "x" + $0 })]
            card.emails = [.init(address: word() ?? "a@b", type: "HOME")]
            card.addresses = [.init(street: word(), city: word() ?? "C", country: word(), countryCode: word())]
            card.organization = word()
            card.department = word()
            card.title = word()
            let text = VCard.text(for: card)
            let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let isLong = lines.contains { $0.count > 76 }
            let isUnfinished = lines.dropLast().contains { $0.last != UInt8(ascii: "\r") }
            let cut = lines.contains { String(validating: $0, as: UTF8.self) == nil }
            if isLong || isUnfinished || cut || VCard.cards(in: text) != [card] {
                Issue.record("\(card) became \(text.debugDescription) and then \(VCard.cards(in: text))")
                return
            }
        }
    }

    @Test("Folding cuts no character, and not even one that fills a line by itself loses a scalar")
    func folding() {
        for piece in ["ä", "👨‍👩‍👧", "a" + String(repeating: "\u{301}", count: 200)] {
            let name = String(repeating: piece, count: 60)
            let text = VCard.text(for: ContactCard(formattedName: name))
            for line in text.split(separator: "\r\n") { #expect(line.utf8.count <= 75) }
            #expect(VCard.cards(in: text).first?.formattedName == name)
        }
        let families = VCard.text(for: ContactCard(formattedName: String(repeating: "👨‍👩‍👧", count: 60)))
        #expect(families.split(separator: "\r\n").allSatisfy { $0.drop { !"👨‍👩‍👧".contains($0) }.allSatisfy { "👨‍👩‍👧;".contains($0) } })
    }

    @Test("Version 2.1: bare labels, quoted-printable over lines, old character sets")
    func version21() {
        let text =
            "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:K=C3=B6nig;Ada;;;\nFN;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Ada K=F6=\nnig=\n!\n"
            + "TEL;CELL;PREF;VOICE:+49 1\nTEL;WORK;FAX:2\nADR;HOME:;;Weg 1;Ulm;;89073;\nNOTE;ENCODING=QUOTED-PRINTABLE:a=\nTEL:not this\nEND:VCARD\n"
        var card = ContactCard(formattedName: "Ada König!")
        card.familyName = "König"
        card.givenName = "Ada"
        card.phones = [.init(number: "+49 1", type: "CELL"), .init(number: "2", type: "WORK, FAX")]
        card.addresses = [.init(street: "Weg 1", city: "Ulm", zip: "89073", type: "HOME")]
        #expect(VCard.cards(in: text) == [card])
    }

    @Test("Version 4.0: quoted lists, addresses for numbers, groups and labels")
    func version40() {
        let text = """
            BEGIN:VCARD
            VERSION:4.0
            FN:Ada
            N:Lovelace;Ada;;;
            TEL;TYPE="voice,home";PREF=1;VALUE=uri:tel:+44-1;ext=5
            item1.TEL;waid=442:2
            item1.X-ABLabel:_$!<Mobile>!$_
            item2.ADR;LABEL="a:b;c":;;Road;London;;;UK
            item2.X-ABADR:gb
            EMAIL:mailto:a@x.example
            ORG:Engines;Lab;Room 2
            BDAY:--0415
            URL;TYPE=work:https://x.example:8080/
            END:VCARD
            """
        var card = ContactCard(formattedName: "Ada")
        card.familyName = "Lovelace"
        card.givenName = "Ada"
        card.phones = [.init(number: "+44-1", type: "home"), .init(number: "2", type: "Mobile", waID: "442")]
        card.addresses = [.init(street: "Road", city: "London", country: "UK", countryCode: "gb")]
        card.emails = [.init(address: "a@x.example")]
        card.organization = "Engines"
        card.department = "Lab, Room 2"
        card.birthday = "--0415"
        card.urls = [.init(address: "https://x.example:8080/", type: "work")]
        #expect(VCard.cards(in: text) == [card])
    }

    @Test(
        "What is broken is passed over",
        arguments: [
            ("", []), ("FN:Nobody\nEND:VCARD", []), ("BEGIN:VCARD\nEND:VCARD", []), ("BEGIN:VCARD\nNOTE:x\nEND:VCARD", []), ("BEGIN:VCARD", []),
            ("BEGIN:VCARD\nFN:Unfinished", ["Unfinished"]), ("begin:vcard\nfn:Small\nend:vcard", ["Small"]),
            ("BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD", ["A", "B"]),
            (
                "BEGIN:VCARD\nAGENT:\nBEGIN:VCARD\nFN:Agent\nBEGIN:VCARD\nFN:Inner\nEND:VCARD\nFN:Agent\nEND:VCARD\nFN:Boss\nEND:VCARD",
                ["Boss"]
            ),
            ("BEGIN:VCARD\nAGENT:\nBEGIN:VCARD\nFN:Agent\nEND:VCARD\nFN:Boss\nEND:VCARD", ["Boss"]),
            ("BEGIN:VCARD\nno colon\n;:x\nTEL\nTEL;TYPE=\"open:1\nFN: A \u{0}\u{7} B \nEND:VCARD", ["A  B"]),
            ("BEGIN:VCARD\nTEL:\nTEL:+49 1\nEND:VCARD", ["+49 1"]), ("BEGIN:VCARD\nORG:;\nEMAIL:a@x.example\nEND:VCARD", ["a@x.example"]),
            ("BEGIN:VCARD\r\rFN:Old Mac\rEND:VCARD\r", ["Old Mac"]), ("\u{FEFF}BEGIN:VCARD\nFN:Mark\nEND:VCARD", ["Mark"]),
            ("BEGIN:VCARD\nFN:A\nFN:B\nEND:VCARD\nEND:VCARD\nBEGIN:VCARD\nN:C;D\nEND:VCARD", ["A", "D C"]),
        ])
    func broken(text: String, names: [String]) {
        #expect(VCard.cards(in: text).map(\.formattedName) == names)
        #expect(VCard.cards(in: Array(text.utf8)).map(\.formattedName) == names)
    }

    @Test("Other encodings are read, and a character that the limit cuts in two costs no card")
    func encodings() {
        #expect(VCard.cards(in: Array("BEGIN:VCARD\nFN:".utf8) + [0xC4, 0x64, 0x61, 0x80]).map(\.formattedName) == ["Äda€"])
        let start = "BEGIN:VCARD\nFN:Ä\nNOTE:"
        let filler = [UInt8](repeating: 0x61, count: VCard.byteLimit - start.utf8.count - 1)
        #expect(VCard.cards(in: Array(start.utf8) + filler + Array("ää".utf8)).map(\.formattedName) == ["Ä"])
    }

    @Test("No more than 64 KiB, 20 cards and 50 properties are read")
    func limits() {
        let card = "BEGIN:VCARD\nFN:A\nEND:VCARD\n"
        #expect(VCard.cards(in: String(repeating: card, count: 100)).count == 20)
        let numbers = VCard.cards(in: "BEGIN:VCARD\nFN:A\n" + String(repeating: "TEL:1\n", count: 100)).first?.phones
        #expect(numbers?.count == 49)
        #expect(VCard.cards(in: "BEGIN:VCARD\nFN:A\n" + String(repeating: "X-A:1\n", count: 100) + "TEL:1").first?.phones.count == 1)
        #expect(VCard.cards(in: "BEGIN:VCARD\nFN:A\nNOTE:" + String(repeating: "x", count: 70_000) + "\nTEL:1").first?.phones == [])
    }

    @Test(
        "The worst text takes time in proportion",
        arguments: [
            "=\n", "\n ", ";", "\\", "BEGIN:VCARD\n", "TEL;TYPE=\"\n", "item1.TEL:1\n", "a.", "N;QUOTED-PRINTABLE:=\n", "=41", "e\u{301}", "\u{301}",
        ])
    func bomb(piece: String) {
        let text = "BEGIN:VCARD\nFN;QUOTED-PRINTABLE:" + String(repeating: piece, count: 20_000 / piece.utf8.count)
        let clock = ContinuousClock()
        let spent = clock.measure { for card in VCard.cards(in: text) { _ = VCard.text(for: card) } }
        #expect(spent < .seconds(10), "\(spent)")
    }
}
