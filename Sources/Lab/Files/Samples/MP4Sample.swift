/// Writes a film as MP4 (ISO 14496-12, 14496-15) with H.264 pictures whose samples are not compressed.
enum MP4Sample {
    private static let width = 160
    private static let height = 96
    private static let frames = 8
    /// Units a second, and units for each picture.
    private static let timescale: UInt32 = 1_000
    private static let frameTime: UInt32 = 250

    static let bytes: [UInt8] = {
        let samples = (0..<frames).map { sample($0) }
        let kind = box("ftyp", Array("isom".utf8) + [0, 0, 2, 0] + Array("isomiso2avc1mp41".utf8))
        let length = movie(samples, offset: 0).count
        // The index comes first, so that a player can begin before it has everything.
        return kind + movie(samples, offset: UInt32(kind.count + length + 8)) + box("mdat", samples.flatMap { $0 })
    }()

    // MARK: Pictures (ITU-T H.264)

    private static let sequenceParameters: [UInt8] = {
        var bits = BitWriter()
        for (value, length) in [(66, 8), (0xC0, 8), (10, 8)] { bits.write(value, length) }
        for value in [0, 0, 2, 1] { bits.writeExpGolomb(value) }
        bits.write(0, 1)
        bits.writeExpGolomb(width / 16 - 1)
        bits.writeExpGolomb(height / 16 - 1)
        // Whole pictures only, no cropping, nothing on usability; then the bit that ends all.
        for bit in [1, 1, 0, 0, 1] { bits.write(bit, 1) }
        bits.align()
        return [0x67] + bits.bytes
    }()

    private static let pictureParameters: [UInt8] = {
        var bits = BitWriter()
        for value in [0, 0] { bits.writeExpGolomb(value) }
        bits.write(0, 2)
        for value in [0, 0, 0] { bits.writeExpGolomb(value) }
        bits.write(0, 3)
        for value in [0, 0, 0] { bits.writeExpGolomb(value) }
        for bit in [1, 0, 0, 1] { bits.write(bit, 1) }
        bits.align()
        return [0x68] + bits.bytes
    }()

    private static func sample(_ index: Int) -> [UInt8] {
        let picture = SamplePicture(width: width, height: height, moment: Double(index) / Double(frames - 1))
        var bits = BitWriter()
        for value in [0, 7, 0] { bits.writeExpGolomb(value) }
        bits.write(0, 4)
        // Two neighbours that stand for themselves must differ in this.
        bits.writeExpGolomb(index % 2)
        bits.write(0, 2)
        bits.writeExpGolomb(0)
        // Edges stay as they are.
        bits.writeExpGolomb(1)
        for top in stride(from: 0, to: height, by: 16) {
            for left in stride(from: 0, to: width, by: 16) {
                bits.writeExpGolomb(25)
                bits.align()
                bits.append(macroblock(picture, left, top))
            }
        }
        bits.write(1, 1)
        bits.align()
        let unit = [0x65] + protected(bits.bytes)
        var sample: [UInt8] = []
        sample.appendBig(UInt32(unit.count))
        return sample + unit
    }

    private static func macroblock(_ picture: SamplePicture, _ left: Int, _ top: Int) -> [UInt8] {
        // Video keeps away from the ends of the range.
        func level(_ value: Double, _ range: Double) -> UInt8 { UInt8(16 + value * range / 255) }
        var block = (0..<256).map { level(picture.colour(left + $0 % 16, top + $0 / 16).luminance, 219) }
        let corners = (0..<64).map { picture.colour(left + $0 % 8 * 2, top + $0 / 8 * 2) }
        block += corners.map { level($0.blueDifference, 224) }
        block += corners.map { level($0.redDifference, 224) }
        return block
    }

    /// Two zeros and a small byte would look like the beginning of a unit.
    private static func protected(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var zeros = 0
        for byte in bytes {
            if zeros >= 2, byte <= 3 {
                result.append(3)
                zeros = 0
            }
            result.append(byte)
            zeros = byte == 0 ? zeros + 1 : 0
        }
        return result
    }

    // MARK: The file

    private static func box(_ name: String, _ content: [UInt8]) -> [UInt8] {
        var box: [UInt8] = []
        box.appendBig(UInt32(content.count + 8))
        return box + Array(name.utf8) + content
    }

    private static func words(_ values: UInt32...) -> [UInt8] { values.reduce(into: []) { $0.appendBig($1) } }

    private static let matrix = words(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000)

    private static func movie(_ samples: [[UInt8]], offset: UInt32) -> [UInt8] {
        let duration = UInt32(frames) * frameTime
        let header = box(
            "mvhd", words(0, 0, 0, timescale, duration, 0x10000, 0x0100_0000, 0, 0) + matrix + words(0, 0, 0, 0, 0, 0, 2))
        let trackHeader = box(
            "tkhd", words(3, 0, 0, 1, 0, duration, 0, 0, 0, 0) + matrix + words(UInt32(width) << 16, UInt32(height) << 16))
        let handler = box("hdlr", words(0, 0) + Array("vide".utf8) + words(0, 0, 0) + Array("Lab\0".utf8))
        let references = box("dinf", box("dref", words(0, 1) + box("url ", words(1))))
        let information = box("minf", box("vmhd", words(1, 0, 0)) + references + box("stbl", table(samples, offset)))
        // 0x55C4 is an undetermined language.
        let media = box("mdia", box("mdhd", words(0, 0, 0, timescale, duration, 0x55C4_0000)) + handler + information)
        return box("moov", header + box("trak", trackHeader + media))
    }

    private static func table(_ samples: [[UInt8]], _ offset: UInt32) -> [UInt8] {
        var configuration: [UInt8] = [1, 66, 0xC0, 10, 0xFF, 0xE1]
        configuration.appendBig(UInt16(sequenceParameters.count))
        configuration += sequenceParameters + [1]
        configuration.appendBig(UInt16(pictureParameters.count))
        configuration += pictureParameters
        var entry: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 1] + words(0, 0, 0, 0)
        entry.appendBig(UInt16(width))
        entry.appendBig(UInt16(height))
        entry += words(0x48_0000, 0x48_0000, 0, 0x1_0000) + Array(repeating: 0, count: 30) + [0, 0x18, 0xFF, 0xFF]
        let sizes = samples.reduce(into: [UInt8]()) { $0.appendBig(UInt32($1.count)) }
        return box("stsd", words(0, 1) + box("avc1", entry + box("avcC", configuration)))
            + box("stts", words(0, 1, UInt32(frames), frameTime)) + box("stsc", words(0, 1, 1, UInt32(frames), 1))
            + box("stsz", words(0, 0, UInt32(frames)) + sizes) + box("stco", words(0, 1, offset))
    }
}
