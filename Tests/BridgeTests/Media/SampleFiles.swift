/// The beginnings of files, put together byte by byte.
enum SampleFiles {
    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    static func big(_ value: Int, _ length: Int) -> [UInt8] { (0..<length).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

    static func little(_ value: Int, _ length: Int) -> [UInt8] { (0..<length).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

    static func jpeg(width: Int = 640, height: Int = 480, before segments: [UInt8] = []) -> [UInt8] {
        [0xFF, 0xD8, 0xFF, 0xE0] + big(16, 2) + bytes("JFIF\0") + [1, 1, 0, 0, 1, 0, 1, 0, 0] + segments
            + [0xFF, 0xC2] + big(17, 2) + [8] + big(height, 2) + big(width, 2) + [3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xFF, 0xDA]
    }

    static func png(width: Int = 32, height: Int = 16, bitDepth: UInt8 = 8, colorType: UInt8 = 6) -> [UInt8] {
        [0x89] + bytes("PNG\r\n") + [0x1A, 0x0A] + big(13, 4) + bytes("IHDR") + big(width, 4) + big(height, 4) + [bitDepth, colorType, 0, 0, 0]
    }

    static func gif(width: Int = 10, height: Int = 20) -> [UInt8] { bytes("GIF89a") + little(width, 2) + little(height, 2) + [0xF7, 0, 0] }

    private static func riff(_ form: String, _ chunk: String, _ body: [UInt8]) -> [UInt8] {
        bytes("RIFF") + little(body.count + 12, 4) + bytes(form) + bytes(chunk) + little(body.count, 4) + body
    }

    static func webpLossy(width: Int = 512, height: Int = 512) -> [UInt8] {
        riff("WEBP", "VP8 ", [0x10, 0x02, 0x00, 0x9D, 0x01, 0x2A] + little(width | 0x4000, 2) + little(height, 2))
    }

    static func webpLossless(width: Int = 512, height: Int = 512) -> [UInt8] {
        riff("WEBP", "VP8L", [0x2F] + little((width - 1) | (height - 1) << 14, 4))
    }

    static func webpExtended(width: Int = 512, height: Int = 512, animated: Bool = true) -> [UInt8] {
        riff("WEBP", "VP8X", [animated ? 0x12 : 0x10, 0, 0, 0] + little(width - 1, 3) + little(height - 1, 3))
    }

    static func wav() -> [UInt8] { riff("WAVE", "fmt ", [1, 0, 1, 0]) }

    static func bmp() -> [UInt8] { bytes("BM") + little(1_000, 4) + [0, 0, 0, 0] + little(54, 4) + little(40, 4) + little(4, 4) + little(4, 4) }

    static func brands(_ major: String, _ compatible: String...) -> [UInt8] {
        big(16 + 4 * compatible.count, 4) + bytes("ftyp") + bytes(major) + big(512, 4) + compatible.flatMap(bytes)
    }

    static func box(_ name: String, _ body: [UInt8]) -> [UInt8] { big(8 + body.count, 4) + bytes(name) + body }

    /// The index of a film with these codecs, one track each.
    static func index(_ codecs: String...) -> [UInt8] {
        box("moov", codecs.flatMap { box("stbl", box("stsd", [0, 0, 0, 0] + big(1, 4) + box($0, [UInt8](repeating: 0, count: 20)))) })
    }

    static func matroska(_ documentType: String) -> [UInt8] {
        [0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x86, 0x81, 1, 0x42, 0x82, 0x80 | UInt8(documentType.utf8.count)] + bytes(documentType)
    }

    static func oggPage(_ packet: [UInt8], flags: UInt8 = 0, position: Int64, serial: Int = 7) -> [UInt8] {
        var segments = [UInt8](repeating: 255, count: packet.count / 255)
        segments.append(UInt8(packet.count % 255))
        return bytes("OggS") + [0, flags] + little(Int(position), 8) + little(serial, 4) + little(1, 4) + little(0, 4)
            + [UInt8(segments.count)] + segments + packet
    }

    static func opusHead(channels: UInt8 = 1, preSkip: Int = 312) -> [UInt8] {
        bytes("OpusHead") + [1, channels] + little(preSkip, 2) + little(48_000, 4) + [0, 0, 0]
    }

    /// A whole voice note of so many samples, its sound split over pages of one second.
    static func opus(channels: UInt8 = 1, preSkip: Int = 312, samples: Int64 = 144_000) -> [UInt8] {
        var file = oggPage(opusHead(channels: channels, preSkip: preSkip), flags: 2, position: 0)
        file += oggPage(bytes("OpusTags") + little(0, 8), position: 0)
        var position: Int64 = 0
        while position < samples + Int64(preSkip) {
            position = min(position + 48_000, samples + Int64(preSkip))
            file += oggPage([UInt8](repeating: 0x5A, count: 2_000), flags: position == samples + Int64(preSkip) ? 4 : 0, position: position)
        }
        return file
    }

    static func oggVorbis() -> [UInt8] { oggPage([1] + bytes("vorbis") + [0, 0, 0, 0, 2], flags: 2, position: 0) }

    /// Two frames of MPEG 1 layer III, 128 kbit/s, 44.1 kHz.
    static func mp3() -> [UInt8] {
        let frame: [UInt8] = [0xFF, 0xFB, 0x90, 0x64] + [UInt8](repeating: 0, count: 413)
        return frame + frame
    }

    static func taggedMP3(padding: Int = 20, then rest: [UInt8] = mp3()) -> [UInt8] {
        bytes("ID3") + [3, 0, 0, 0, 0, UInt8(padding >> 7 & 0x7F), UInt8(padding & 0x7F)] + [UInt8](repeating: 0, count: padding) + rest
    }

    /// Two frames of AAC, 44.1 kHz, 100 bytes each.
    static func aac() -> [UInt8] {
        let frame: [UInt8] = [0xFF, 0xF1, 0x50, 0x80, 0x0C, 0x9F, 0xFC] + [UInt8](repeating: 0x21, count: 93)
        return frame + frame
    }

    static func zipEntry(_ name: String, _ content: [UInt8] = [0x78], sizeFollows: Bool = false) -> [UInt8] {
        bytes("PK\u{3}\u{4}") + little(20, 2) + little(sizeFollows ? 8 : 0, 2) + little(8, 2) + little(0, 4) + little(0, 4)
            + little(sizeFollows ? 0 : content.count, 4) + little(content.count, 4) + little(name.utf8.count, 2) + little(0, 2) + bytes(name)
            + content
    }

    /// A compound file whose directory has these entries.
    static func ole(_ entries: String..., directory sector: Int = 1) -> [UInt8] {
        var file: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 22) + little(9, 2)
        file += [UInt8](repeating: 0, count: 16) + little(sector, 4)
        file += [UInt8](repeating: 0, count: 512 * (sector + 1) - file.count)
        for entry in entries {
            let name = entry.utf16.flatMap { little(Int($0), 2) }
            file += name + [UInt8](repeating: 0, count: 128 - name.count)
        }
        return file
    }
}
