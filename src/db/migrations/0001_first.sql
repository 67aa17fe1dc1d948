-- The first schema. Times are milliseconds since 1970 UTC; ids are prefixed texts; rules that money and
-- jobs rely on stand here as well as in the code.

CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES ('revision', 0);

-- Keys this server signs with. Provider keys are never stored.
CREATE TABLE signing_keys (
    name       TEXT PRIMARY KEY,
    secret     BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Accounts -----------------------------------------------------------------------------------------

CREATE TABLE wallets (
    id         TEXT PRIMARY KEY,
    balance    INTEGER NOT NULL DEFAULT 0 CHECK (balance >= 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    seq           INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    wallet_id     TEXT NOT NULL REFERENCES wallets (id),
    username      TEXT,
    username_key  TEXT UNIQUE,
    password_hash TEXT,
    nickname      TEXT,
    avatar_url    TEXT,
    role          TEXT NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin')),
    mode          TEXT NOT NULL DEFAULT 'personal' CHECK (mode IN ('personal', 'business')),
    state         TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'frozen', 'erasing', 'erased')),
    notifications INTEGER NOT NULL DEFAULT 1 CHECK (notifications IN (0, 1)),
    auto_save     INTEGER NOT NULL DEFAULT 1 CHECK (auto_save IN (0, 1)),
    quality       TEXT CHECK (quality IN ('draft', 'standard', 'high')),
    language      TEXT CHECK (language IN ('zh', 'en')),
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    CHECK ((username IS NULL) = (username_key IS NULL)),
    CHECK (state <> 'erased' OR (username IS NULL AND password_hash IS NULL AND nickname IS NULL
                                 AND avatar_url IS NULL AND quality IS NULL AND language IS NULL
                                 AND role = 'user'))
) STRICT;
CREATE INDEX users_by_state ON users (state) WHERE state IN ('frozen', 'erasing');
CREATE INDEX users_by_role ON users (role) WHERE role = 'admin';

