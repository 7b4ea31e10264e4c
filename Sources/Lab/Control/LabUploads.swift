import Synchronization

/// Files that the demo page has sent to the lab, and that nobody in it has used yet.
final class LabUploads: Sendable {
    struct Upload: Sendable, Equatable {
        var name: String
        /// The media type as the page gave it; empty if it knew none.
        var mime: String
        var file: LabFile
    }

    private struct State {
        var uploads: [String: Upload] = [:]
        var order: [String] = []
    }

    /// The most bytes of one file.
    static let maximumSize: Int64 = 100 << 20
    /// How many files wait; older ones are forgotten.
    private static let capacity = 200
    private let state = Mutex(State())

    /// Keeps a file, and returns the key to use it with.
    func add(_ upload: Upload) -> String {
        var random = SystemRandomNumberGenerator()
        let key = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }.hex
        state.withLock { state in
            state.uploads[key] = upload
            state.order.append(key)
            if state.order.count > Self.capacity { state.uploads[state.order.removeFirst()] = nil }
        }
        return key
    }

    /// The file of a key.
    ///
    /// - Throws: `LabError` for a key that there is not.
    func upload(_ key: String) throws -> Upload {
        guard let upload = state.withLock({ $0.uploads[key] }) else { throw LabError("There is no such file.") }
        return upload
    }
}
