import Foundation
import GRDB
import Testing

@testable import AppService

@Suite struct StoreMigrationTests {
    private func schema(_ database: InstanceDatabase) throws -> String {
        try database.pool.read { db in
            try String.fetchAll(
                db,
                sql: "SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND sql IS NOT NULL ORDER BY tbl_name, type DESC, name"
            )
        }.joined(separator: "\n")
    }

    @Test func `A fresh database has the schema as it was released`() throws {
        let instance = try TemporaryInstance()
        let database = try InstanceDatabase(at: instance.location)
        #expect(try schema(database) == goldenSchema)
        let identifiers = try database.pool.read { try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations ORDER BY rowid") }
        #expect(identifiers == ["1 ledger", "2 settings", "3 media", "4 administration", "5 moves", "6 onboarding", "7 replay", "8 posting"])
    }

    @Test func `Opening again changes nothing`() throws {
        let instance = try TemporaryInstance()
        let first = try InstanceDatabase(at: instance.location)
        try first.pool.write { try $0.execute(sql: "INSERT INTO hints VALUES ('d')") }
        try first.close()
        let second = try InstanceDatabase(at: instance.location)
        #expect(try schema(second) == goldenSchema)
        #expect(try second.pool.read { try String.fetchAll($0, sql: "SELECT discussion FROM hints") } == ["d"])
    }

    @Test func `A database of each older version is brought up to date with what it holds`() throws {
        let instance = try TemporaryInstance()
        try instance.put(Data())
        let old = try DatabaseQueue(path: instance.location.path)
        try StoreMigrations.migrator.migrate(old, upTo: "1 ledger")
        try old.write { try $0.execute(sql: "INSERT INTO hints VALUES ('d')") }
        try old.close()
        let database = try InstanceDatabase(at: instance.location)
        #expect(try schema(database) == goldenSchema)
        #expect(try database.pool.read { try String.fetchAll($0, sql: "SELECT discussion FROM hints") } == ["d"])
    }

    @Test func `A crash between creating the file and its tables is repaired at the next start`() throws {
        let instance = try TemporaryInstance()
        try instance.put(Data())
        #expect(try schema(InstanceDatabase(at: instance.location)) == goldenSchema)
    }
}
