import Bridge
import BridgeTestSupport
import Testing

@Suite struct FileTypeTests {
    private typealias Sample = SampleFiles

    private static let signatures: [(FileType, [UInt8])] = [
        (.jpeg, Sample.jpeg()), (.png, Sample.png()), (.gif, Sample.gif()), (.gif, Sample.bytes("GIF87a")), (.webp, Sample.webpLossy()),
        (.bmp, Sample.bmp()), (.tiff, [0x49, 0x49, 0x2A, 0, 8]), (.tiff, [0x4D, 0x4D, 0, 0x2A, 0]),
        (.heic, Sample.brands("heic", "mif1", "heic")), (.heic, Sample.brands("mif1", "mif1", "heic")), (.heif, Sample.brands("mif1", "mif1")),
        (.avif, Sample.brands("avif", "mif1")), (.avif, Sample.brands("mif1", "avif", "miaf")),
        (.mp4, Sample.brands("isom", "isom", "iso2", "avc1", "mp41")), (.mp4, Sample.brands("mp42")), (.mp4, Sample.brands("M4V ", "M4V ", "M4A ")),
        (.mp4, Sample.brands("NEW!", "isom")), (.quickTime, Sample.brands("qt  ", "qt  ")), (.quickTime, Sample.box("wide", [])),
        (.quickTime, Sample.box("moov", [1, 2, 3])), (.threeGP, Sample.brands("3gp5", "isom")), (.threeGP2, Sample.brands("3g2a")),
        (.m4a, Sample.brands("M4A ", "M4A ", "mp42", "isom")), (.m4a, Sample.brands("mp42", "M4A ")), (.unknown, Sample.brands("NEW!", "NEW?")),
        (.webm, Sample.matroska("webm")), (.matroska, Sample.matroska("matroska")), (.unknown, Sample.matroska("other")),
        (.oggOpus, Sample.opus()), (.oggVorbis, Sample.oggVorbis()), (.ogg, Sample.oggPage(Sample.bytes("fishead\0"), flags: 2, position: 0)),
        (.ogg, Sample.oggPage(Sample.opusHead(), flags: 2, position: 0) + Sample.oggPage(Sample.bytes("x"), flags: 2, position: 0, serial: 8)),
        (.mp3, Sample.mp3()), (.mp3, Sample.taggedMP3()), (.mp3, Sample.taggedMP3(padding: 9_000)), (.aac, Sample.aac()),
        (.aac, Sample.taggedMP3(then: Sample.aac())), (.flac, Sample.taggedMP3(then: Sample.bytes("fLaC"))), (.flac, Sample.bytes("fLaC\0")),
        (.amr, Sample.bytes("#!AMR\n<")), (.amrWideband, Sample.bytes("#!AMR-WB\n")), (.wav, Sample.wav()),
        (.pdf, Sample.bytes("%PDF-1.7\n")), (.pdf, [0xEF, 0xBB, 0xBF] + Sample.bytes("\r\n%PDF-1.4")), (.rtf, Sample.bytes("{\\rtf1\\ansi")),
        (.zip, Sample.zipEntry("a.txt")), (.zip, Sample.bytes("PK\u{5}\u{6}") + [UInt8](repeating: 0, count: 18)),
        (.docx, Sample.zipEntry("[Content_Types].xml") + Sample.zipEntry("_rels/.rels") + Sample.zipEntry("word/document.xml")),
        (.xlsx, Sample.zipEntry("[Content_Types].xml", [1, 2, 3], sizeFollows: true) + Sample.zipEntry("xl/workbook.xml", sizeFollows: true)),
        (.pptx, Sample.zipEntry("ppt/presentation.xml")), (.odt, Sample.zipEntry("mimetype", Sample.bytes(FileType.odt.mimeType))),
        (.ods, Sample.zipEntry("mimetype", Sample.bytes(FileType.ods.mimeType))),
        (.odp, Sample.zipEntry("mimetype", Sample.bytes(FileType.odp.mimeType + "-template"))),
        (.zip, Sample.zipEntry("mimetype", Sample.bytes("application/epub+zip"))),
        (.doc, Sample.ole("Root Entry", "WordDocument")), (.xls, Sample.ole("Root Entry", "Workbook")), (.xls, Sample.ole("Book")),
        (.ppt, Sample.ole("Root Entry", "PowerPoint Document")), (.unknown, Sample.ole("Root Entry", "Other")),
        (.vCard, Sample.bytes("BEGIN:VCARD\r\nVERSION:3.0")), (.vCard, Sample.bytes("\u{FEFF}\nbegin:vcard\nFN:Ä")),
        (.text, Sample.bytes("a;b;c\r\n1;2;3")), (.text, Sample.bytes("Grüße 😀\u{1B}[0m")), (.unknown, []), (.unknown, [0]), (.unknown, [0xE4]),
        (.unknown, Sample.bytes("text\0with zero")),
    ]

    @Test("Each type is known by its first bytes, whatever the name says", arguments: signatures)
    private func content(type: FileType, head: [UInt8]) {
        #expect(FileType(head: head) == type)
        #expect(FileType(head: head, name: "photo.jpg") == type)
    }

    @Test(
        "SVG and HTML are text, never a picture",
        arguments: [
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>", "<?xml version=\"1.0\"?><svg/>", "<!DOCTYPE html><html>",
            "<html><img src=x>",
        ])
    func markup(text: String) {
        for name in ["a.svg", "a.html", "a.png", "a.jpg"] {
            let type = FileType(head: Array(text.utf8), name: name)
            #expect(type == .text)
            #expect(type.family == .text && type.mimeType == "text/plain")
        }
    }

