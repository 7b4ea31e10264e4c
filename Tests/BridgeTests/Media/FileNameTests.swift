import Bridge
import BridgeTestSupport
import Testing

@Suite struct FileNameTests {
    @Test(
        "Names are made safe",
        arguments: [
            ("offer.pdf", FileType.pdf, "offer.pdf"), ("Offer.PDF", .pdf, "Offer.PDF"), ("../../etc/passwd.pdf", .pdf, "passwd.pdf"),
            ("C:\\Users\\x\\offer.pdf", .pdf, "offer.pdf"), ("folder/", .pdf, "folder.pdf"), ("a\u{0}b\n\tc\u{7F}.pdf", .pdf, "abc.pdf"),
            ("invoice\u{202E}fdp.exe", .pdf, "invoicefdp.exe.pdf"), ("a\u{2066}b\u{200B}\u{FEFF}.pdf", .pdf, "ab.pdf"),
            ("what? \"it\" <is> a*b|c: d.pdf", .pdf, "what it is abc d.pdf"), ("  .. a  b .. .pdf", .pdf, "a b.pdf"), (".pdf", .pdf, "file.pdf"),
            (".htaccess", .text, "htaccess.txt"), ("", .pdf, "file.pdf"), (".", .pdf, "file.pdf"), ("..", .text, "file.txt"),
            ("///", .zip, "file.zip"),
            ("\u{202E}\u{0}", .png, "file.png"), ("CON.txt", .text, "_CON.txt"), ("com1.pdf", .pdf, "_com1.pdf"), ("common.pdf", .pdf, "common.pdf"),
            ("Ä 漢字 👨‍👩‍👧.pdf", .pdf, "Ä 漢字 👨‍👩‍👧.pdf"),
        ])
    func safe(name: String, type: FileType, result: String) {
        #expect(FileName.safe(name, type: type) == result)
    }

    @Test(
        "An extension that contradicts the content is replaced, a missing one added",
        arguments: [
            ("note.opus", FileType.oggOpus, "note.ogg"), ("note.mp4", .oggOpus, "note.ogg"), ("note.oga", .oggOpus, "note.ogg"),
            ("note.ogg", .oggOpus, "note.ogg"), ("a.jpg", .png, "a.png"), ("a.jfif", .jpeg, "a.jpg"), ("a.jpeg", .jpeg, "a.jpeg"),
            ("a", .pdf, "a.pdf"), ("Version 1.2", .pdf, "Version 1.2.pdf"), ("Version 1.2", .text, "Version 1.2.txt"), ("a.exe", .mp4, "a.exe.mp4"),
            ("a.docm", .docx, "a.docm"), ("a.doc", .docx, "a.docx"), ("a.doc", .rtf, "a.rtf"), ("a.jpg", .text, "a.txt"), ("a.svg", .text, "a.svg"),
            ("a.swift", .text, "a.swift"), ("data.csv", .text, "data.csv"), ("a.jar", .zip, "a.jar"), ("a.docx", .zip, "a.zip"),
            ("a", .unknown, "a.bin"),
            ("a.dwg", .unknown, "a.dwg"), ("backup.tar.gz", .unknown, "backup.tar.gz"), ("a.", .pdf, "a.pdf"),
            ("a.toolongext", .pdf, "a.toolongext.pdf"),
            ("card.vcf", .vCard, "card.vcf"),
        ])
    func extensions(name: String, type: FileType, result: String) {
        #expect(FileName.safe(name, type: type) == result)
    }

    @Test("The fallback is made safe too")
    func fallback() {
        #expect(FileName.safe(nil, type: .jpeg, fallback: "Bild") == "Bild.jpg")
        #expect(FileName.safe("", type: .jpeg, fallback: "../") == "file.jpg")
    }

    @Test("A long name is cut between characters and keeps its extension")
    func long() {
        for (piece, length) in [("a", 255), ("ä", 255), ("👨‍👩‍👧", 18 * 13 + 4), ("e\u{301}", 255)] {
            let name = FileName.safe(String(repeating: piece, count: 400) + ".pdf", type: .pdf)
            #expect(name.hasSuffix(".pdf"))
            #expect(name.utf8.count <= 255 && name.utf8.count > 220)
            #expect(name.dropLast(4).allSatisfy { String($0) == piece }, "\(name), \(length)")
        }
        let monster = FileName.safe("a" + String(repeating: "\u{301}", count: 5_000), type: .pdf)
        #expect(monster.utf8.count <= 255 && monster.utf8.count > 200 && monster.hasSuffix(".pdf"))
        #expect(FileName.safe(String(repeating: "a", count: 300), type: .unknown).utf8.count == 255)
        #expect(FileName.safe(String(repeating: "a.", count: 300) + "b", type: .docx).utf8.count <= 255)
    }

    @Test("Of 5,000 hostile names none is unsafe, and a safe one stays as it is")
    func noise() {
        let pieces = [
            "a", "Ä", ".", "..", "/", "\\", "\u{0}", "\u{202E}", " ", "\n", ":", "*", "pdf", ".pdf", ".jpg", "CON", "NUL", "😀", "e\u{301}", "\u{301}",
            "\u{FEFF}",
            "\u{2028}", ".exe", "1", "%2F", "~", "-",
        ]
        var random = SeededGenerator(seed: 5)
        for _ in 0..<5_000 {
            let type = FileType.allCases[Int.random(in: 0..<FileType.allCases.count, using: &random)]
            let raw = random.text(of: pieces, count: Int.random(in: 0...8, using: &random))
            let name = FileName.safe(raw, type: type)
            let problem =
                name.isEmpty || name.utf8.count > 255 || name.hasPrefix(".") || name.hasSuffix(".") || name.hasPrefix(" ")
                || name.unicodeScalars.contains { "/\\:*\u{0}\n\u{202E}\u{FEFF}\u{2028}".unicodeScalars.contains($0) } || !name.contains(".")
            if problem || FileName.safe(name, type: type) != name {
                Issue.record("\(raw.debugDescription) as \(type) became \(name.debugDescription)")
                return
            }
        }
    }
}
