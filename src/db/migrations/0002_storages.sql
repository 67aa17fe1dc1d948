-- The same blob may have to go from two storages: from the one it was moved out of and from the one it lies in. What
-- is moved is deleted later, when no link to it is good any more.
CREATE TABLE doomed (
    blob    TEXT NOT NULL,
    backend TEXT NOT NULL,
    due_at  INTEGER NOT NULL,
    PRIMARY KEY (blob, backend)
) STRICT, WITHOUT ROWID;
INSERT INTO doomed (blob, backend, due_at) SELECT blob, backend, doomed_at FROM doomed_blobs;
DROP TABLE doomed_blobs;
ALTER TABLE doomed RENAME TO doomed_blobs;
CREATE INDEX doomed_blobs_by_time ON doomed_blobs (backend, due_at);

CREATE INDEX works_by_backend ON works (backend, seq);
CREATE INDEX uploads_by_backend ON uploads (backend, seq);
