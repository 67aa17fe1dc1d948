-- What an operator decided about a work that others could see, and how much the API is used.

ALTER TABLE works ADD COLUMN review TEXT NOT NULL DEFAULT 'none' CHECK (review IN ('none', 'shown', 'hidden'));
CREATE INDEX works_held ON works (seq) WHERE is_public = 1 AND review = 'none';
CREATE INDEX reports_open ON reports (work_id) WHERE state = 'open';

CREATE TABLE traffic (
    hour    INTEGER PRIMARY KEY,
    calls   INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    failed  INTEGER NOT NULL
) STRICT;
