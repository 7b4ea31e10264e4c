/// Compares the SHA-256 of a file with what WhatsApp says it is. Meta writes it in base64 now and wrote it in hexadecimal before (Cloud API, 4.3).
public enum MediaDigest {
    /// Tells whether the text stands for these bytes: 64 hexadecimal digits in any case, or base64 in the usual or the URL's alphabet, with or
    /// without padding. White space around it does not count. False if there are not 32 bytes, whatever the text is.
    public static func matches(_ sha256: [UInt8], _ text: String) -> Bool {
        guard sha256.count == 32 else { return false }
        let all = Array(text.unicodeScalars.prefix(200))
        let scalars = all[TextScalars.trimmed(all)]
        switch scalars.count {
        case 64: return bytes(scalars, bits: 4, digit: hexadecimal) == sha256
        case 43: return bytes(scalars, bits: 6, digit: base64) == sha256
        case 44: return scalars.last == "=" && bytes(scalars.dropLast(), bits: 6, digit: base64) == sha256
        default: return false
        }
    }

    /// The bytes that the digits make; bits that are left over must be zero.
    private static func bytes(_ scalars: ArraySlice<Unicode.Scalar>, bits: Int, digit: (UInt32) -> UInt32?) -> [UInt8]? {
        var result: [UInt8] = []
        var value: UInt32 = 0
        var waiting = 0
        for scalar in scalars {
            guard let digit = digit(scalar.value) else { return nil }
            value = value << bits | digit
            waiting += bits
            guard waiting >= 8 else { continue }
            waiting -= 8
            result.append(UInt8(truncatingIfNeeded: value >> waiting))
            value &= (1 << waiting) - 1
        }
        return value == 0 ? result : nil
    }

    private static func hexadecimal(_ value: UInt32) -> UInt32? {
        switch value {
        case 0x30...0x39: value - 0x30
        case 0x41...0x46: value - 0x41 + 10
        case 0x61...0x66: value - 0x61 + 10
        default: nil
        }
    }

    private static func base64(_ value: UInt32) -> UInt32? {
        switch value {
        case 0x41...0x5A: value - 0x41
        case 0x61...0x7A: value - 0x61 + 26
        case 0x30...0x39: value - 0x30 + 52
        case 0x2B, 0x2D: 62
        case 0x2F, 0x5F: 63
        default: nil
        }
    }
}
