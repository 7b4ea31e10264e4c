/// The schema that the migrations make, as it was released. A migration that changes it adds to this text; none changes what was here
/// before its release.
let goldenSchema = """
    CREATE TABLE account_stops (
      account TEXT PRIMARY KEY NOT NULL,
      since INTEGER NOT NULL,
      probe_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    CREATE TABLE accounts (
      waba TEXT PRIMARY KEY NOT NULL,
      sealed_token TEXT
    , token_stored_at INTEGER, name TEXT, sealed_proof TEXT) STRICT, WITHOUT ROWID
    CREATE TABLE aliases (
      kind TEXT NOT NULL,
      value TEXT NOT NULL,
      customer INTEGER NOT NULL REFERENCES customers (id),
      PRIMARY KEY (kind, value)
    ) STRICT, WITHOUT ROWID
    CREATE INDEX aliases_customer ON aliases (customer)
    CREATE TABLE bindings (
      id TEXT PRIMARY KEY NOT NULL,
      account TEXT NOT NULL,
      mode TEXT NOT NULL,
      state TEXT NOT NULL,
      since INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    CREATE TABLE conversations (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      number TEXT NOT NULL,
      customer INTEGER NOT NULL REFERENCES customers (id),
      address TEXT NOT NULL,
      open_discussion INTEGER REFERENCES discussions (id)
    ) STRICT
    CREATE UNIQUE INDEX conversations_parties ON conversations (customer, number)
    CREATE TABLE customers (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT
    ) STRICT
    CREATE TABLE direct_paths (
      number TEXT PRIMARY KEY NOT NULL,
      sealed_path TEXT NOT NULL,
      sealed_verify_token TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    CREATE TABLE discussions (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      conversation INTEGER NOT NULL REFERENCES conversations (id),
      key TEXT NOT NULL,
      zone TEXT NOT NULL,
      root TEXT,
      newest_message_at INTEGER NOT NULL,
      closes_at INTEGER NOT NULL,
      closed_at INTEGER
    , newest_message TEXT) STRICT
    CREATE INDEX discussions_newest ON discussions (newest_message_at, zone)
    CREATE INDEX discussions_open ON discussions (closes_at, id) WHERE closed_at IS NULL
    CREATE UNIQUE INDEX discussions_root ON discussions (root) WHERE root IS NOT NULL
    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)
    CREATE TABLE hints (
      discussion TEXT PRIMARY KEY NOT NULL
    ) STRICT, WITHOUT ROWID
    CREATE TABLE inbound_events (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      key TEXT NOT NULL,
      kind TEXT NOT NULL,
      number TEXT,
      type TEXT NOT NULL,
      wamid TEXT,
      state TEXT NOT NULL,
      reason TEXT,
      recorded_at INTEGER NOT NULL,
      conversation INTEGER REFERENCES conversations (id),
      payload TEXT NOT NULL
    ) STRICT
    CREATE INDEX inbound_events_held ON inbound_events (reason, id) WHERE state = 'held'
    CREATE UNIQUE INDEX inbound_events_key ON inbound_events (key)
    CREATE INDEX inbound_events_statuses ON inbound_events (wamid, number, id) WHERE kind = 'status'
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
    ) STRICT
    CREATE INDEX inbound_files_event ON inbound_files (event, id)
    CREATE INDEX inbound_files_open ON inbound_files (id) WHERE is_open = 1
    CREATE INDEX inbound_files_unfinished ON inbound_files (id) WHERE state IN ('waiting', 'ready')
    CREATE TABLE links (
      id INTEGER PRIMARY KEY,
      number TEXT NOT NULL,
      wamid TEXT NOT NULL,
      post TEXT NOT NULL
    ) STRICT
    CREATE INDEX links_post ON links (post, id)
    CREATE UNIQUE INDEX links_wamid ON links (wamid, number, post)
    CREATE TABLE meta (
      name TEXT PRIMARY KEY NOT NULL,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    CREATE TABLE numbers (
      id TEXT PRIMARY KEY NOT NULL,
      account TEXT NOT NULL,
      app TEXT NOT NULL,
      zone TEXT,
      tags TEXT NOT NULL,
      is_licensed INTEGER NOT NULL,
      closed_message TEXT NOT NULL,
      read_receipts INTEGER NOT NULL,
      typing INTEGER NOT NULL,
      edits TEXT NOT NULL,
      deleted_at INTEGER
    , licensed_at INTEGER, revision INTEGER NOT NULL DEFAULT 0, display TEXT, verified_name TEXT, quality TEXT, is_registered INTEGER) STRICT, WITHOUT ROWID
    CREATE TABLE options (
      name TEXT PRIMARY KEY NOT NULL,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    CREATE TABLE outgoing_messages (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      message_id TEXT NOT NULL,
      conversation INTEGER NOT NULL REFERENCES conversations (id),
      discussion INTEGER NOT NULL REFERENCES discussions (id),
      number TEXT NOT NULL,
      post TEXT NOT NULL,
      author TEXT NOT NULL,
      part INTEGER NOT NULL,
      parts INTEGER NOT NULL,
      text TEXT NOT NULL,
      quotes TEXT,
      state TEXT NOT NULL,
      reason TEXT,
      wamid TEXT,
      refusals INTEGER NOT NULL,
      not_before INTEGER NOT NULL,
      changed_at INTEGER NOT NULL,
      recorded_at INTEGER NOT NULL,
      is_holding INTEGER NOT NULL,
      is_head INTEGER NOT NULL
    , type TEXT NOT NULL DEFAULT 'text', content TEXT, slot INTEGER NOT NULL DEFAULT 0) STRICT
    CREATE INDEX outgoing_messages_conversation ON outgoing_messages (conversation, slot, part, id) WHERE is_holding = 1
    CREATE INDEX outgoing_messages_doubtful ON outgoing_messages (id) WHERE is_holding = 1 AND state <> 'queued'
    CREATE INDEX outgoing_messages_head ON outgoing_messages (id) WHERE is_head = 1
    CREATE UNIQUE INDEX outgoing_messages_message_id ON outgoing_messages (message_id)
    CREATE INDEX outgoing_messages_post ON outgoing_messages (post, part, id)
    CREATE INDEX outgoing_messages_wamid ON outgoing_messages (wamid, number) WHERE wamid IS NOT NULL
    CREATE TABLE pending_webhooks (
      id INTEGER PRIMARY KEY NOT NULL REFERENCES webhooks (id)
    ) STRICT
    CREATE TABLE post_tasks (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      lane TEXT NOT NULL,
      zone TEXT NOT NULL,
      place_kind TEXT NOT NULL,
      place TEXT NOT NULL,
      key TEXT NOT NULL,
      html TEXT NOT NULL,
      private_to TEXT,
      shown_event INTEGER,
      shows TEXT,
      state TEXT NOT NULL,
      refusals INTEGER NOT NULL,
      not_before INTEGER NOT NULL,
      is_unfinished INTEGER NOT NULL,
      is_head INTEGER NOT NULL
    , files_of INTEGER, made TEXT) STRICT
    CREATE INDEX post_tasks_event ON post_tasks (shown_event, id) WHERE is_unfinished = 1
    CREATE INDEX post_tasks_head ON post_tasks (id) WHERE is_head = 1
    CREATE INDEX post_tasks_lane ON post_tasks (lane, id) WHERE is_unfinished = 1
    CREATE INDEX post_tasks_unconfirmed_roots ON post_tasks (zone, id) WHERE state = 'posting' AND place_kind = 'root'
    CREATE TABLE posts (
      reference TEXT PRIMARY KEY NOT NULL,
      discussion TEXT NOT NULL,
      replies_to TEXT,
      is_public INTEGER NOT NULL,
      origin TEXT NOT NULL,
      is_handled INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    CREATE TABLE reactions (
      conversation INTEGER NOT NULL REFERENCES conversations (id),
      wamid TEXT NOT NULL,
      task INTEGER NOT NULL REFERENCES post_tasks (id),
      PRIMARY KEY (conversation, wamid)
    ) STRICT, WITHOUT ROWID
    CREATE TABLE relay_keys (
      id TEXT PRIMARY KEY NOT NULL,
      binding TEXT NOT NULL,
      sealed_key TEXT NOT NULL,
      -- Null for the one that is in use.
      retired_at INTEGER
    ) STRICT, WITHOUT ROWID
    CREATE TABLE replay_requests (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      direction TEXT NOT NULL,
      subject INTEGER NOT NULL,
      webhook INTEGER
    ) STRICT
    CREATE INDEX replay_requests_order ON replay_requests (direction, id)
    CREATE UNIQUE INDEX replay_requests_subject ON replay_requests (direction, subject)
    CREATE TABLE secrets (
      name TEXT PRIMARY KEY NOT NULL,
      sealed TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    CREATE TABLE seeds (
      name TEXT PRIMARY KEY NOT NULL,
      fingerprint TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    CREATE TABLE transfers (
      direction TEXT NOT NULL,
      subject INTEGER NOT NULL,
      done INTEGER NOT NULL,
      total INTEGER,
      PRIMARY KEY (direction, subject)
    ) STRICT, WITHOUT ROWID
    CREATE TABLE uploads (
      sha256 BLOB NOT NULL,
      mime_type TEXT NOT NULL,
      number TEXT NOT NULL,
      media_id TEXT NOT NULL,
      uploaded_at INTEGER NOT NULL,
      PRIMARY KEY (sha256, mime_type, number)
    ) STRICT, WITHOUT ROWID
    CREATE TABLE webhooks (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      received_at INTEGER NOT NULL,
      body BLOB NOT NULL
    ) STRICT
    CREATE TABLE zones (
      zone TEXT PRIMARY KEY NOT NULL,
      cursor TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """
