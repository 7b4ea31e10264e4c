import GRDB

/// What messages other than texts need: files on their way, posts that change, and messages whose place in the queue is that of their post.
enum MediaMigration {
    static let identifier = "3 media"

    static func migrate(_ db: Database) throws {
        try db.execute(sql: sql)
    }

    private static let sql = """
        ALTER TABLE discussions ADD COLUMN newest_message TEXT;

        -- Texts stand in the column they always had; everything else is JSON.
        ALTER TABLE outgoing_messages ADD COLUMN type TEXT NOT NULL DEFAULT 'text';
        ALTER TABLE outgoing_messages ADD COLUMN content TEXT;
        -- The first row of the same post: messages that are found out later still stand where their post stands.
        ALTER TABLE outgoing_messages ADD COLUMN slot INTEGER NOT NULL DEFAULT 0;
        UPDATE outgoing_messages SET slot = coalesce((SELECT min(id) FROM outgoing_messages AS o WHERE o.post = outgoing_messages.post), id);
        DROP INDEX outgoing_messages_conversation;
        CREATE INDEX outgoing_messages_conversation ON outgoing_messages (conversation, slot, part, id) WHERE is_holding = 1;
        DROP INDEX outgoing_messages_post;
        CREATE INDEX outgoing_messages_post ON outgoing_messages (post, part, id);

        ALTER TABLE post_tasks ADD COLUMN files_of INTEGER;
        ALTER TABLE post_tasks ADD COLUMN made TEXT;

        CREATE TABLE reactions (
          conversation INTEGER NOT NULL REFERENCES conversations (id),
          wamid TEXT NOT NULL,
          task INTEGER NOT NULL REFERENCES post_tasks (id),
          PRIMARY KEY (conversation, wamid)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE inbound_files (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          event INTEGER NOT NULL REFERENCES inbound_events (id),
          conversation INTEGER NOT NULL REFERENCES conversations (id),
          number TEXT NOT NULL,
          file TEXT NOT NULL,
          state TEXT NOT NULL,
          details TEXT,
          attempts INTEGER NOT NULL,
          not_before INTEGER NOT NULL,
          recorded_at INTEGER NOT NULL,
          placeholder INTEGER REFERENCES post_tasks (id),
          is_open INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX inbound_files_event ON inbound_files (event, id);
        CREATE INDEX inbound_files_unfinished ON inbound_files (id) WHERE state IN ('waiting', 'ready');
        CREATE INDEX inbound_files_open ON inbound_files (id) WHERE is_open = 1;

        CREATE TABLE uploads (
          sha256 BLOB NOT NULL,
          mime_type TEXT NOT NULL,
          number TEXT NOT NULL,
          media_id TEXT NOT NULL,
          uploaded_at INTEGER NOT NULL,
          PRIMARY KEY (sha256, mime_type, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE transfers (
          direction TEXT NOT NULL,
          subject INTEGER NOT NULL,
          done INTEGER NOT NULL,
          total INTEGER,
          PRIMARY KEY (direction, subject)
        ) STRICT, WITHOUT ROWID;
        """
}
