-- A database as the first version with migrations made it ("1 ledger" and "2 settings"), with work under way. Never to be changed.

CREATE TABLE meta (
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE webhooks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  received_at INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;

-- Apart from the bodies, which are not to be rewritten when they are done.
CREATE TABLE pending_webhooks (
  id INTEGER PRIMARY KEY NOT NULL REFERENCES webhooks (id)
) STRICT;

CREATE TABLE customers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT
) STRICT;

CREATE TABLE aliases (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  customer INTEGER NOT NULL REFERENCES customers (id),
  PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX aliases_customer ON aliases (customer);

CREATE TABLE conversations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  number TEXT NOT NULL,
  customer INTEGER NOT NULL REFERENCES customers (id),
  address TEXT NOT NULL,
  open_discussion INTEGER REFERENCES discussions (id)
) STRICT;
CREATE UNIQUE INDEX conversations_parties ON conversations (customer, number);

CREATE TABLE discussions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation INTEGER NOT NULL REFERENCES conversations (id),
  key TEXT NOT NULL,
  zone TEXT NOT NULL,
  root TEXT,
  newest_message_at INTEGER NOT NULL,
  closes_at INTEGER NOT NULL,
  closed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX discussions_root ON discussions (root) WHERE root IS NOT NULL;
CREATE INDEX discussions_open ON discussions (closes_at, id) WHERE closed_at IS NULL;

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
) STRICT;
CREATE UNIQUE INDEX inbound_events_key ON inbound_events (key);
CREATE INDEX inbound_events_held ON inbound_events (reason, id) WHERE state = 'held';
CREATE INDEX inbound_events_statuses ON inbound_events (wamid, number, id) WHERE kind = 'status';

