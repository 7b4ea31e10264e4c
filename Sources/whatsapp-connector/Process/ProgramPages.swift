import Foundation
import Glibc

/// The pages of the program file that the process has touched.
///
/// Starting touches ten times as many as serving: types and their conformances are looked up all over the program. The system would keep
/// them until it is short of memory.
enum ProgramPages {
    /// Lets go of the code that was used so far. What is used again is taken from the file, or rather from the system's memory of it.
    static func release() {
        for range in codeRanges(in: maps() ?? "") {
            madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, MADV_DONTNEED)
        }
    }

    /// What lies where in the memory of this process.
    static func maps() -> String? {
        // A file of `/proc` has no length, and what reads by length stops in the midst of a line.
        let handle = FileHandle(forReadingAtPath: "/proc/self/maps")
        return (try? handle?.readToEnd()).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Where code lies that is as it is in its file: pages that were never writable. (proc(5), `/proc/pid/maps`.)
    static func codeRanges(in maps: String) -> [Range<UInt>] {
        maps.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            guard fields.count == 6, fields[1] == "r-xp", fields[5].drop(while: { $0 == " " }).hasPrefix("/") else { return nil }
            let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard bounds.count == 2, bounds[0] < bounds[1] else { return nil }
            return bounds[0]..<bounds[1]
        }
    }
}
