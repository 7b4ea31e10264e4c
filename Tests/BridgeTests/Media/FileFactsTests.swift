import Bridge
import Testing

@Suite struct FileFactsTests {
    private typealias Sample = SampleFiles

    private func facts(_ head: [UInt8], tail: [UInt8]? = nil, name: String? = nil) -> FileFacts {
        FileFacts(head: head, tail: tail ?? head, size: Int64(head.count), name: name)
    }

    @Test("Pictures tell their width and height")
    func pixels() {
        let size = FileFacts.Pixels(width: 300, height: 200)
        #expect(facts(Sample.jpeg(width: 300, height: 200)).pixels == size)
        #expect(facts(Sample.png(width: 300, height: 200)).pixels == size)
        #expect(facts(Sample.gif(width: 300, height: 200)).pixels == size)
        #expect(facts(Sample.webpLossy(width: 300, height: 200)).pixels == size)
        #expect(facts(Sample.webpLossless(width: 300, height: 200)).pixels == size)
        #expect(facts(Sample.webpExtended(width: 300, height: 200)).pixels == size)
        #expect(facts(Sample.webpLossless(width: 16_384, height: 1)).pixels == FileFacts.Pixels(width: 16_384, height: 1))
        #expect(facts(Sample.png(width: 0, height: 200)).pixels == nil)
        #expect(facts(Array(Sample.png().prefix(20))).pixels == nil)
        #expect(facts(Sample.bmp()).pixels == nil)
    }

    @Test("Only an extended WebP with the flag moves")
    func animation() {
        #expect(facts(Sample.webpExtended(animated: true)).isAnimated)
        #expect(!facts(Sample.webpExtended(animated: false)).isAnimated)
        #expect(!facts(Sample.webpLossy()).isAnimated)
    }

    @Test("A JPEG's size is found behind large segments, but not behind the end of what is looked at")
    func jpegSegments() {
        let note: [UInt8] = [0xFF, 0xE1] + Sample.big(30_002, 2) + [UInt8](repeating: 0xFF, count: 30_000)
        #expect(facts(Sample.jpeg(width: 7, height: 9, before: note + [0xFF] + note)).pixels == FileFacts.Pixels(width: 7, height: 9))
        #expect(facts(Sample.jpeg(before: note + note + note)).pixels == nil)
        #expect(facts(Sample.jpeg(before: [0xFF, 0xE1, 0, 1])).pixels == nil)
        #expect(facts(Sample.jpeg(before: [0xFF, 0xD9])).pixels == nil)
        #expect(facts([0xFF, 0xD8] + [UInt8](repeating: 0xFF, count: 100_000)).pixels == nil)
    }

    @Test("A PNG tells its bits and colours")
    func png() {
        #expect(facts(Sample.png(bitDepth: 16, colorType: 2)).png == FileFacts.PNGFormat(bitDepth: 16, colorType: 2))
        #expect(facts(Sample.jpeg()).png == nil)
    }

    @Test("A voice note tells its channels and how long it plays, less what is skipped at its start")
    func opus() {
        let file = Sample.opus(samples: 156_000)
        #expect(facts(file).opus == FileFacts.Opus(channels: 1, duration: .milliseconds(3_250)))
        #expect(facts(file).opus?.isMono == true)
        #expect(facts(Sample.opus(channels: 2)).opus == FileFacts.Opus(channels: 2, duration: .seconds(3)))
        #expect(facts(file, tail: Array(file.suffix(1_000))).opus == FileFacts.Opus(channels: 1))
        #expect(facts(file, tail: []).opus == FileFacts.Opus(channels: 1))
    }

