/// Opus in Ogg: channels from the first page, length from the last one.
enum OpusFile {
    /// Opus counts in samples of this rate, whatever was recorded.
    private static let sampleRate: Int64 = 48_000
    /// Longer than this no voice message is; such a count is a mistake or a lie.
    private static let longest: Int64 = 1_000 * 3_600

    static func facts(_ head: FileBytes, tail: FileBytes) -> FileFacts.Opus? {
        guard let page = OggPage(head, at: 0), let channels = head[page.body + 9], channels > 0,
            let skipped = head.littleEndian(2, at: page.body + 10)
        else { return nil }
        var facts = FileFacts.Opus(channels: Int(channels))
        if let end = lastPosition(tail, ofStream: page.serial) {
            let (samples, overflow) = end.subtractingReportingOverflow(Int64(skipped))
            if !overflow, samples >= 0, samples / sampleRate <= longest {
                facts.duration = .seconds(samples / sampleRate) + .nanoseconds(samples % sampleRate * 1_000_000_000 / sampleRate)
            }
        }
        return facts
    }

    /// The position of the last page of the stream that lies in the piece as a whole.
    private static func lastPosition(_ tail: FileBytes, ofStream serial: Int) -> Int64? {
        var position: Int64?
        var place = 0
        while let next = tail.firstIndex(of: Array("OggS".utf8), from: place) {
            // Sound may look like a page's head by chance; then the search goes on right behind it.
            guard let page = OggPage(tail, at: next), page.serial == serial, page.end <= tail.count,
                page.end == tail.count || tail.has("OggS", at: page.end)
            else {
                place = next + 1
                continue
            }
            position = page.position ?? position
            place = page.end
        }
        return position
    }
}
