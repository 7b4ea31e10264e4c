/// The head of an Ogg page.
struct OggPage {
    /// The place of the first byte behind the head.
    let body: Int
    /// The place of the first byte behind the page.
    let end: Int
    /// Whether a stream begins with the page.
    let begins: Bool
    /// The number of the page's stream.
    let serial: Int
    /// How many samples have been played at the page's end; nil if no packet ends in it.
    let position: Int64?

    /// Reads the head at a place; nil if none stands there.
    init?(_ bytes: FileBytes, at index: Int) {
        guard bytes.has("OggS\0", at: index), let flags = bytes[index + 5], flags <= 7,
            let low = bytes.littleEndian(4, at: index + 6), let high = bytes.littleEndian(4, at: index + 10),
            let serial = bytes.littleEndian(4, at: index + 14), let segments = bytes[index + 26], bytes.count >= index + 27 + Int(segments)
        else { return nil }
        body = index + 27 + Int(segments)
        end = body + bytes.bytes[index + 27..<body].reduce(0) { $0 + Int($1) }
        begins = flags & 2 != 0
        self.serial = serial
        let position = Int64(bitPattern: UInt64(high) << 32 | UInt64(low))
        self.position = position < 0 ? nil : position
    }
}
