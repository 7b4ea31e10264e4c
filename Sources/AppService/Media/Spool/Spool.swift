/// The folder in which an instance keeps files on their way between Meta and Connect, bounded in bytes.
///
/// Each file has a name that its owner chose, and room that was reserved for it under that name. Room is given back by ``remove(_:)`` only.
public final class Spool: Sendable {
    /// What all files together may take, unless told otherwise: 1 GiB.
    public static let defaultLimit: Int64 = 1 << 30

    /// The folder.
    public let directory: String
    private let queue: SpoolQueue
    private let thread = DiskThread()
    private let folder: SpoolFolder

    /// - Parameters:
    ///   - directory: the folder; it is made when it is needed, for its owner alone
    ///   - limit: what all files together may take, in bytes
    public init(directory: String, limit: Int64 = defaultLimit) {
        self.directory = directory
        folder = SpoolFolder(path: directory)
        queue = SpoolQueue(limit: limit)
    }

    /// How many bytes are reserved.
    public var reserved: Int64 { queue.used }

    /// Reserves room for a file, in place of what was reserved under that name before; waits its turn while there is none.
    ///
    /// Whoever holds room already does not wait for more, or two could wait for each other for ever.
    ///
    /// - Parameters:
    ///   - bytes: how long the file may become
    ///   - name: the file's name
    /// - Throws: ``SpoolError/full`` if so much can never be had, or not at once by a file that holds room; `CancellationError`
    public func reserve(_ bytes: Int64, for name: String) async throws {
        guard Self.isName(name) else { throw SpoolError.badName }
        try await queue.reserve(bytes, for: name)
    }

    /// Reserves room for a file, in place of what was reserved under that name before, if there is room at once.
    ///
    /// - Parameters:
    ///   - bytes: how long the file may become
    ///   - name: the file's name
    /// - Throws: ``SpoolError/full`` otherwise
    public func reserveNow(_ bytes: Int64, for name: String) throws(SpoolError) {
        guard Self.isName(name) else { throw .badName }
        try queue.reserveNow(bytes, for: name)
    }

    /// Opens a file, which is made if it is not there, and reads what it holds, so that it can be continued.
    ///
    /// - Parameter name: its name, under which room should be reserved
    /// - Throws: ``SpoolError``, `CancellationError`
    public func open(_ name: String) async throws -> SpoolFile {
        guard Self.isName(name) else { throw SpoolError.badName }
        try await thread.run { [folder] () throws(SpoolError) in try folder.make() }
        return try await SpoolFile(path: "\(directory)/\(name)") { [queue] in queue.claim(of: name) ?? 0 }
    }

    /// Opens a file as ``open(_:)`` does, and closes it after use.
    ///
    /// - Parameters:
    ///   - name: the file's name
    ///   - body: uses the file
    /// - Throws: ``SpoolError``, `CancellationError`, and what `body` throws
    public func withFile<Value: Sendable>(_ name: String, _ body: @Sendable (SpoolFile) async throws -> Value) async throws -> Value {
        let file = try await open(name)
        do {
            let value = try await body(file)
            await file.close()
            return value
        } catch {
            await file.close()
            throw error
        }
    }

    /// Removes a file, if it is there, and gives its room back. Whoever has it open can go on reading.
    ///
    /// - Parameter name: the file's name
    /// - Throws: ``SpoolError``; then the room stays reserved
    public func remove(_ name: String) async throws(SpoolError) {
        guard Self.isName(name) else { throw .badName }
        try await thread.run { [folder] () throws(SpoolError) in _ = try folder.remove(name) }
        queue.release(name)
    }

    /// Removes everything that nobody claims, and reserves room again for what is kept. Meant for the start.
    ///
    /// - Parameter names: the files to keep, and how many bytes each may become; what is longer keeps what it has
    /// - Returns: how many files were removed; what cannot be removed, such as a folder, is left
    /// - Throws: ``SpoolError``
    @discardableResult
    public func removeUnclaimed(keeping names: [String: Int64]) async throws(SpoolError) -> Int {
        for (name, bytes) in names where Self.isName(name) { queue.take(bytes, for: name) }
        return try await thread.run { [folder, queue] () throws(SpoolError) in
            try folder.make()
            var removed = 0
            for (name, size) in try folder.contents() {
                if queue.claim(of: name) != nil {
                    queue.take(size, for: name)
                } else if let wasThere = try? folder.remove(name), wasThere {
                    removed += 1
                }
            }
            return removed
        }
    }

    /// How long each file is that there is.
    ///
    /// - Throws: ``SpoolError``
    public func sizes() async throws(SpoolError) -> [String: Int64] {
        try await thread.run { [folder] () throws(SpoolError) in
            try folder.make()
            return Dictionary(try folder.contents().map { ($0.name, $0.size) }) { _, newer in newer }
        }
    }

    /// 1 to 100 letters, digits, hyphens, underscores and dots, and none of the dots in front.
    private static func isName(_ name: String) -> Bool {
        (1...100).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
                default: false
                }
            }
    }
}

extension StoreLocation {
    /// The folder for files on their way: `<data directory>/<domain>/<instance>.spool`.
    public var spoolDirectory: String { "\(directory)/\(instance.name).spool" }
}
