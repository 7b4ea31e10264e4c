import Testing

@testable import Lab

/// The browser test shows that the samples can be played and seen; here is what their formats demand of each.
@Suite struct LabSampleTests {
    @Test(
        "Each sample begins as its type does, and is small enough to be sent",
        arguments: [
            (LabSample.png, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "image/png"), (LabSample.jpeg, [0xFF, 0xD8, 0xFF, 0xE0], "image/jpeg"),
            (LabSample.sticker, Array("RIFF".utf8), "image/webp"), (LabSample.animatedSticker, Array("RIFF".utf8), "image/webp"),
            (LabSample.pdf, Array("%PDF-1.4".utf8), "application/pdf"), (LabSample.voiceNote, Array("OggS".utf8), "audio/ogg"),
            (LabSample.video, [0, 0, 0, 32] + Array("ftypisom".utf8), "video/mp4"),
        ])
    func heads(_ bytes: [UInt8], _ head: [UInt8], _ mimeType: String) throws {
        #expect(bytes.starts(with: head))
        let kind = try #require(MetaMediaClass.of(mimeType, takesUnlisted: false))
        #expect(Int64(bytes.count) <= kind.maximumSize(isAnimated: WebPHead.isAnimated(bytes)))
    }

    private func big(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

    @Test("The PNG's chunks have their lengths and sums")
    func png() {
        // RFC 2083, appendix: the sum of an empty IEND.
        #expect(PNGSample.checksum(Array("IEND".utf8)) == 0xAE42_6082)
        let bytes = LabSample.png
        var names: [String] = []
        var place = 8
        while place < bytes.count {
            let length = Int(big(bytes[place..<place + 4]))
            names.append(String(decoding: bytes[place + 4..<place + 8], as: UTF8.self))
            #expect(PNGSample.checksum(Array(bytes[place + 4..<place + 8 + length])) == big(bytes[place + 8 + length..<place + 12 + length]))
            place += 12 + length
        }
        #expect(names == ["IHDR", "IDAT", "IEND"] && place == bytes.count)
    }

    @Test("Stickers know their length and whether they move")
    func stickers() {
        for (bytes, moves) in [(LabSample.sticker, false), (LabSample.animatedSticker, true)] {
            let length = bytes[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
            #expect(length + 8 == bytes.count)
            #expect(WebPHead.isAnimated(bytes) == moves)
        }
        #expect(!WebPHead.isAnimated([]) && !WebPHead.isAnimated(Array("RIFF1234WEBPVP8X".utf8)))
    }

    @Test("The voice note's pages have their sums, and the last one its end after three seconds")
    func voiceNote() {
        let bytes = LabSample.voiceNote
        var pages: [(flags: UInt8, granule: Int)] = []
        var place = 0
        while place < bytes.count {
            let segments = Int(bytes[place + 26])
            let end = place + 27 + segments + bytes[place + 27..<place + 27 + segments].reduce(0) { $0 + Int($1) }
            var page = Array(bytes[place..<end])
            let sum = page[22..<26].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            page.replaceSubrange(22..<26, with: [0, 0, 0, 0])
            #expect(OggOpusSample.checksum(page) == sum)
            pages.append((page[5], page[6..<10].reversed().reduce(0) { $0 << 8 | Int($1) }))
            place = end
        }
        #expect(pages.map(\.flags) == [2, 0, 4] && pages.last?.granule == 3 * 48_000)
    }

    @Test("The film's index points at its pictures")
    func video() throws {
        let bytes = LabSample.video
        var boxes: [(name: String, start: Int, end: Int)] = []
        var place = 0
        while place < bytes.count {
            let length = Int(big(bytes[place..<place + 4]))
            boxes.append((String(decoding: bytes[place + 4..<place + 8], as: UTF8.self), place, place + length))
            place += length
        }
        #expect(boxes.map(\.name) == ["ftyp", "moov", "mdat"] && place == bytes.count)
        let name = Array("stco".utf8)
        let table = try #require((boxes[1].start..<boxes[1].end).first { bytes[$0...].starts(with: name) })
        #expect(Int(big(bytes[table + 12..<table + 16])) == boxes[2].start + 8)
    }

    @Test("The document's table of objects points at each")
    func pdf() throws {
        let text = String(decoding: LabSample.pdf, as: UTF8.self)
        let offsets = text.split(separator: "\n").filter { $0.hasSuffix(" 00000 n ") }.compactMap { Int($0.prefix(10)) }
        #expect(offsets.count == 5)
        for (index, offset) in offsets.enumerated() { #expect(text.dropFirst(offset).hasPrefix("\(index + 1) 0 obj\n")) }
        let table = try #require(text.split(separator: "startxref\n").last?.split(separator: "\n").first.flatMap { Int($0) })
        #expect(text.dropFirst(table).hasPrefix("xref\n"))
    }
}
