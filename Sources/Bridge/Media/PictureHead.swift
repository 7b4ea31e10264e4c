/// Width, height and colours of pictures as their heads say.
enum PictureHead {
    static func png(_ bytes: FileBytes) -> FileFacts.Pixels? {
        guard bytes.has("IHDR", at: 12) else { return nil }
        return pixels(bytes.bigEndian(4, at: 16), bytes.bigEndian(4, at: 20))
    }

    static func pngFormat(_ bytes: FileBytes) -> FileFacts.PNGFormat? {
        guard bytes.has("IHDR", at: 12), let depth = bytes[24], let type = bytes[25] else { return nil }
        return FileFacts.PNGFormat(bitDepth: Int(depth), colorType: Int(type))
    }

    static func gif(_ bytes: FileBytes) -> FileFacts.Pixels? {
        pixels(bytes.littleEndian(2, at: 6), bytes.littleEndian(2, at: 8))
    }

    /// Goes from segment to segment up to the one that holds the size. Each is two bytes long at least, so the way is short.
    static func jpeg(_ bytes: FileBytes) -> FileFacts.Pixels? {
        var place = 2
        while bytes[place] == 0xFF, let marker = bytes[place + 1] {
            switch marker {
            case 0xFF:
                place += 1
                continue
            case 0x01, 0xD0...0xD7:
                place += 2
                continue
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                return pixels(bytes.bigEndian(2, at: place + 7), bytes.bigEndian(2, at: place + 5))
            case 0xD8, 0xD9, 0xDA: return nil
            default: break
            }
            guard let length = bytes.bigEndian(2, at: place + 2), length >= 2 else { return nil }
            place += 2 + length
        }
        return nil
    }

    static func webp(_ bytes: FileBytes) -> FileFacts.Pixels? {
        if bytes.has("VP8X", at: 12) {
            guard let width = bytes.littleEndian(3, at: 24), let height = bytes.littleEndian(3, at: 27) else { return nil }
            return pixels(width + 1, height + 1)
        }
        if bytes.has("VP8L", at: 12), bytes[20] == 0x2F, let sizes = bytes.littleEndian(4, at: 21) {
            return pixels((sizes & 0x3FFF) + 1, (sizes >> 14 & 0x3FFF) + 1)
        }
        if bytes.has("VP8 ", at: 12), bytes.has([0x9D, 0x01, 0x2A], at: 23) {
            return pixels(bytes.littleEndian(2, at: 26).map { $0 & 0x3FFF }, bytes.littleEndian(2, at: 28).map { $0 & 0x3FFF })
        }
        return nil
    }

    static func isAnimatedWebP(_ bytes: FileBytes) -> Bool {
        bytes.has("VP8X", at: 12) && bytes[20].map { $0 & 0x02 != 0 } == true
    }

    private static func pixels(_ width: Int?, _ height: Int?) -> FileFacts.Pixels? {
        guard let width, let height, width > 0, height > 0 else { return nil }
        return FileFacts.Pixels(width: width, height: height)
    }
}
