-- How many bytes the events of a session take, so that the totals are known without reading them all.
ALTER TABLE sessions ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;

UPDATE sessions
SET bytes = (SELECT COALESCE(SUM(LENGTH(CAST(kind AS BLOB))), 0) FROM events WHERE session_id = sessions.id);
