import NIOCore

/// Checks UTF-8 as it arrives, in parts that may split a character, and fails at the first byte that cannot belong to any
/// valid text: overlong forms, surrogates and values above U+10FFFF included.
struct UTF8Validator: Equatable {
    /// How many bytes the character that has begun still needs.
    private var missing = 0
    /// What the next of them may be.
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    /// Whether the text does not end within a character.
    var isComplete: Bool { missing == 0 }

    /// Takes the next bytes; returns false if they cannot be UTF-8.
    mutating func append(_ bytes: ByteBuffer) -> Bool {
        bytes.withUnsafeReadableBytes { append($0) }
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            // Most text is ASCII between characters: eight bytes a step.
            if missing == 0 {
                while index + 8 <= bytes.count, bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 {
                    index += 8
                }
                guard index < bytes.count else { break }
            }
            guard append(bytes[index]) else { return false }
            index += 1
        }
        return true
    }

    private mutating func append(_ byte: UInt8) -> Bool {
        if missing > 0 {
            guard allowed.contains(byte) else { return false }
            missing -= 1
            allowed = 0x80...0xBF
            return true
        }
        switch byte {
        case 0x00...0x7F: break
        case 0xC2...0xDF: missing = 1
        case 0xE0: (missing, allowed) = (2, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: missing = 2
        case 0xED: (missing, allowed) = (2, 0x80...0x9F)
        case 0xF0: (missing, allowed) = (3, 0x90...0xBF)
        case 0xF1...0xF3: missing = 3
        case 0xF4: (missing, allowed) = (3, 0x80...0x8F)
        default: return false
        }
        return true
    }
}
