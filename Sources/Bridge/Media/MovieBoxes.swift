/// The order of an MP4 file's boxes and the codecs that its index names.
enum MovieBoxes {
    static func facts(_ bytes: FileBytes) -> FileFacts.Movie {
        var place = 0
        // Before index and pictures there are two or three boxes in practice.
        for _ in 0..<64 {
            guard let short = bytes.bigEndian(4, at: place) else { break }
            let name = bytes.text(4, at: place + 4)
            if name == "moov" { return FileFacts.Movie(isIndexFirst: true, codecs: codecs(bytes, from: place)) }
            if name == "mdat" { return FileFacts.Movie(isIndexFirst: false) }
            // A length of 1 means that the true one follows in eight bytes; more than fits the piece is not gone after.
            let length = short == 1 ? (bytes.bigEndian(4, at: place + 8) == 0 ? bytes.bigEndian(4, at: place + 12) : nil) : short
            guard let length, length >= 8 else { break }
            place += length
        }
        return FileFacts.Movie()
    }

    /// Tells whether the index is there as a whole and names sound only.
    static func isSoundOnly(_ bytes: FileBytes, _ movie: FileFacts.Movie) -> Bool {
        guard movie.isIndexFirst == true, !movie.codecs.isEmpty, movie.codecs.allSatisfy({ $0 == "mp4a" }) else { return false }
        // A track of pictures may stand behind the end of what is at hand.
        guard let name = bytes.firstIndex(of: Array("moov".utf8)), let length = bytes.bigEndian(4, at: name - 4) else { return false }
        return length >= 8 && name - 4 + length <= bytes.count
    }

    /// Each track has one description of its samples (`stsd`), whose first entry names the codec.
    private static func codecs(_ bytes: FileBytes, from start: Int) -> [String] {
        var result: [String] = []
        var place = start
        while result.count < 16, let next = bytes.firstIndex(of: Array("stsd".utf8), from: place) {
            place = next + 4
            // Version and flags, number of entries, length of the first, its name.
            let codec = bytes.text(4, at: next + 16)
            if bytes.bigEndian(4, at: next + 4) == 0, codec.unicodeScalars.count == 4 { result.append(codec) }
        }
        return result
    }
}
