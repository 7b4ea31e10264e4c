/// Writes silence as Opus in Ogg (RFC 7845, RFC 3533).
enum OggOpusSample {
    /// A frame of 20 ms of silence, mono (RFC 6716).
    private static let silence: [UInt8] = [0xF8, 0xFF, 0xFE]
    private static let framesPerSecond = 50
    private static let samplesPerFrame = 960
    private static let preSkip: UInt16 = 312

    /// - Parameter seconds: 1 to 5, so that one page holds all frames.
    static func bytes(seconds: Int) -> [UInt8] {
        var head = Array("OpusHead".utf8) + [1, 1]
        head.appendLittle(preSkip)
        head.appendLittle(UInt32(48_000))
        head += [0, 0, 0]
        let vendor = Array("lab".utf8)
        var tags = Array("OpusTags".utf8)
        tags.appendLittle(UInt32(vendor.count))
        tags += vendor
        tags.appendLittle(UInt32(0))
        let count = min(max(seconds, 1), 5) * framesPerSecond
        return page(0, flags: 0x02, granule: 0, [head]) + page(1, flags: 0, granule: 0, [tags])
            + page(2, flags: 0x04, granule: count * samplesPerFrame, Array(repeating: silence, count: count))
    }

    private static func page(_ number: UInt32, flags: UInt8, granule: Int, _ packets: [[UInt8]]) -> [UInt8] {
        var page = Array("OggS".utf8) + [0, flags]
        page.appendLittle(UInt32(granule))
        page.appendLittle(UInt32(0))
        page.appendLittle(UInt32(1))
        page.appendLittle(number)
        let checksumPlace = page.count
        page.appendLittle(UInt32(0))
        page.append(UInt8(packets.count))
        page += packets.map { UInt8($0.count) }
        page += packets.flatMap { $0 }
        var sum: [UInt8] = []
        sum.appendLittle(checksum(page))
        page.replaceSubrange(checksumPlace..<checksumPlace + 4, with: sum)
        return page
    }

    /// The CRC of Ogg pages.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.reduce(UInt32(0)) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte) << 24) { sum, _ in sum & 0x8000_0000 != 0 ? sum << 1 ^ 0x04C1_1DB7 : sum << 1 }
        }
    }
}
