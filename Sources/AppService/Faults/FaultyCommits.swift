#if FAULT_POINTS
    import GRDB

    /// Fault points before and after each commit, one for each table that it changes. Owned by the database's writing queue.
    final class FaultyCommits: TransactionObserver {
        private var tables: Set<String> = []

        func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }

        func databaseDidChange(with event: DatabaseEvent) { tables.insert(event.tableName) }

        func databaseWillCommit() {
            for table in tables.sorted() { FaultPoints.reach("store.\(table).commit") }
        }

        /// The commit has been flushed, and nobody was told yet.
        func databaseDidCommit(_ db: Database) {
            for table in tables.sorted() { FaultPoints.reach("store.\(table).committed") }
            tables = []
        }

        func databaseDidRollback(_ db: Database) { tables = [] }
    }
#endif
