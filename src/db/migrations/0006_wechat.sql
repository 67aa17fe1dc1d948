-- WeChat identities, and which jobs were announced.

-- A keyed hash names the identity; what is readable goes when the account is erased, so that the sign-up bonus still
-- comes once.
CREATE TABLE identities (
    hash        BLOB PRIMARY KEY,
    user_id     TEXT UNIQUE REFERENCES users (id),
    openid      TEXT,
    session_key BLOB,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    CHECK ((user_id IS NULL) = (openid IS NULL)),
    CHECK (session_key IS NULL OR openid IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- Jobs whose end was told to their owner, so that nobody is told twice.
CREATE TABLE notices (
    job_id     TEXT PRIMARY KEY REFERENCES jobs (id),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
