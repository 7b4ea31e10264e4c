/// What the first bytes of a WebP picture tell.
enum WebPHead {
    /// How many bytes are needed.
    static let length = 21

    /// Whether these are the first bytes of a WebP picture that moves: its extended header says so.
    static func isAnimated(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= length, bytes.starts(with: "RIFF".utf8), bytes[8..<16].elementsEqual("WEBPVP8X".utf8) else { return false }
        return bytes[20] & 0x02 != 0
    }
}
