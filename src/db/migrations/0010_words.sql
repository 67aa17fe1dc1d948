-- Public works whose title or tags a person has to read before others do.

ALTER TABLE works ADD COLUMN doubted INTEGER NOT NULL DEFAULT 0 CHECK (doubted IN (0, 1));
CREATE INDEX works_doubted ON works (seq) WHERE is_public = 1 AND review = 'none' AND doubted = 1;