    @Test("The last page counts, even if the end holds more than is looked at, and pages of others do not")
    func lastPage() {
        let file = Sample.opus(samples: 48_000 * 60)
        #expect(facts(file).opus?.duration == .seconds(60))
        #expect(facts(file + Sample.oggPage([1], position: 48_000 * 99, serial: 8)).opus?.duration == .seconds(60))
        #expect(facts(file + Sample.oggPage([1], position: -1)).opus?.duration == .seconds(60))
        #expect(facts(file + Sample.bytes("OggS") + [0, 4]).opus?.duration == .seconds(60))
        #expect(facts(Sample.opus() + Sample.oggPage([1], position: .max)).opus == FileFacts.Opus(channels: 1))
        #expect(facts(Sample.opus() + Sample.oggPage([1], position: 3)).opus == FileFacts.Opus(channels: 1))
        #expect(facts(Sample.opus(channels: 0)).opus == nil)
    }

    @Test("What looks like a page within sound is passed over")
    func falsePage() {
        let sound = Sample.bytes("noiseOggS\0\0") + Sample.little(48_000 * 50, 8) + Sample.little(7, 4) + [UInt8](repeating: 9, count: 12) + [1, 200]
        let file = Sample.opus() + Sample.oggPage(sound, flags: 4, position: 48_000 * 4 + 312)
        #expect(facts(file, tail: Array(file.suffix(sound.count))).opus?.duration == nil)
        #expect(facts(file).opus?.duration == .seconds(4))
    }

    @Test("A film tells whether its index comes first, and its codecs")
    func movie() {
        let brands = Sample.brands("isom", "mp42")
        #expect(facts(brands + Sample.index("avc1", "mp4a")).movie == FileFacts.Movie(isIndexFirst: true, codecs: ["avc1", "mp4a"]))
        #expect(facts(brands + Sample.box("free", [1]) + Sample.box("mdat", [])).movie == FileFacts.Movie(isIndexFirst: false))
        #expect(facts(brands + Sample.big(1, 4) + Sample.bytes("uuid") + Sample.big(16, 8) + Sample.index("hvc1")).movie?.codecs == ["hvc1"])
        #expect(facts(brands).movie == FileFacts.Movie())
        #expect(facts(brands + Sample.big(1, 4) + Sample.bytes("uuid") + Sample.big(-1, 8)).movie == FileFacts.Movie())
        #expect(facts(brands + Sample.big(7, 4) + Sample.bytes("uuid")).movie == FileFacts.Movie())
        #expect(facts(Sample.jpeg()).movie == nil)
    }

    @Test("A general MP4 file that holds nothing but sound is sound, if its whole index says so")
    func soundOnly() {
        let file = Sample.brands("isom", "mp42") + Sample.index("mp4a", "mp4a")
        #expect(facts(file).type == .m4a)
        #expect(facts(Array(file.dropLast())).type == .mp4)
        #expect(facts(Sample.brands("isom") + Sample.index("mp4a", "avc1")).type == .mp4)
        #expect(facts(Sample.brands("isom") + Sample.index()).type == .mp4)
        #expect(facts(Sample.brands("3gp4") + Sample.index("mp4a")).type == .threeGP)
    }

    @Test(
        "The worst bytes take time in proportion",
        arguments: [
            Sample.opus() + Array(repeatElement(Sample.bytes("OggS"), count: 30_000).joined()),
            Sample.opus()
                + Array(
                    repeatElement(
                        Sample.bytes("OggS\0\0") + [UInt8](repeating: 0, count: 20) + [255] + [UInt8](repeating: 255, count: 255), count: 600
                    )
                    .joined()),
            Sample.brands("isom") + Array(repeatElement(Sample.big(8, 4) + Sample.bytes("free"), count: 20_000).joined()),
            Sample.brands("isom") + Sample.box("moov", Array(repeatElement(Sample.bytes("stsd"), count: 20_000).joined())),
            Array(repeatElement(Sample.zipEntry("a", [], sizeFollows: true), count: 3_000).joined()),
        ])
    private func bomb(file: [UInt8]) {
        let clock = ContinuousClock()
        let spent = clock.measure { for _ in 0..<5 { _ = facts(file) } }
        #expect(spent < .seconds(5), "\(spent)")
    }
}
