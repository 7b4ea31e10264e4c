/// A file of the simulated world. It lies on disk: however large it is, little of it is in memory.
public struct LabFile: Sendable, Equatable {
    /// Where it lies.
    var path: String
    /// Its length in bytes.
    public var size: Int64
    /// The digest of its bytes.
    public var sha256: [UInt8]

    /// The digest in lower-case hexadecimal.
    public var digest: String { sha256.hex }
}

/// Where the bytes of a simulated file come from.
public enum LabFileSource: Sendable, Equatable {
    /// These bytes.
    case bytes([UInt8])
    /// So many bytes that are the same for the same seed, after these.
    case generated(head: [UInt8] = [], size: Int64, seed: UInt64)
    /// A file that is there already.
    case made(LabFile)
}

/// Which part of a file is to be served (RFC 9110 section 14.1.2); only `bytes=N-` and `bytes=N-M` are known.
struct LabFileRange: Equatable {
    var lower: Int64
    /// The last byte; nil for the file's.
    var upper: Int64?

    /// Nil for any other range.
    init?(_ header: String) {
        let unit = "bytes="
        guard header.hasPrefix(unit) else { return nil }
        let parts = header.dropFirst(unit.count).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let lower = Int64(parts[0]), lower >= 0 else { return nil }
        self.lower = lower
        if parts[1].isEmpty { return }
        guard let upper = Int64(parts[1]), upper >= lower else { return nil }
        self.upper = upper
    }

    /// The bytes of a file of this size; nil if there are none.
    func bytes(of size: Int64) -> Range<Int64>? {
        lower < size ? lower..<min((upper ?? size - 1) + 1, size) : nil
    }
}
