/// Writes a picture as PNG (RFC 2083), with 8-bit RGB and without compression.
enum PNGSample {
    static func bytes(of picture: SamplePicture) -> [UInt8] {
        var header: [UInt8] = []
        header.appendBig(UInt32(picture.width))
        header.appendBig(UInt32(picture.height))
        header += [8, 2, 0, 0, 0]
        var raw: [UInt8] = []
        for y in 0..<picture.height {
            raw.append(0)
            for x in 0..<picture.width {
                let colour = picture.colour(x, y)
                raw += [colour.red, colour.green, colour.blue]
            }
        }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + chunk("IDAT", zlib(raw)) + chunk("IEND", [])
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let named = Array(name.utf8) + content
        var chunk: [UInt8] = []
        chunk.appendBig(UInt32(content.count))
        chunk += named
        chunk.appendBig(checksum(named))
        return chunk
    }

    /// The CRC-32 of PNG.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
    }

    /// Stored blocks in a zlib stream (RFC 1950, RFC 1951).
    private static func zlib(_ raw: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: raw.count, by: 0xFFFF) {
            let block = raw[start..<min(start + 0xFFFF, raw.count)]
            stream.append(block.endIndex == raw.count ? 1 : 0)
            stream.appendLittle(UInt16(block.count))
            stream.appendLittle(~UInt16(block.count))
            stream += block
        }
        var low: UInt32 = 1
        var high: UInt32 = 0
        for byte in raw {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        stream.appendBig(high << 16 | low)
        return stream
    }
}
