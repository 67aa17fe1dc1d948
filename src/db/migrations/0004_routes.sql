-- Why a model was chosen, what a call was expected to cost, and the operator's hand on models.

ALTER TABLE attempts ADD COLUMN expected_micros INTEGER CHECK (expected_micros >= 0);
-- The candidates of the choice that led to this attempt, as JSON; absent where the same model was asked again.
ALTER TABLE attempts ADD COLUMN candidates TEXT;

CREATE TABLE model_switches (
    model       TEXT PRIMARY KEY,
    is_disabled INTEGER NOT NULL DEFAULT 0 CHECK (is_disabled IN (0, 1)),
    reset_at    INTEGER,
    changed_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
