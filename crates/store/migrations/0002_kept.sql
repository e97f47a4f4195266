-- What is kept beyond sessions, such as saved targets and clients. `value` is encrypted with a key that is not in this
-- file; `id` says nothing about what is kept (a random id, or a hash).
CREATE TABLE kept (
    kind  TEXT NOT NULL,
    id    TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;
