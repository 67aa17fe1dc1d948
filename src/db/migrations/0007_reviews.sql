-- Pictures that moderation is not sure of: a person decides, and nobody else sees them until then.
CREATE TABLE reviews (
    seq        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    user_id    TEXT NOT NULL REFERENCES users (id),
    upload_id  TEXT,
    job_id     TEXT REFERENCES jobs (id),
    blob       TEXT NOT NULL,
    thumbnail  TEXT,
    backend    TEXT NOT NULL,
    rest       TEXT NOT NULL,
    finding    TEXT NOT NULL,
    state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'passed', 'blocked', 'withdrawn')),
    created_at INTEGER NOT NULL,
    decided_at INTEGER,
    decided_by TEXT,
    CHECK ((upload_id IS NULL) <> (job_id IS NULL)),
    CHECK ((state = 'open') = (decided_at IS NULL))
) STRICT;
CREATE INDEX reviews_open ON reviews (seq) WHERE state = 'open';
CREATE UNIQUE INDEX reviews_of_upload ON reviews (upload_id) WHERE state = 'open' AND upload_id IS NOT NULL;
CREATE UNIQUE INDEX reviews_of_job ON reviews (job_id) WHERE state = 'open' AND job_id IS NOT NULL;
CREATE INDEX reviews_by_job ON reviews (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX reviews_by_blob ON reviews (blob) WHERE state = 'open';
CREATE INDEX reviews_by_thumbnail ON reviews (thumbnail) WHERE state = 'open';

-- A job whose picture is under review waits without a slot; an upload that is under review is nobody's input.
ALTER TABLE jobs ADD COLUMN held INTEGER NOT NULL DEFAULT 0
    CHECK (held = 0 OR (held = 1 AND status = 'pending' AND admitted = 0));
ALTER TABLE uploads ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1));
