package import GRDB

/// Why the database of an instance cannot be used, as one sentence that says what to do. Free of content and secrets.
public struct StoreError: Error, Equatable, CustomStringConvertible {
    /// What kind of trouble it is.
    public struct Code: Equatable, Sendable {
        private enum Value {
            case cannotOpen, notADatabase, otherInstance, newerVersion, olderVersion, inUse, notDurable, missing, full, disk, failed
            case noRow, damagedRow, overloaded, closed
        }

        private let value: Value

        private init(_ value: Value) { self.value = value }

        /// The file or its folder cannot be created, opened or written.
        public static let cannotOpen = Code(.cannotOpen)
        /// The file is not a database, is damaged, or is a database of another program.
        public static let notADatabase = Code(.notADatabase)
        /// The database belongs to another instance.
        public static let otherInstance = Code(.otherInstance)
        /// The database was written by a newer version of this program.
        public static let newerVersion = Code(.newerVersion)
        /// The database was written by an older version and has not been brought up to date.
        public static let olderVersion = Code(.olderVersion)
        /// Another process serves the instance.
        public static let inUse = Code(.inUse)
        /// The database does not flush commits to the disk.
        public static let notDurable = Code(.notDurable)
        /// There is no database yet.
        public static let missing = Code(.missing)
        /// The disk is full.
        public static let full = Code(.full)
        /// The disk or the memory fails.
        public static let disk = Code(.disk)
        /// Anything else that SQLite reports.
        public static let failed = Code(.failed)
        /// A row that was to be changed is not there.
        public static let noRow = Code(.noRow)
        /// A row cannot be read.
        public static let damagedRow = Code(.damagedRow)
        /// Too many webhooks wait for the disk.
        public static let overloaded = Code(.overloaded)
        /// The store was closed.
        public static let closed = Code(.closed)
    }

    /// What kind of trouble it is.
    public let code: Code
    /// The sentence.
    public let description: String

    /// Creates an error.
    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// Whether nothing can be done at present, whatever is to be done: the trouble is not about what was to be written.
    package var concernsWholeStore: Bool {
        [.cannotOpen, .inUse, .notDurable, .full, .disk, .overloaded, .closed].contains(code)
    }

    /// The same of any error.
    package static func concernsWholeStore(_ error: any Error) -> Bool { (error as? StoreError)?.concernsWholeStore ?? false }

    /// Says in a sentence what SQLite reports about the file at `path`.
    package init(_ error: DatabaseError, path: String) {
        let words = error.message ?? "code \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            self.init(.notADatabase, "\(path) is not a database or is damaged (\(words)); restore it from a backup.")
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
            self.init(.cannotOpen, "The database \(path) cannot be opened for writing (\(words)); check owner and mode of the file and its folder.")
        case .SQLITE_FULL:
            self.init(.full, "The database \(path) cannot grow because the disk is full; make room on it.")
        case .SQLITE_IOERR, .SQLITE_NOMEM, .SQLITE_NOLFS, .SQLITE_PROTOCOL, .SQLITE_INTERRUPT:
            self.init(.disk, "The database \(path) cannot be read or written (\(words)); check the disk and the machine's log.")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.inUse, "The database \(path) is locked by another process (\(words)); end that process.")
        default:
            self.init(.failed, "The database \(path) reports: \(words).")
        }
    }

    /// Runs `body`, and turns what SQLite reports into a sentence about the file at `path`.
    package static func translating<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        }
    }
}
