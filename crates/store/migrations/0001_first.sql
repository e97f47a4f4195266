-- Facts about the file itself, such as which key its sealed values need.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE sessions (
    id         TEXT    NOT NULL PRIMARY KEY,
    title      TEXT    NOT NULL,
    server_url TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_seq   INTEGER NOT NULL DEFAULT 0,
    status     TEXT    NOT NULL,
    verdict    TEXT    NOT NULL,
    failures   INTEGER NOT NULL,
    warnings   INTEGER NOT NULL,
    exchanges  INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_by_age ON sessions (created_at, id);

-- Append-only. `kind` is the event as JSON, masked before it came here.
CREATE TABLE events (
    session_id TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    PRIMARY KEY (session_id, seq)
) STRICT;

-- Encrypted with a key that is not in this file.
CREATE TABLE sealed (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    value      BLOB NOT NULL,
    PRIMARY KEY (session_id, name)
) STRICT;

-- Which session a callback belongs to. Kept after the callback: a second hit must find its session too.
CREATE TABLE pending (
    state_hash TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX pending_by_session ON pending (session_id);