    @Test("The name decides only where content cannot tell")
    func names() {
        let start = Sample.zipEntry("[Content_Types].xml") + Sample.zipEntry("docProps/app.xml", [UInt8](repeating: 1, count: 5_000))
        #expect(FileType(head: start, name: "a.XLSX") == .xlsx)
        #expect(FileType(head: start, name: "a.docm") == .docx)
        #expect(FileType(head: start, name: "a.pdf") == .zip)
        #expect(FileType(head: start) == .zip)
        #expect(FileType(head: Sample.zipEntry("a.txt"), name: "a.docx") == .zip)
        #expect(FileType(head: Sample.zipEntry("xl/workbook.xml"), name: "a.docx") == .xlsx)
        let far = Sample.ole(directory: 7) + [UInt8](repeating: 1, count: 600)
        #expect(FileType(head: far, name: "a.doc") == .doc)
        #expect(FileType(head: far, name: "a.msi") == .unknown)
        #expect(FileType(head: Sample.ole("WordDocument"), name: "a.xls") == .doc)
        #expect(FileType(head: Sample.brands("isom"), name: "a.m4a") == .m4a)
        #expect(FileType(head: Sample.brands("isom"), name: "a.mp3") == .mp4)
        #expect(FileType(head: [0x61, 0x3B, 0xE4, 0x0A], name: "a.csv") == .text)
        #expect(FileType(head: [0x61, 0x3B, 0xE4, 0x0A], name: "a.bin") == .unknown)
        #expect(FileType(head: [0xFF, 0xFE, 0x61, 0, 0xE4, 0], name: "a.txt") == .text)
        #expect(FileType(head: [0xFE, 0xFF, 0, 0x61, 0, 0], name: "a.txt") == .unknown)
        #expect(FileType(head: Sample.bytes("some bytes %PDF-1.4"), name: "a.pdf") == .pdf)
        #expect(FileType(head: Sample.bytes("how %PDF-1.4 works"), name: "a.txt") == .text)
    }

    @Test("A frame of MP3 or AAC counts only if the next one follows it")
    func frames() {
        var file = Sample.mp3()
        file[417] = 0
        #expect(FileType(head: file) == .unknown)
        #expect(FileType(head: Sample.mp3().prefix(300)) == .mp3)
        // A padded frame is a byte longer.
        let padded: [UInt8] = [0xFF, 0xFB, 0x92, 0x64] + [UInt8](repeating: 0, count: 414)
        #expect(FileType(head: padded + Sample.mp3()) == .mp3)
        #expect(FileType(head: padded.dropLast() + Sample.mp3()) == .unknown)
        file = Sample.aac()
        file[100] = 0
        #expect(FileType(head: file) == .unknown)
        #expect(FileType(head: [0xFF, 0xFE, 0x61, 0x00]) == .unknown)
    }

    @Test("A character that the piece cuts in two does not make text binary, one in the middle does")
    func cutCharacter() {
        let text = Array(String(repeating: "ä€😀", count: 2_000).utf8)
        for length in 4_000...4_120 where length >= 4_096 { #expect(FileType(head: text.prefix(length)) == .text) }
        for shift in 1...9 { #expect(FileType(head: [UInt8](repeating: 0x61, count: shift) + text) == .text) }
        #expect(FileType(head: [0x61, 0xC3, 0x61]) == .unknown)
        #expect(FileType(head: [0x61, 0xC3]) == .unknown)
    }

    @Test("Media types name types with their parameters and in any case, and every type names itself")
    func mediaTypes() {
        #expect(FileType(mimeType: "audio/ogg; codecs=opus") == .oggOpus)
        #expect(FileType(mimeType: " Audio/OGG;codecs=\"opus\"") == .oggOpus)
        #expect(FileType(mimeType: "audio/opus") == .oggOpus)
        #expect(FileType(mimeType: "image/svg+xml") == .text)
        #expect(FileType(mimeType: "text/html; charset=utf-8") == .text)
        #expect(FileType(mimeType: "image/new") == nil)
        #expect(FileType(mimeType: "") == nil)
        for type in FileType.allCases where type != .oggVorbis { #expect(FileType(mimeType: type.mimeType) == type) }
        #expect(FileType.withoutParameters(String(repeating: "x", count: 100_000)).utf8.count == 256)
        for type in FileType.allCases {
            #expect(!type.mimeType.contains(";") && type.mimeType == type.mimeType.lowercased())
            #expect(!type.fileExtension.isEmpty && !type.fileExtension.contains("."))
        }
    }

    @Test("Any bytes have a type: 5,000 pieces of signatures, cut and spoilt")
    func noise() {
        var random = SeededGenerator(seed: 4)
        var seen: Set<FileType> = []
        for _ in 0..<5_000 {
            var bytes = Self.signatures[Int.random(in: 0..<Self.signatures.count, using: &random)].1
            if bytes.count > 700 { bytes = Array(bytes.prefix(700)) }
            for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<min(bytes.count, 64), using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let head = bytes.prefix(Int.random(in: 0...bytes.count, using: &random))
            seen.insert(FileFacts(head: head, tail: head, size: Int64(head.count), name: "a.doc").type)
        }
        #expect(seen.count > 25)
    }
}
