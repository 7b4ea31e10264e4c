import Bridge
import GRDB
import Glibc
import Protocol

/// What the bridge may ask and change within one transaction; its topics are in the extensions beside this file.
final class SQLiteTransaction: StoreTransaction {
    let path: String
    private let db: Database

    init(_ db: Database, path: String) {
        self.db = db
        self.path = path
    }

    /// Runs a statement that returns no rows. Statements are kept for the next time.
    /// - Returns: how many rows were changed.
    @discardableResult
    func run(_ sql: String, _ values: [(any DatabaseValueConvertible)?]) throws -> Int {
        try db.cachedStatement(sql: sql).execute(arguments: Self.arguments(values))
        return db.changesCount
    }

    /// The number of the row that the last `run` inserted.
    var insertedRow: Int64 { db.lastInsertedRowID }

    /// The rows that a query finds, read one by one.
    func rows<Record>(
        _ sql: String,
        _ values: [(any DatabaseValueConvertible)?],
        _ read: (Row) throws -> Record
    ) throws -> [Record] {
        let cursor = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: Self.arguments(values))
        var records: [Record] = []
        while let row = try cursor.next() { records.append(try read(row)) }
        return records
    }

    /// The only row that a query finds.
    func row<Record>(_ sql: String, _ values: [(any DatabaseValueConvertible)?], _ read: (Row) throws -> Record) throws -> Record? {
        try rows(sql, values, read).first
    }

    /// Runs a statement that must change exactly the row with this number.
    func change(_ id: Int64, of table: String, _ sql: String, _ values: [(any DatabaseValueConvertible)?]) throws {
        guard try run(sql, values) == 1 else {
            throw StoreError(.noRow, "The database \(path) has no row \(id) in \(table).")
        }
    }

    func damaged(_ id: Int64, of table: String) -> StoreError {
        StoreError(.damagedRow, "Row \(id) of \(table) in \(path) cannot be read; restore the database from a backup.")
    }

    private static func arguments(_ values: [(any DatabaseValueConvertible)?]) -> StatementArguments {
        // Nearly always all of them are bound as they are: then nothing is made anew.
        guard values.contains(where: { ($0 as? String)?.holdsNUL ?? false }) else { return StatementArguments(values) }
        return StatementArguments(values.map { value in (value as? String).map(storable) ?? value })
    }

    /// A text ends at its first NUL when it is bound; such a text must not be taken for its own beginning.
    private static func storable(_ text: String) -> any DatabaseValueConvertible {
        text.holdsNUL ? String(text.unicodeScalars.map { $0 == "\0" ? "\u{2400}" : Character($0) }) : text
    }

    /// The value as JSON text.
    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONWriter.write(value), as: UTF8.self)
    }

    /// Reads a JSON text of a row.
    func decode<Value: Decodable>(_ type: Value.Type, _ text: String, row id: Int64, of table: String) throws -> Value {
        do {
            return try JSONReader.read(type, from: Array(text.utf8))
        } catch {
            throw damaged(id, of: table)
        }
    }
}

extension String {
    fileprivate var holdsNUL: Bool {
        // Nearly every text is stored as it is looked at here, and then this is a search for one byte.
        utf8.withContiguousStorageIfAvailable { bytes in bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false } ?? utf8.contains(0)
    }
}

extension Row {
    /// The moment in a column.
    func moment(_ index: Int) throws -> Moment {
        Moment(milliseconds: try decode(Int64.self, atIndex: index))
    }

    /// The text in a column.
    func text(_ index: Int) throws -> String {
        try decode(String.self, atIndex: index)
    }

    /// The text in a column that may be empty.
    func optionalText(_ index: Int) throws -> String? {
        try decode(String?.self, atIndex: index)
    }

    /// The row number in a column.
    func id<Record>(_ index: Int, of type: Record.Type = Record.self) throws -> RowID<Record> {
        RowID(rawValue: try decode(Int64.self, atIndex: index))
    }
}
