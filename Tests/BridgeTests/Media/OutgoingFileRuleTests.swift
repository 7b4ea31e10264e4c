import Bridge
import Testing

@Suite struct OutgoingFileRuleTests {
    private typealias Sample = SampleFiles

    private func facts(_ head: [UInt8], size: Int64) -> FileFacts { FileFacts(head: head, tail: head, size: size) }

    private static let rows: [(head: [UInt8], size: Int64, kind: OutgoingFileRule.Kind, mimeType: String)] = [
        (Sample.jpeg(), 5_000_000, .image, "image/jpeg"), (Sample.jpeg(), 5_000_001, .document, "application/octet-stream"),
        (Sample.png(), 5_000_000, .image, "image/png"), (Sample.png(colorType: 2), 1, .image, "image/png"),
        (Sample.png(bitDepth: 16), 1_000, .document, "application/octet-stream"),
        (Sample.png(colorType: 3), 1_000, .document, "application/octet-stream"),
        (Sample.gif(), 1_000, .document, "application/octet-stream"), (Sample.brands("heic"), 1_000, .document, "application/octet-stream"),
        (Sample.bmp(), 1_000, .document, "application/octet-stream"), (Sample.webpLossy(), 100_000, .sticker, "image/webp"),
        (Sample.webpLossy(), 100_001, .document, "application/octet-stream"), (Sample.webpExtended(), 500_000, .sticker, "image/webp"),
        (Sample.webpExtended(), 500_001, .document, "application/octet-stream"),
        (Sample.webpExtended(animated: false), 100_001, .document, "application/octet-stream"),
        (Sample.webpLossy(width: 511), 1_000, .document, "application/octet-stream"),
        (Sample.webpLossy(height: 100), 1_000, .document, "application/octet-stream"),
        (Sample.brands("isom"), 16_000_000, .video, "video/mp4"), (Sample.brands("isom"), 16_000_001, .document, "application/octet-stream"),
        (Sample.brands("3gp4"), 1_000, .video, "video/3gpp"), (Sample.brands("qt  "), 1_000, .document, "application/octet-stream"),
        (Sample.brands("isom") + Sample.index("avc1", "mp4a"), 1_000, .video, "video/mp4"),
        (Sample.brands("isom") + Sample.index("mp4a", "hvc1"), 1_000, .document, "application/octet-stream"),
        (Sample.brands("isom") + Sample.box("mdat", []), 1_000, .document, "application/octet-stream"),
        (Sample.matroska("webm"), 1_000, .document, "application/octet-stream"), (Sample.brands("M4A "), 16_000_000, .audio, "audio/mp4"),
        (Sample.mp3(), 16_000_000, .audio, "audio/mpeg"), (Sample.mp3(), 16_000_001, .document, "application/octet-stream"),
        (Sample.aac(), 1_000, .audio, "audio/aac"),
        (Sample.bytes("#!AMR\n"), 1_000, .audio, "audio/amr"), (Sample.bytes("#!AMR-WB\n"), 1_000, .document, "application/octet-stream"),
        (Sample.wav(), 1_000, .document, "application/octet-stream"), (Sample.opus(), 16_000_000, .voice, "audio/ogg; codecs=opus"),
        (Sample.opus(), 16_000_001, .document, "application/octet-stream"), (Sample.opus(channels: 2), 1_000, .document, "application/octet-stream"),
        (Sample.oggVorbis(), 1_000, .document, "application/octet-stream"), (Sample.bytes("%PDF-1.7"), 100_000_000, .document, "application/pdf"),
        (Sample.bytes("<html>"), 1_000, .document, "text/plain"), (Sample.bytes("BEGIN:VCARD"), 1_000, .document, "text/plain"),
        (Sample.zipEntry("a"), 1_000, .document, "application/zip"), ([0, 1, 2], 3, .document, "application/octet-stream"),
    ]

    @Test("Each file goes as what WhatsApp takes it for, and as a document where it does not fit", arguments: rows)
    private func rules(row: (head: [UInt8], size: Int64, kind: OutgoingFileRule.Kind, mimeType: String)) {
        guard case .send(let kind, let mimeType, let name) = OutgoingFileRule.verdict(for: facts(row.head, size: row.size), name: "a") else {
            Issue.record("Refused")
            return
        }
        #expect(kind == row.kind)
        #expect(mimeType == row.mimeType)
        #expect(name.hasPrefix("a.") && name.count > 3)
    }