CREATE TABLE posts (
  reference TEXT PRIMARY KEY NOT NULL,
  discussion TEXT NOT NULL,
  replies_to TEXT,
  is_public INTEGER NOT NULL,
  origin TEXT NOT NULL,
  is_handled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE links (
  id INTEGER PRIMARY KEY,
  number TEXT NOT NULL,
  wamid TEXT NOT NULL,
  post TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX links_wamid ON links (wamid, number, post);
CREATE INDEX links_post ON links (post, id);

CREATE TABLE hints (
  discussion TEXT PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

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
) STRICT;
CREATE INDEX post_tasks_lane ON post_tasks (lane, id) WHERE is_unfinished = 1;
CREATE INDEX post_tasks_head ON post_tasks (id) WHERE is_head = 1;
CREATE INDEX post_tasks_unconfirmed_roots ON post_tasks (zone, id) WHERE state = 'posting' AND place_kind = 'root';

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
) STRICT;
CREATE UNIQUE INDEX outgoing_messages_message_id ON outgoing_messages (message_id);
CREATE INDEX outgoing_messages_wamid ON outgoing_messages (wamid, number) WHERE wamid IS NOT NULL;
CREATE INDEX outgoing_messages_post ON outgoing_messages (post, id);
CREATE INDEX outgoing_messages_conversation ON outgoing_messages (conversation, id) WHERE is_holding = 1;
CREATE INDEX outgoing_messages_head ON outgoing_messages (id) WHERE is_head = 1;
CREATE INDEX outgoing_messages_doubtful ON outgoing_messages (id) WHERE is_holding = 1 AND state <> 'queued';

CREATE TABLE zones (
  zone TEXT PRIMARY KEY NOT NULL,
  cursor TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account_stops (
  account TEXT PRIMARY KEY NOT NULL,
  since INTEGER NOT NULL,
  probe_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
  waba TEXT PRIMARY KEY NOT NULL,
  sealed_token TEXT
) STRICT, WITHOUT ROWID;

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
) STRICT, WITHOUT ROWID;

CREATE TABLE secrets (
  name TEXT PRIMARY KEY NOT NULL,
  sealed TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE seeds (
  name TEXT PRIMARY KEY NOT NULL,
  fingerprint TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meta (name, value) VALUES ('settings revision', '0');

-- What was done with them.
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES ('1 ledger'), ('2 settings');
INSERT INTO meta VALUES ('instance', 'example.com/whatsapp');

-- One notification is done, one was taken and not looked at yet.
INSERT INTO webhooks VALUES (1, 1789999940000, X'48656c6c6f'), (2, 1789999999000, X'70656e64696e67');
INSERT INTO pending_webhooks VALUES (2);

INSERT INTO customers VALUES (1, 'Ada'), (2, 'Bert');
INSERT INTO aliases VALUES ('phone', '4917600', 1), ('phone', '4917611', 2);
INSERT INTO conversations VALUES (1, '1090', 1, '[{"phone":{"_0":"4917600"}}]', NULL), (2, '1090', 2, '[{"phone":{"_0":"4917611"}}]', NULL);
INSERT INTO discussions VALUES (1, 1, 'key-1', 'whatsapp', 'root-1', 1789999940000, 1790086340000, NULL);
INSERT INTO discussions VALUES (2, 2, 'key-2', 'whatsapp', NULL, 1789999970000, 1790086370000, NULL);
UPDATE conversations SET open_discussion = id;

INSERT INTO inbound_events VALUES (1, 'message|1090|wamid.in1', 'message', '1090', 'text', 'wamid.in1', 'posted', NULL, 1789999940000, 1,
  '{"message":{"_0":{"content":{"text":{"_0":"Hello"}},"number":"1090","sender":[{"phone":{"_0":"4917600"}}],"senderName":"Ada","type":"text","wamid":"wamid.in1","writtenAt":{"milliseconds":1789999940000}}}}');
INSERT INTO inbound_events VALUES (2, 'message|1090|wamid.in2', 'message', '1090', 'text', 'wamid.in2', 'held', 'no Connect', 1789999970000, 2,
  '{"message":{"_0":{"content":{"text":{"_0":"Good morning"}},"number":"1090","sender":[{"phone":{"_0":"4917611"}}],"senderName":"Bert","type":"text","wamid":"wamid.in2","writtenAt":{"milliseconds":1789999970000}}}}');

-- Ada's discussion is open, with two answers; Bert's root was being posted.
INSERT INTO posts VALUES ('root-1', 'root-1', NULL, 1, 'own', 1), ('post-1', 'root-1', 'root-1', 1, 'foreign', 1), ('post-2', 'root-1', 'root-1', 1, 'foreign', 1);
INSERT INTO links VALUES (1, '1090', 'wamid.in1', 'root-1'), (2, '1090', 'wamid.out1', 'post-1');
INSERT INTO hints VALUES ('lunch');
INSERT INTO post_tasks VALUES (1, 'c1', 'whatsapp', 'root', '{"discussion":1,"tags":[],"title":"Ada"}', 'key-1', '<p>Hello</p>', NULL, 1, 'wamid.in1',
  'done', 0, 1789999940000, 0, 0);
INSERT INTO post_tasks VALUES (2, 'c2', 'whatsapp', 'root', '{"discussion":2,"tags":[],"title":"Bert"}', 'key-2', '<p>Good morning</p>', NULL, 2,
  'wamid.in2', 'posting', 0, 1789999970000, 1, 1);
INSERT INTO outgoing_messages VALUES (1, 'm-1', 1, 1, '1090', 'post-1', 'anna', 1, 1, 'first answer', NULL, 'sent', NULL, 'wamid.out1', 0,
  1789999950000, 1789999951000, 1789999950000, 0, 0);
INSERT INTO outgoing_messages VALUES (2, 'm-2', 1, 1, '1090', 'post-2', 'anna', 1, 1, 'second answer', NULL, 'queued', NULL, NULL, 0,
  1789999960000, 1789999960000, 1789999960000, 1, 1);
INSERT INTO zones VALUES ('whatsapp', '5');

INSERT INTO accounts VALUES ('104222333444555', 'v1.0123456789abcdef.AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB');
INSERT INTO numbers VALUES ('1090', '104222333444555', 'connect', 'whatsapp', '["vip"]', 1, 'Closed.', 0, 0, 'nothing', NULL);
INSERT INTO secrets VALUES ('password', 'v1.0123456789abcdef.AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB');
INSERT INTO seeds VALUES ('password', 'digest');
