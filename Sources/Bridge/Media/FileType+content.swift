extension FileType {
    /// How many bytes from a file's beginning tell its type.
    public static let headLength = 4_096

    /// The type of a file by its content.
    ///
    /// - Parameters:
    ///   - head: the file's beginning: the whole file if it is short, else `headLength` bytes or more, of which no more than so many are looked at.
    ///   - name: the file's name. It decides only where content does not: between Office documents that show nothing of their kind in the beginning,
    ///     between sound and film in a general MP4 file, and whether bytes in an old encoding are text.
    public init(head: some Collection<UInt8>, name: String? = nil) {
        let bytes = FileBytes(Array(head.prefix(Self.headLength)))
        let given = name.flatMap(Self.fileExtension(of:))
        self =
            Self.image(bytes) ?? ISOMediaBrand.type(bytes, given: given) ?? Self.film(bytes) ?? Self.sound(bytes)
            ?? Self.document(bytes, given: given) ?? TextSniffer.type(bytes, given: given) ?? .unknown
    }

    private static func image(_ bytes: FileBytes) -> FileType? {
        if bytes.has([0xFF, 0xD8, 0xFF]) { return .jpeg }
        if bytes.has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if bytes.has("GIF87a") || bytes.has("GIF89a") { return .gif }
        if bytes.has("RIFF"), bytes.has("WEBP", at: 8) { return .webp }
        if bytes.has([0x49, 0x49, 0x2A, 0x00]) || bytes.has([0x4D, 0x4D, 0x00, 0x2A]) { return .tiff }
        if bytes.has("BM"), let length = bytes.littleEndian(4, at: 14), [12, 40, 52, 56, 64, 108, 124].contains(length) { return .bmp }
        return nil
    }

    private static func film(_ bytes: FileBytes) -> FileType? {
        guard bytes.has([0x1A, 0x45, 0xDF, 0xA3]) else { return nil }
        // The document's type is a short text in the first element.
        guard let place = bytes.firstIndex(of: [0x42, 0x82], from: 4, before: 80), let length = bytes[place + 2] else { return .unknown }
        switch bytes.text(Int(length & 0x7F), at: place + 3) {
        case "webm": return .webm
        case "matroska": return .matroska
        default: return .unknown
        }
    }

    private static func sound(_ bytes: FileBytes) -> FileType? {
        if let page = OggPage(bytes, at: 0) { return ogg(bytes, page) }
        if bytes.has("#!AMR\n") { return .amr }
        if bytes.has("#!AMR-WB\n") { return .amrWideband }
        if bytes.has("RIFF"), bytes.has("WAVE", at: 8) { return .wav }
        if bytes.has("fLaC") { return .flac }
        return MPEGAudio.type(bytes)
    }

    private static func ogg(_ bytes: FileBytes, _ page: OggPage) -> FileType {
        // A second stream that begins before the first goes on: film, or several sounds at once.
        if let next = OggPage(bytes, at: page.end), next.begins { return .ogg }
        if bytes.has("OpusHead", at: page.body) { return .oggOpus }
        if bytes.has([0x01] + Array("vorbis".utf8), at: page.body) { return .oggVorbis }
        return .ogg
    }

    private static func document(_ bytes: FileBytes, given: String?) -> FileType? {
        if bytes.has("PK\u{3}\u{4}") { return ZipContent.type(bytes, given: given) }
        if bytes.has("PK\u{5}\u{6}") { return .zip }
        if bytes.has(OLEContent.signature) { return OLEContent.type(bytes, given: given) }
        if bytes.has("{\\rtf") { return .rtf }
        let start = TextSniffer.start(of: bytes)
        if bytes.has("%PDF-", at: start) { return .pdf }
        // Readers of PDF take a file with something in front of it, and such files exist.
        if given == "pdf", bytes.firstIndex(of: Array("%PDF-".utf8), before: 1_024) != nil { return .pdf }
        return nil
    }
}
