import Foundation

/// Writes a picture as baseline JPEG (ITU-T T.81). The Huffman codes all have the same length, which is simple and not small.
enum JPEGSample {
    private static let step = 12
    private static let zigzag = [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50,
        43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ]
    /// End of block, sixteen zeros, then each run of zeros with each size.
    private static let symbols: [Int] = {
        var symbols = [0x00, 0xF0]
        for run in 0..<16 { symbols += (1...10).map { run << 4 | $0 } }
        return symbols
    }()
    private static let codes = Dictionary(uniqueKeysWithValues: symbols.enumerated().map { ($1, $0) })
    /// For each place and frequency.
    private static let cosines: [Double] = (0..<64).map { index in
        let place = Double(2 * (index / 8) + 1)
        let frequency = Double(index % 8)
        let scale = frequency == 0 ? 0.5.squareRoot() : 1
        return cos(place * frequency * .pi / 16) * scale / 2
    }

    /// - Parameter picture: Width and height are multiples of 8.
    static func bytes(of picture: SamplePicture) -> [UInt8] {
        var file: [UInt8] = [0xFF, 0xD8]
        file += segment(0xE0, Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0])
        file += segment(0xDB, [0] + Array(repeating: UInt8(step), count: 64))
        var frame: [UInt8] = [8]
        frame.appendBig(UInt16(picture.height))
        frame.appendBig(UInt16(picture.width))
        file += segment(0xC0, frame + [3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0])
        // How many codes there are of each length, then what they stand for: all have four bits, or all have eight.
        var lengths = [UInt8](repeating: 0, count: 16)
        lengths[3] = 12
        file += segment(0xC4, [0x00] + lengths + (0..<12).map { UInt8($0) })
        lengths[3] = 0
        lengths[7] = UInt8(symbols.count)
        file += segment(0xC4, [0x10] + lengths + symbols.map { UInt8($0) })
        file += segment(0xDA, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0])
        return file + scan(picture) + [0xFF, 0xD9]
    }

    private static func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
        var segment: [UInt8] = [0xFF, marker]
        segment.appendBig(UInt16(content.count + 2))
        return segment + content
    }

    private static func scan(_ picture: SamplePicture) -> [UInt8] {
        var bits = BitWriter()
        bits.stuffs = true
        var before = [0, 0, 0]
        for top in stride(from: 0, to: picture.height, by: 8) {
            for left in stride(from: 0, to: picture.width, by: 8) {
                let colours = (0..<64).map { picture.colour(left + $0 % 8, top + $0 / 8) }
                for (index, plane) in [colours.map(\.luminance), colours.map(\.blueDifference), colours.map(\.redDifference)].enumerated() {
                    let levels = coefficients(plane).map { Int(($0 / Double(step)).rounded()) }
                    write(levels, after: before[index], to: &bits)
                    before[index] = levels[0]
                }
            }
        }
        bits.align(with: 1)
        return bits.bytes
    }

    /// The discrete cosine transform of 64 values around 128.
    private static func coefficients(_ plane: [Double]) -> [Double] {
        var rows = [Double](repeating: 0, count: 64)
        for row in 0..<8 {
            for frequency in 0..<8 {
                var sum = 0.0
                for place in 0..<8 { sum += (plane[row * 8 + place] - 128) * cosines[place * 8 + frequency] }
                rows[row * 8 + frequency] = sum
            }
        }
        var result = [Double](repeating: 0, count: 64)
        for column in 0..<8 {
            for frequency in 0..<8 {
                var sum = 0.0
                for place in 0..<8 { sum += rows[place * 8 + column] * cosines[place * 8 + frequency] }
                result[frequency * 8 + column] = sum
            }
        }
        return result
    }

    private static func write(_ levels: [Int], after before: Int, to bits: inout BitWriter) {
        let difference = levels[0] - before
        bits.write(size(difference), 4)
        write(difference, to: &bits)
        var run = 0
        for place in zigzag.dropFirst() {
            guard levels[place] != 0 else {
                run += 1
                continue
            }
            while run > 15 {
                bits.write(1, 8)
                run -= 16
            }
            bits.write(codes[run << 4 | size(levels[place])] ?? 0, 8)
            write(levels[place], to: &bits)
            run = 0
        }
        if run > 0 { bits.write(0, 8) }
    }

    /// How many bits a value takes.
    private static func size(_ value: Int) -> Int { Int.bitWidth - abs(value).leadingZeroBitCount }

    private static func write(_ value: Int, to bits: inout BitWriter) {
        let length = size(value)
        bits.write(value >= 0 ? value : value + (1 << length) - 1, length)
    }
}
