-- Facts about the database itself, such as which key its sealed values need.
CREATE TABLE meta (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

-- Processes that use this database. One that has not been heard of until `alive_until` counts as lost.
CREATE TABLE instances (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    alive_until TIMESTAMPTZ NOT NULL
);

-- `runner` is the instance that runs the session now; `epoch` grows each time one takes it, and what an earlier one
-- still wants to write is refused by it. `bytes` is what the events take.
CREATE TABLE sessions (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    title      TEXT   NOT NULL,
    server_url TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    last_seq   BIGINT NOT NULL DEFAULT 0,
    status     TEXT   NOT NULL,
    verdict    TEXT   NOT NULL,
    failures   BIGINT NOT NULL,
    warnings   BIGINT NOT NULL,
    exchanges  BIGINT NOT NULL,
    bytes      BIGINT NOT NULL DEFAULT 0,
    runner     TEXT COLLATE "C",
    epoch      BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX sessions_by_age ON sessions (created_at, id);
CREATE INDEX sessions_by_runner ON sessions (runner) WHERE runner IS NOT NULL;
CREATE INDEX sessions_at_work ON sessions (id) WHERE status = 'running';

-- Append-only. `kind` is the event as JSON, masked before it came here; as text, because its bytes are to stay as
-- they were written.
CREATE TABLE events (
    session_id TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    PRIMARY KEY (session_id, seq)
);

-- Encrypted with a key that is not in this database.
CREATE TABLE sealed (
    session_id TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    name       TEXT COLLATE "C" NOT NULL,
    value      BYTEA NOT NULL,
    PRIMARY KEY (session_id, name)
);

-- Which session a callback belongs to. Kept after the callback: a second hit must find its session too.
CREATE TABLE pending (
    state_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    session_id TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE
);

CREATE INDEX pending_by_session ON pending (session_id);

-- What is kept beyond sessions, encrypted as well; `id` says nothing about what is kept.
CREATE TABLE kept (
    kind  TEXT COLLATE "C" NOT NULL,
    id    TEXT COLLATE "C" NOT NULL,
    value BYTEA NOT NULL,
    PRIMARY KEY (kind, id)
);

-- What one instance wants from the one that runs a session: commands, callbacks, fetches of client documents. Message
-- and answer are encrypted. `claimed` is the epoch in which the runner took it up, `done` says that what follows from
-- it is in the log.
CREATE TABLE mail (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    message    BYTEA NOT NULL,
    answer     BYTEA,
    claimed    BIGINT,
    done       BOOLEAN NOT NULL DEFAULT FALSE,
    posted_at  TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX mail_by_session ON mail (session_id);
