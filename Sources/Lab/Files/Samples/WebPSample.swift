/// Stickers as lossless WebP (RFC 9649): a face in four colours.
enum WebPSample {
    private static let side = 512
    /// Blue, green, red and alpha; the first is transparent.
    private static let colours: [[UInt8]] = [[0, 0, 0, 0], [74, 206, 255, 255], [35, 48, 61, 255], [255, 255, 255, 255]]

    static let still = container(chunk("VP8L", pixels(winks: false)))

    static let animated: [UInt8] = {
        var extended: [UInt8] = [0x12, 0, 0, 0]
        extended += threeBytes(side - 1) + threeBytes(side - 1)
        let frames = [false, true].flatMap { winks -> [UInt8] in
            let duration = threeBytes(winks ? 250 : 900)
            let head = threeBytes(0) + threeBytes(0) + threeBytes(side - 1) + threeBytes(side - 1) + duration + [0x02]
            return chunk("ANMF", head + chunk("VP8L", pixels(winks: winks)))
        }
        return container(chunk("VP8X", extended) + chunk("ANIM", [0, 0, 0, 0, 0, 0]) + frames)
    }()

    private static func container(_ chunks: [UInt8]) -> [UInt8] { chunk("RIFF", Array("WEBP".utf8) + chunks) }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        var chunk = Array(name.utf8)
        chunk.appendLittle(UInt32(content.count))
        chunk += content
        if content.count % 2 == 1 { chunk.append(0) }
        return chunk
    }

    private static func threeBytes(_ value: Int) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value >> 16 & 0xFF)] }

    /// Which of the four colours a pixel has.
    private static func colour(_ x: Int, _ y: Int, winks: Bool) -> Int {
        func isIn(_ centreX: Int, _ centreY: Int, _ radius: Int) -> Bool {
            (x - centreX) * (x - centreX) + (y - centreY) * (y - centreY) < radius * radius
        }
        guard isIn(256, 256, 248) else { return 0 }
        guard isIn(256, 256, 232) else { return 3 }
        if isIn(176, 200, 30) { return 2 }
        if winks ? (300...372).contains(x) && (192...208).contains(y) : isIn(336, 200, 30) { return 2 }
        if y > 290, isIn(256, 280, 130), !isIn(256, 260, 120) { return 2 }
        return 1
    }

    /// One picture: four pixels share a byte, and bytes are written as they are.
    private static func pixels(winks: Bool) -> [UInt8] {
        var bits = LittleBitWriter()
        bits.write(0x2F, 8)
        bits.write(side - 1, 14)
        bits.write(side - 1, 14)
        bits.write(1, 1)
        bits.write(0, 3)
        // One transform: a table of four colours, each told as the difference to the one before it.
        bits.write(1, 1)
        bits.write(3, 2)
        bits.write(colours.count - 1, 8)
        writeTable(to: &bits)
        bits.write(0, 1)
        // No cache of colours, one set of codes: green is what counts, and the other channels have one value each.
        bits.write(0, 1)
        bits.write(0, 1)
        writePlainCode(to: &bits)
        for value in [0, 0, 255, 0] { writeOnly(value, to: &bits) }
        for y in 0..<side {
            for x in stride(from: 0, to: side, by: 4) {
                let packed = (0..<4).reduce(0) { $0 | colour(x + $1, y, winks: winks) << (2 * $1) }
                bits.writeReversed(packed, 8)
            }
        }
        return bits.finish()
    }

    private static func writeTable(to bits: inout LittleBitWriter) {
        bits.write(0, 1)
        for _ in 0..<4 { writePlainCode(to: &bits) }
        writeOnly(0, to: &bits)
        var before: [UInt8] = [0, 0, 0, 0]
        for colour in colours {
            for channel in [1, 2, 0, 3] { bits.writeReversed(Int(colour[channel] &- before[channel]), 8) }
            before = colour
        }
    }

    /// A code in which each of the first 256 symbols has its eight bits.
    private static func writePlainCode(to bits: inout LittleBitWriter) {
        bits.write(0, 1)
        // Code lengths are themselves coded; the only one is 8, the twelfth in their order, which then takes no bits at all.
        bits.write(12 - 4, 4)
        for index in 0..<12 { bits.write(index == 11 ? 1 : 0, 3) }
        bits.write(1, 1)
        bits.write(3, 3)
        bits.write(256 - 2, 8)
    }

    /// A code with one symbol, which takes no bits.
    private static func writeOnly(_ symbol: Int, to bits: inout LittleBitWriter) {
        bits.write(1, 1)
        bits.write(0, 1)
        bits.write(symbol > 1 ? 1 : 0, 1)
        bits.write(symbol, symbol > 1 ? 8 : 1)
    }
}

/// Collects bits, lowest first.
private struct LittleBitWriter {
    private var bytes: [UInt8] = []
    private var pending: UInt32 = 0
    private var count: UInt32 = 0

    mutating func write(_ value: Int, _ length: Int) {
        pending |= UInt32(truncatingIfNeeded: value) << count
        count += UInt32(length)
        while count >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: pending))
            pending >>= 8
            count -= 8
        }
    }

    /// Prefix codes are written with their highest bit first.
    mutating func writeReversed(_ value: Int, _ length: Int) {
        write((0..<length).reduce(0) { $0 | (value >> $1 & 1) << (length - 1 - $1) }, length)
    }

    mutating func finish() -> [UInt8] {
        if count > 0 { write(0, Int(8 - count)) }
        return bytes
    }
}
