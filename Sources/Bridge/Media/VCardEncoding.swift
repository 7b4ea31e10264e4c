/// The encodings of old vCards.
enum VCardEncoding {
    /// Text in Windows' western encoding, which contains ISO 8859-1.
    static func western(_ bytes: some Sequence<UInt8>) -> String {
        TextScalars.string(bytes.map { (0x80...0x9F).contains($0) ? CharacterNames.windows1252[Int($0 - 0x80)] : Unicode.Scalar($0) })
    }

    /// What quoted-printable text stands for. What is no code stays as it is.
    static func quotedPrintable(_ scalars: [Unicode.Scalar], charset: String?) -> [Unicode.Scalar] {
        var bytes: [UInt8] = []
        var index = 0
        while index < scalars.count {
            if scalars[index] == "=", index + 2 < scalars.count, let high = digit(scalars[index + 1]), let low = digit(scalars[index + 2]) {
                bytes.append(high << 4 | low)
                index += 3
            } else {
                bytes.append(contentsOf: Array(String(scalars[index]).utf8))
                index += 1
            }
        }
        let isWestern = charset.map { $0.hasPrefix("ISO-8859-1") || $0 == "WINDOWS-1252" } ?? false
        if !isWestern, let text = String(validating: bytes, as: UTF8.self) { return Array(text.unicodeScalars) }
        return Array(western(bytes).unicodeScalars)
    }

    private static func digit(_ scalar: Unicode.Scalar) -> UInt8? {
        switch scalar.value {
        case 0x30...0x39: UInt8(scalar.value - 0x30)
        case 0x41...0x46: UInt8(scalar.value - 0x41 + 10)
        case 0x61...0x66: UInt8(scalar.value - 0x61 + 10)
        default: nil
        }
    }
}
