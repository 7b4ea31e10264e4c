extension [UInt8] {
    /// Appends a number of four bytes, highest first.
    mutating func appendBig(_ value: UInt32) { append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) }) }

    /// Appends a number of two bytes, highest first.
    mutating func appendBig(_ value: UInt16) { append(contentsOf: [UInt8(value >> 8), UInt8(value & 0xFF)]) }

    /// Appends a number of four bytes, lowest first.
    mutating func appendLittle(_ value: UInt32) { append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }) }

    /// Appends a number of two bytes, lowest first.
    mutating func appendLittle(_ value: UInt16) { append(contentsOf: [UInt8(value & 0xFF), UInt8(value >> 8)]) }
}

/// Collects bits, highest first.
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var pending: UInt32 = 0
    private var count = 0
    /// Whether a byte 0xFF is followed by a zero, as in JPEG.
    var stuffs = false

    /// Appends the lowest `length` bits of a value, up to 16.
    mutating func write(_ value: Int, _ length: Int) {
        for bit in stride(from: length - 1, through: 0, by: -1) {
            pending = pending << 1 | UInt32(value >> bit & 1)
            count += 1
            if count == 8 { flush() }
        }
    }

    /// Appends an unsigned Exp-Golomb code (ITU-T H.264, 9.1).
    mutating func writeExpGolomb(_ value: Int) {
        let length = Int.bitWidth - (value + 1).leadingZeroBitCount
        write(0, length - 1)
        write(value + 1, length)
    }

    /// Fills the last byte up with zeros or ones.
    mutating func align(with bit: Int = 0) {
        while count > 0 { write(bit, 1) }
    }

    /// Appends whole bytes; only between bytes.
    mutating func append(_ more: [UInt8]) { bytes += more }

    private mutating func flush() {
        let byte = UInt8(truncatingIfNeeded: pending)
        bytes.append(byte)
        if stuffs, byte == 0xFF { bytes.append(0) }
        pending = 0
        count = 0
    }
}