-- A log-in: the family of refresh tokens that came from it.
CREATE TABLE sessions (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- The tokens of a family that are good, and those just replaced. Any other that names the family is a reuse.
CREATE TABLE refresh_tokens (
    session_id  TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    hash        BLOB NOT NULL,
    replaced_at INTEGER,
    PRIMARY KEY (session_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id),
    name         TEXT NOT NULL,
    hint         TEXT NOT NULL,
    hash         BLOB NOT NULL UNIQUE,
    scopes       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_by_user ON api_keys (user_id);

CREATE TABLE links (
    seq        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    purpose    TEXT NOT NULL CHECK (purpose IN ('setup', 'invite', 'reset')),
    hash       BLOB NOT NULL UNIQUE,
    user_id    TEXT REFERENCES users (id),
    credits    INTEGER NOT NULL DEFAULT 0 CHECK (credits >= 0),
    role       TEXT NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin')),
    mode       TEXT NOT NULL DEFAULT 'personal' CHECK (mode IN ('personal', 'business')),
    created_by TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at   INTEGER,
    spent_by   TEXT,
    CHECK ((purpose = 'reset') = (user_id IS NOT NULL)),
    CHECK ((spent_at IS NULL) = (spent_by IS NULL))
) STRICT;
CREATE INDEX links_by_user ON links (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX links_by_expiry ON links (expires_at);

CREATE TABLE consents (
    user_id     TEXT NOT NULL REFERENCES users (id),
    document    TEXT NOT NULL,
    version     TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, document, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscriptions (
    user_id   TEXT PRIMARY KEY REFERENCES users (id),
    wallet_id TEXT NOT NULL REFERENCES wallets (id),
    plan      TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at   INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE erasures (
    user_id      TEXT PRIMARY KEY REFERENCES users (id),
    requested_at INTEGER NOT NULL,
    completed_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    actor_id TEXT,
    action   TEXT NOT NULL,
    target   TEXT,
    detail   TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_target ON audit (target, seq);

-- Pictures -----------------------------------------------------------------------------------------

CREATE TABLE uploads (
    seq          INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    user_id      TEXT NOT NULL REFERENCES users (id),
    sha256       BLOB NOT NULL,
    blob         TEXT NOT NULL UNIQUE,
    backend      TEXT NOT NULL,
    format       TEXT NOT NULL,
    width        INTEGER NOT NULL,
    height       INTEGER NOT NULL,
    bytes        INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    UNIQUE (user_id, sha256)
) STRICT;
CREATE INDEX uploads_by_user ON uploads (user_id, seq);
CREATE INDEX uploads_by_use ON uploads (last_used_at);

-- Jobs ---------------------------------------------------------------------------------------------

CREATE TABLE jobs (
    seq           INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    user_id       TEXT NOT NULL REFERENCES users (id),
    wallet_id     TEXT NOT NULL REFERENCES wallets (id),
    kind          TEXT NOT NULL,
    status        TEXT NOT NULL DEFAULT 'pending'
                  CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
    -- what was asked
    settings      TEXT NOT NULL,
    quality       TEXT NOT NULL,
    output        TEXT NOT NULL,
    seed          INTEGER NOT NULL,
    label         TEXT NOT NULL CHECK (label IN ('visible', 'none')),
    language      TEXT NOT NULL CHECK (language IN ('zh', 'en')),
    reference     TEXT,
    batch         TEXT,
    auto_save     INTEGER NOT NULL CHECK (auto_save IN (0, 1)),
    mode          TEXT NOT NULL CHECK (mode IN ('personal', 'business')),
    price         INTEGER NOT NULL CHECK (price >= 0),
    retry_of      TEXT REFERENCES jobs (id),
    cache_key     BLOB,
    fresh         INTEGER NOT NULL DEFAULT 0 CHECK (fresh IN (0, 1)),
    -- where it stands
    class         INTEGER NOT NULL,
    admitted      INTEGER NOT NULL DEFAULT 0 CHECK (admitted IN (0, 1)),
    -- when it was admitted, by the global change counter: whoever waited behind their own jobs comes after others
    turn          INTEGER,
    due_at        INTEGER,
    progress      INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    claims        INTEGER NOT NULL DEFAULT 0,
    boot          TEXT,
    cpu_station   INTEGER NOT NULL DEFAULT 0 CHECK (cpu_station IN (0, 1)),
    retries       INTEGER NOT NULL DEFAULT 0,
    crashes       INTEGER NOT NULL DEFAULT 0,
    storage_since INTEGER,
    revision      INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    claimed_at    INTEGER,
    started_at    INTEGER,
    completed_at  INTEGER,
    -- how it ended
    work_id       TEXT,
    model         TEXT,
    processing_ms INTEGER,
    cache         TEXT CHECK (cache IN ('hit')),
    error_code    TEXT,
    error_class   TEXT,
    rating        INTEGER CHECK (rating BETWEEN 1 AND 5),
    comment       TEXT,
    CHECK ((status IN ('completed', 'failed', 'cancelled')) = (completed_at IS NOT NULL)),
    CHECK ((status = 'completed') = (work_id IS NOT NULL)),
    CHECK ((status = 'failed') = (error_code IS NOT NULL)),
    CHECK ((status = 'processing') = (boot IS NOT NULL)),
    CHECK (status <> 'processing' OR admitted = 1),
    CHECK (admitted = 0 OR turn IS NOT NULL),
    CHECK (admitted = 0 OR status IN ('pending', 'processing')),
    CHECK (rating IS NULL OR status = 'completed')
) STRICT;
-- Over live rows only, so that history costs nothing.
CREATE INDEX jobs_ready ON jobs (class, turn, seq) WHERE status = 'pending' AND admitted = 1 AND due_at IS NULL;
CREATE INDEX jobs_due ON jobs (due_at) WHERE status = 'pending' AND due_at IS NOT NULL;
CREATE INDEX jobs_waiting ON jobs (user_id, class, seq) WHERE status = 'pending' AND admitted = 0;
CREATE INDEX jobs_slots ON jobs (user_id) WHERE admitted = 1;
CREATE INDEX jobs_running ON jobs (boot, claimed_at) WHERE status = 'processing';
CREATE UNIQUE INDEX jobs_same ON jobs (cache_key)
    WHERE cache_key IS NOT NULL AND fresh = 0 AND status IN ('pending', 'processing');
CREATE INDEX jobs_by_user ON jobs (user_id, seq);
CREATE INDEX jobs_by_user_revision ON jobs (user_id, revision);
CREATE INDEX jobs_by_batch ON jobs (user_id, batch, seq) WHERE batch IS NOT NULL;
CREATE INDEX jobs_by_retry ON jobs (retry_of) WHERE retry_of IS NOT NULL;
CREATE INDEX jobs_by_work ON jobs (work_id) WHERE work_id IS NOT NULL;
CREATE INDEX jobs_by_end ON jobs (completed_at) WHERE completed_at IS NOT NULL;
CREATE INDEX jobs_failed ON jobs (seq) WHERE status = 'failed';

CREATE TRIGGER jobs_final_states_never_change BEFORE UPDATE OF status ON jobs
WHEN OLD.status IN ('completed', 'failed', 'cancelled') AND NEW.status IS NOT OLD.status
BEGIN SELECT RAISE(ABORT, 'a final state never changes'); END;

CREATE TRIGGER jobs_are_kept BEFORE DELETE ON jobs
BEGIN SELECT RAISE(ABORT, 'jobs are kept'); END;

CREATE TRIGGER jobs_progress_never_goes_back BEFORE UPDATE OF progress ON jobs
WHEN NEW.progress < OLD.progress
BEGIN SELECT RAISE(ABORT, 'progress never goes back'); END;

CREATE TABLE job_inputs (
    job_id    TEXT NOT NULL REFERENCES jobs (id),
    position  INTEGER NOT NULL,
    role      TEXT NOT NULL,
    upload_id TEXT NOT NULL,
    PRIMARY KEY (job_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_inputs_by_upload ON job_inputs (upload_id);

CREATE TABLE idempotency_keys (
    user_id      TEXT NOT NULL REFERENCES users (id),
    key          TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    job_id       TEXT NOT NULL REFERENCES jobs (id),
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE attempts (
    id          INTEGER PRIMARY KEY,
    job_id      TEXT NOT NULL REFERENCES jobs (id),
    claim       INTEGER NOT NULL,
    model       TEXT NOT NULL,
    provider    TEXT NOT NULL,
    state       TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'failed', 'unknown')),
    upstream_id TEXT,
    class       TEXT,
    detail      TEXT,
    cost_micros INTEGER,
    started_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    CHECK ((state = 'open') = (ended_at IS NULL))
) STRICT;
CREATE INDEX attempts_by_job ON attempts (job_id);
CREATE INDEX attempts_by_model ON attempts (model, started_at);
CREATE INDEX attempts_by_time ON attempts (started_at);
CREATE INDEX attempts_open ON attempts (job_id) WHERE state = 'open';

-- Works --------------------------------------------------------------------------------------------

CREATE TABLE works (
    seq             INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    user_id         TEXT NOT NULL REFERENCES users (id),
    job_id          TEXT NOT NULL UNIQUE REFERENCES jobs (id),
    kind            TEXT NOT NULL,
    title           TEXT NOT NULL,
    tags            TEXT NOT NULL,
    blob            TEXT NOT NULL UNIQUE,
    thumbnail       TEXT NOT NULL UNIQUE,
    backend         TEXT NOT NULL,
    format          TEXT NOT NULL,
    width           INTEGER NOT NULL,
    height          INTEGER NOT NULL,
    bytes           INTEGER NOT NULL,
    model           TEXT NOT NULL,
    cache_key       BLOB,
    listed          INTEGER NOT NULL CHECK (listed IN (0, 1)),
    expires_at      INTEGER,
    is_public       INTEGER NOT NULL DEFAULT 0 CHECK (is_public IN (0, 1)),
    share_token     TEXT UNIQUE,
    favorite_count  INTEGER NOT NULL DEFAULT 0 CHECK (favorite_count >= 0),
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    CHECK ((listed = 0) = (expires_at IS NOT NULL))
) STRICT;
CREATE INDEX works_by_user ON works (user_id, seq) WHERE listed = 1;
CREATE INDEX works_of_user ON works (user_id);
CREATE INDEX works_public ON works (seq) WHERE is_public = 1;
CREATE INDEX works_by_cache ON works (cache_key, seq) WHERE cache_key IS NOT NULL;
CREATE INDEX works_by_expiry ON works (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE favorites (
    user_id    TEXT NOT NULL REFERENCES users (id),
    work_id    TEXT NOT NULL REFERENCES works (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, work_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX favorites_by_work ON favorites (work_id);

CREATE TABLE reports (
    id         TEXT PRIMARY KEY,
    work_id    TEXT NOT NULL,
    reason     TEXT NOT NULL,
    contact    TEXT,
    state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Blobs whose rows are gone and whose bytes still have to go.
CREATE TABLE doomed_blobs (
    blob      TEXT PRIMARY KEY,
    backend   TEXT NOT NULL,
    doomed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Ledger -------------------------------------------------------------------------------------------

CREATE TABLE entries (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    wallet_id     TEXT NOT NULL REFERENCES wallets (id),
    user_id       TEXT NOT NULL REFERENCES users (id),
    kind          TEXT NOT NULL CHECK (kind IN
                  ('signup_bonus', 'charge', 'refund', 'purchase', 'redeem', 'grant', 'adjust', 'expire')),
    amount        INTEGER NOT NULL CHECK (amount <> 0),
    balance_after INTEGER NOT NULL CHECK (balance_after >= 0),
    job_id        TEXT REFERENCES jobs (id),
    order_id      TEXT,
    job_kind      TEXT,
    actor_id      TEXT,
    reason        TEXT,
    created_at    INTEGER NOT NULL,
    CHECK (kind <> 'charge' OR (amount < 0 AND job_id IS NOT NULL)),
    CHECK (kind <> 'refund' OR (amount > 0 AND job_id IS NOT NULL)),
    CHECK (kind <> 'expire' OR amount < 0),
    CHECK (kind NOT IN ('signup_bonus', 'purchase', 'redeem', 'grant') OR amount > 0)
) STRICT;
CREATE UNIQUE INDEX entries_one_charge ON entries (job_id) WHERE kind = 'charge';
CREATE UNIQUE INDEX entries_one_refund ON entries (job_id) WHERE kind = 'refund';
CREATE UNIQUE INDEX entries_one_make_good ON entries (job_id) WHERE kind = 'adjust' AND job_id IS NOT NULL;
CREATE INDEX entries_by_wallet ON entries (wallet_id, seq);
CREATE INDEX entries_by_job ON entries (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX entries_by_time ON entries (created_at);
CREATE INDEX entries_bonus_by_day ON entries (created_at) WHERE kind = 'signup_bonus';

CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER entries_are_never_deleted BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER entries_state_the_balance BEFORE INSERT ON entries
WHEN NEW.balance_after IS NOT (SELECT balance FROM wallets WHERE id = NEW.wallet_id)
BEGIN SELECT RAISE(ABORT, 'an entry states the balance of its wallet'); END;

CREATE TRIGGER entries_refund_the_charge BEFORE INSERT ON entries
WHEN NEW.kind = 'refund' AND NEW.amount IS NOT
    (SELECT -amount FROM entries WHERE job_id = NEW.job_id AND kind = 'charge' AND wallet_id = NEW.wallet_id)
BEGIN SELECT RAISE(ABORT, 'a refund is its charge'); END;

CREATE TRIGGER entries_charge_the_price BEFORE INSERT ON entries
WHEN NEW.kind = 'charge' AND -NEW.amount IS NOT
    (SELECT price FROM jobs WHERE id = NEW.job_id AND wallet_id = NEW.wallet_id)
BEGIN SELECT RAISE(ABORT, 'a charge is the price of its job'); END;
