-- Webhooks: who is told of the ends of jobs, and the outbox of what is told.

CREATE TABLE webhooks (
    seq         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    user_id     TEXT NOT NULL REFERENCES users (id),
    url         TEXT NOT NULL,
    description TEXT,
    state       TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'gone', 'failing')),
    -- deliveries given up since the last one that arrived
    given_up    INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX webhooks_by_user ON webhooks (user_id, seq);

-- What signs: one secret an endpoint, and one a user for the URLs that jobs bring along. After a rotation the one
-- before signs as well for a while.
CREATE TABLE webhook_secrets (
    owner_id TEXT PRIMARY KEY,
    user_id  TEXT NOT NULL REFERENCES users (id),
    secret   BLOB NOT NULL,
    before   BLOB,
    until    INTEGER,
    CHECK ((before IS NULL) = (until IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_secrets_by_user ON webhook_secrets (user_id);

-- URLs that jobs brought along; gone once the job has ended.
CREATE TABLE job_webhooks (
    job_id  TEXT NOT NULL REFERENCES jobs (id),
    url     TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    PRIMARY KEY (job_id, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_webhooks_by_user ON job_webhooks (user_id);

-- The outbox, written in the transaction that ends a job.
CREATE TABLE deliveries (
    seq          INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    user_id      TEXT NOT NULL REFERENCES users (id),
    -- the endpoint; absent for a URL that the job brought along
    webhook_id   TEXT,
    url          TEXT NOT NULL,
    event        TEXT NOT NULL CHECK (event IN ('job.completed', 'job.failed', 'job.cancelled', 'webhook.test')),
    job_id       TEXT REFERENCES jobs (id),
    state        TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
    tries        INTEGER NOT NULL DEFAULT 0,
    due_at       INTEGER,
    status       INTEGER,
    error        TEXT,
    created_at   INTEGER NOT NULL,
    tried_at     INTEGER,
    delivered_at INTEGER,
    CHECK ((state = 'pending') = (due_at IS NOT NULL)),
    CHECK ((event = 'webhook.test') = (job_id IS NULL))
) STRICT;
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE state = 'pending';
CREATE INDEX deliveries_waiting ON deliveries (webhook_id) WHERE state = 'pending';
CREATE INDEX deliveries_by_user ON deliveries (user_id, seq);
CREATE INDEX deliveries_by_webhook ON deliveries (webhook_id, seq) WHERE webhook_id IS NOT NULL;
CREATE INDEX deliveries_by_job ON deliveries (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX deliveries_by_age ON deliveries (created_at);
