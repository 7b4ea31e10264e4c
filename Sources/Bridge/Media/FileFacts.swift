/// What is known of a whole file from its beginning, its end and its size, without reading the rest.
public struct FileFacts: Sendable, Hashable {
    /// How many bytes of a file's beginning are looked at, at most.
    public static let headLength = 65_536
    /// How many bytes of a file's end are looked at, at most.
    public static let tailLength = 65_536

    /// The width and height of a picture, in pixels.
    public struct Pixels: Sendable, Hashable {
        /// From left to right, as stored; a camera's note that the picture is turned does not count.
        public var width: Int
        /// From top to bottom.
        public var height: Int

        /// A size in pixels.
        public init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }
    }

    /// How a PNG keeps its colours.
    public struct PNGFormat: Sendable, Hashable {
        /// Bits for each part of a colour, or of a palette's index: 1, 2, 4, 8 or 16.
        public var bitDepth: Int
        /// 0 grey, 2 red, green and blue, 3 palette, 4 grey with transparency, 6 colours with transparency.
        public var colorType: Int

        /// A PNG's colours.
        public init(bitDepth: Int, colorType: Int) {
            self.bitDepth = bitDepth
            self.colorType = colorType
        }
    }

    /// Sound in Opus.
    public struct Opus: Sendable, Hashable {
        /// How many channels there are, 1 to 255.
        public var channels: Int
        /// How long it plays; nil if the file's end does not tell.
        public var duration: Duration?
        /// Whether there is one channel only.
        public var isMono: Bool { channels == 1 }

        /// Sound in Opus.
        public init(channels: Int, duration: Duration? = nil) {
            self.channels = channels
            self.duration = duration
        }
    }

    /// The parts of an MP4 or 3GP file that decide whether a telephone can play it.
    public struct Movie: Sendable, Hashable {
        /// Whether the index stands before the pictures (`moov` before `mdat`); nil if the beginning does not tell.
        public var isIndexFirst: Bool?
        /// The codecs as the index names them (`avc1`, `hvc1`, `mp4a`), in the order of the file; empty if the index is not in the beginning.
        public var codecs: [String]

        /// The parts of an MP4 or 3GP file.
        public init(isIndexFirst: Bool? = nil, codecs: [String] = []) {
            self.isIndexFirst = isIndexFirst
            self.codecs = codecs
        }
    }

    /// What the file is.
    public var type: FileType
    /// How many bytes it has.
    public var size: Int64
    /// Width and height of a JPEG, PNG, GIF or WebP; nil if its head does not tell.
    public var pixels: Pixels?
    /// Whether a WebP moves; false for all other types.
    public var isAnimated = false
    /// The colours of a PNG.
    public var png: PNGFormat?
    /// The sound of an Ogg file with Opus.
    public var opus: Opus?
    /// The parts of an MP4 or 3GP file.
    public var movie: Movie?

    /// A file of which no more is known.
    public init(type: FileType, size: Int64) {
        self.type = type
        self.size = size
    }

    /// Reads the facts. Whatever the bytes are, it ends, in time in proportion to them.
    ///
    /// - Parameters:
    ///   - head: the beginning, as much of it as there is at hand; no more than `headLength` bytes count.
    ///   - tail: the end; no more than `tailLength` bytes count. For a file that is no longer than that it may be the whole file.
    ///   - size: the number of bytes of the whole file.
    ///   - name: the file's name, for `FileType`.
    public init(head: some Collection<UInt8>, tail: some Collection<UInt8>, size: Int64, name: String? = nil) {
        let head = FileBytes(Array(head.prefix(Self.headLength)))
        self.init(type: FileType(head: head.bytes, name: name), size: size)
        switch type {
        case .jpeg: pixels = PictureHead.jpeg(head)
        case .gif: pixels = PictureHead.gif(head)
        case .png:
            pixels = PictureHead.png(head)
            png = PictureHead.pngFormat(head)
        case .webp:
            pixels = PictureHead.webp(head)
            isAnimated = PictureHead.isAnimatedWebP(head)
        case .oggOpus: opus = OpusFile.facts(head, tail: FileBytes(Array(tail.suffix(Self.tailLength))))
        case .mp4, .threeGP, .threeGP2:
            let movie = MovieBoxes.facts(head)
            self.movie = movie
            // Recorders of telephones write sound into general MP4 files.
            if type == .mp4, MovieBoxes.isSoundOnly(head, movie) { type = .m4a }
        default: break
        }
    }
}
