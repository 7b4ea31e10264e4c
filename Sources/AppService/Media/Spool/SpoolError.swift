#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why the spool did not do something.
public enum SpoolError: Error, Hashable, Sendable {
    /// The spool has no room for so many bytes: never, or not now.
    case full
    /// More bytes came than were reserved for the file.
    case reservationExceeded
    /// The disk is full, or the user's share of it.
    case noSpace
    /// The file is shorter than what was written to it: somebody else changed it.
    case changed
    /// The file was closed.
    case closed
    /// The name is none for a file of the spool, or something else than a file has it.
    case badName
    /// Anything else, in the system's words.
    case failed(String)

    /// What an error number of the system means.
    ///
    /// - Parameters:
    ///   - code: the error number
    ///   - call: what was tried, in a word
    init(code: CInt, in call: String) {
        self =
            switch code {
            case ENOSPC, EDQUOT: .noSpace
            default: .failed("\(call): \(systemText(code))")
            }
    }
}
