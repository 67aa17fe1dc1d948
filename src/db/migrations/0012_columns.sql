-- What statements had to work out from other columns.

-- Counts the changes of what others read of a work.
ALTER TABLE works ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

-- Calls of this machine's own engine: one that was cut off cost nothing, and did nothing anywhere else.
ALTER TABLE attempts ADD COLUMN is_local INTEGER NOT NULL DEFAULT 0 CHECK (is_local IN (0, 1));
UPDATE attempts SET is_local = 1 WHERE state = 'open' AND provider = 'studio';

-- Where some routes have no room, the next job is looked for in each of the others.
CREATE INDEX jobs_routes ON jobs (kind, mode, class, turn, seq)
    WHERE status = 'pending' AND admitted = 1 AND due_at IS NULL;