    @Test("A voice note gets a name that WhatsApp believes")
    func voiceName() {
        for name in ["note.opus", "note.mp4", "note.ogg", "note"] {
            #expect(
                OutgoingFileRule.verdict(for: facts(Sample.opus(), size: 9_000), name: name)
                    == .send(.voice, mimeType: "audio/ogg; codecs=opus", fileName: "note.ogg"))
        }
        #expect(
            OutgoingFileRule.verdict(for: facts(Sample.bytes("%PDF-1"), size: 9), name: nil)
                == .send(.document, mimeType: "application/pdf", fileName: "file.pdf"))
    }

    @Test("Nothing and too much is refused, whatever it is, and that is known from the size alone")
    func sizes() {
        let limit = OutgoingFileRule.largest
        #expect(limit == 100_000_000)
        #expect(OutgoingFileRule.verdict(for: facts([], size: 0), name: "a") == .refuse(.empty))
        #expect(OutgoingFileRule.verdict(for: facts(Sample.jpeg(), size: -1), name: "a") == .refuse(.empty))
        for head in [Sample.jpeg(), Sample.bytes("%PDF-1.7"), [0]] {
            let size = limit + 1
            #expect(OutgoingFileRule.verdict(for: facts(head, size: size), name: "a") == .refuse(.tooLarge(limit: limit, size: size)))
        }
        #expect(OutgoingFileRule.refusal(ofSize: .max) == .tooLarge(limit: limit, size: .max))
        #expect(OutgoingFileRule.refusal(ofSize: limit) == nil)
        #expect(OutgoingFileRule.refusal(ofSize: 1) == nil)
    }

    @Test("Words go with pictures, films and documents only")
    func captions() {
        #expect(OutgoingFileRule.Kind.allCases.filter(\.carriesCaption) == [.image, .video, .document])
        #expect(OutgoingFileRule.Kind.allCases.filter(\.carriesFileName) == [.document])
    }

    @Test("The author reads limit and size, each in its language")
    func wording() {
        let notice = AuthorNotice.fileNotSent(name: "film.mp4", .tooLarge(limit: 100_000_000, size: 100_000_001))
        #expect(
            notice.text(in: .en)
                == "The file “film.mp4” was not sent to the customer. It has 100.1 MB. WhatsApp takes such files only up to 100 MB. "
                + "Please make it smaller or send a link.")
        #expect(
            notice.text(in: .de)
                == "Die Datei „film.mp4“ wurde nicht an den Kunden gesendet. Sie hat 100,1 MB. WhatsApp nimmt solche Dateien nur bis 100 MB. "
                + "Bitte verkleinern Sie sie oder senden Sie einen Link.")
        #expect(!AuthorNotice.fileNotSent(name: nil, .tooLarge(limit: 1, size: nil)).text(in: .en).contains("It has"))
    }

    @Test(
        "Sizes are rounded up",
        arguments: [
            (Int64(0), "0 B"), (-1, "0 B"), (999, "999 B"), (1_000, "1 KB"), (1_001, "1.1 KB"), (512_000, "512 KB"), (999_900, "999.9 KB"),
            (999_901, "1 MB"), (5_000_000, "5 MB"), (5_000_001, "5.1 MB"), (128_340_000, "128.4 MB"), (.max, "9223372036854.8 MB"),
        ])
    func sizeTexts(bytes: Int64, text: String) {
        #expect(FileSizeText.text(bytes: bytes, in: .en) == text)
        #expect(FileSizeText.text(bytes: bytes, in: .de) == String(text.map { $0 == "." ? "," : $0 }))
    }

    @Test("A customer's file may be as large as the larger megabyte allows, and as Connect allows")
    func inbound() {
        #expect(!InboundFileRule.isTooLarge(104_857_600))
        #expect(InboundFileRule.isTooLarge(104_857_601))
        #expect(InboundFileRule.isTooLarge(104_857_601, connectLimit: .max))
        #expect(InboundFileRule.isTooLarge(11, connectLimit: 10))
        #expect(InboundFileRule.fileName(nil, of: .voice, type: .oggOpus, in: .de) == "Sprachnachricht.ogg")
        #expect(InboundFileRule.fileName("x/offer.doc", of: .document, type: .pdf, in: .en) == "offer.pdf")
        for media in MessagePlaceholder.Media.allCases {
            #expect(InboundFileRule.fileName(" ", of: media, type: .unknown, in: .en).hasSuffix(".bin"))
        }
    }
}
