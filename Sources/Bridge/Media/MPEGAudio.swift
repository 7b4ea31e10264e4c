/// MP3 and AAC, which have no signature: their frames follow each other, each of a length that its own head tells.
enum MPEGAudio {
    static func type(_ bytes: FileBytes) -> FileType? {
        guard bytes.has("ID3") else { return frames(bytes, at: 0) }
        // The length of a tag is written with seven bits a byte.
        guard let flags = bytes[5], let size = bytes.bigEndian(4, at: 6), size & 0x8080_8080 == 0 else { return nil }
        let length = (size & 0x7F) | (size >> 8 & 0x7F) << 7 | (size >> 16 & 0x7F) << 14 | (size >> 24 & 0x7F) << 21
        let end = 10 + length + (flags & 0x10 == 0 ? 0 : 10)
        if bytes.has("fLaC", at: end) { return .flac }
        return frames(bytes, at: end) ?? .mp3
    }

    /// One frame counts if the next one follows it, or lies beyond the piece.
    private static func frames(_ bytes: FileBytes, at start: Int) -> FileType? {
        if let length = layerThree(bytes, at: start) {
            let next = start + length
            return next + 4 > bytes.count || layerThree(bytes, at: next) != nil ? .mp3 : nil
        }
        if let length = adts(bytes, at: start) {
            let next = start + length
            return next + 7 > bytes.count || adts(bytes, at: next) != nil ? .aac : nil
        }
        return nil
    }

    private static let bitRates: [[Int]] = [
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ]

    /// The length of a frame of MPEG layer III in bytes.
    private static func layerThree(_ bytes: FileBytes, at index: Int) -> Int? {
        guard let head = bytes.bigEndian(4, at: index), head >> 21 == 0x7FF, head >> 17 & 3 == 1 else { return nil }
        let version = head >> 19 & 3
        let rateIndex = head >> 10 & 3
        let bitRateIndex = head >> 12 & 15
        guard version != 1, rateIndex != 3, (1...14).contains(bitRateIndex) else { return nil }
        let isFirst = version == 3
        let sampleRate = [44_100, 48_000, 32_000][rateIndex] / (isFirst ? 1 : version == 2 ? 2 : 4)
        let bitRate = bitRates[isFirst ? 0 : 1][bitRateIndex - 1] * 1_000
        return (isFirst ? 144 : 72) * bitRate / sampleRate + (head >> 9 & 1)
    }

    /// The length of a frame of AAC in bytes.
    private static func adts(_ bytes: FileBytes, at index: Int) -> Int? {
        guard let head = bytes.bigEndian(7, at: index), head >> 44 == 0xFFF, head >> 41 & 3 == 0, head >> 34 & 15 < 13 else { return nil }
        let length = head >> 13 & 0x1FFF
        return length >= 7 ? length : nil
    }
}
