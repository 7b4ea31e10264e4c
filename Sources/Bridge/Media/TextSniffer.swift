/// Tells text from other bytes.
enum TextSniffer {
    static func type(_ bytes: FileBytes, given: String?) -> FileType? {
        guard bytes.count > 0 else { return nil }
        if isUTF8(bytes) { return isCard(bytes) ? .vCard : .text }
        // Old encodings cannot be told from noise: the name must say so too.
        guard let given, FileType.text.extensions.contains(given), isOldText(bytes) else { return nil }
        return isCard(bytes) ? .vCard : .text
    }

    /// The place of the first byte behind a byte order mark and white space.
    static func start(of bytes: FileBytes) -> Int {
        var index = bytes.has([0xEF, 0xBB, 0xBF]) ? 3 : 0
        while let byte = bytes[index], byte == 0x20 || (0x09...0x0D).contains(byte) { index += 1 }
        return index
    }

    private static func isCard(_ bytes: FileBytes) -> Bool {
        bytes.text(11, at: start(of: bytes)).unicodeScalars.map(TextScalars.lowercasedASCII).elementsEqual("begin:vcard".unicodeScalars)
    }

    private static func isControl(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x08...0x0D, 0x1B, 0x20...0x7E, 0x80...0xFF: false
        default: true
        }
    }

    private static func isUTF8(_ bytes: FileBytes) -> Bool {
        guard !bytes.bytes.contains(where: isControl) else { return false }
        // The piece may end within a character.
        for cut in 0...(bytes.count < FileType.headLength ? 0 : 3)
        where String(validating: bytes.bytes.dropLast(cut), as: UTF8.self) != nil { return true }
        return false
    }

    private static func isOldText(_ bytes: FileBytes) -> Bool {
        let isLittle = bytes.has([0xFF, 0xFE])
        guard isLittle || bytes.has([0xFE, 0xFF]) else { return !bytes.bytes.contains(where: isControl) }
        return stride(from: 0, to: bytes.count - 1, by: 2).allSatisfy { index in
            (isLittle ? bytes.littleEndian(2, at: index) : bytes.bigEndian(2, at: index)).map { $0 >= 0x20 || (8...13).contains($0) } == true
        }
    }
}
