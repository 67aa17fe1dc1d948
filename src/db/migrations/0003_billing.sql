-- Orders, redeem codes, subscriptions with their monthly credits, invoices. Real money is integer fen.

CREATE TABLE orders (
    seq            INTEGER PRIMARY KEY,
    id             TEXT NOT NULL UNIQUE,
    user_id        TEXT NOT NULL REFERENCES users (id),
    wallet_id      TEXT NOT NULL REFERENCES wallets (id),
    channel        TEXT NOT NULL CHECK (channel IN ('manual', 'sandbox', 'wechat_native', 'xpay')),
    item           TEXT NOT NULL CHECK (item IN ('package', 'plan')),
    item_id        TEXT NOT NULL,
    label_zh       TEXT NOT NULL,
    label_en       TEXT NOT NULL,
    -- what paying brings, the bonus included; 0 for a plan, whose credits come month by month
    credits        INTEGER NOT NULL CHECK (credits >= 0),
    bonus          INTEGER NOT NULL CHECK (bonus BETWEEN 0 AND credits),
    amount_fen     INTEGER NOT NULL CHECK (amount_fen > 0),
    currency       TEXT NOT NULL CHECK (length(currency) = 3),
    status         TEXT NOT NULL DEFAULT 'pending'
                   CHECK (status IN ('pending', 'paid', 'closed', 'refunding', 'refunded')),
    -- what the channel answered when it was told of the order, and its own name for the payment
    prepay         TEXT,
    transaction_id TEXT,
    -- the refund: its number for the channel, why, credits taken back and credits that were spent already
    refund_no      TEXT UNIQUE,
    refund_reason  TEXT,
    taken_back     INTEGER NOT NULL DEFAULT 0 CHECK (taken_back >= 0),
    shortfall      INTEGER NOT NULL DEFAULT 0 CHECK (shortfall >= 0),
    -- what an operator should look at
    problem        TEXT,
    key            TEXT,
    request_hash   BLOB,
    -- when the channel is asked next, and how often it was
    ask_at         INTEGER,
    asks           INTEGER NOT NULL DEFAULT 0,
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    paid_at        INTEGER,
    closed_at      INTEGER,
    refunded_at    INTEGER,
    updated_at     INTEGER NOT NULL,
    CHECK ((status IN ('paid', 'refunding', 'refunded')) = (paid_at IS NOT NULL)),
    CHECK ((paid_at IS NULL) = (transaction_id IS NULL)),
    CHECK (status NOT IN ('refunding', 'refunded') OR refund_no IS NOT NULL),
    CHECK ((status = 'refunded') = (refunded_at IS NOT NULL)),
    CHECK (taken_back + shortfall <= credits OR item = 'plan'),
    CHECK ((key IS NULL) = (request_hash IS NULL))
) STRICT;
CREATE UNIQUE INDEX orders_one_transaction ON orders (channel, transaction_id) WHERE transaction_id IS NOT NULL;
CREATE UNIQUE INDEX orders_by_key ON orders (user_id, key) WHERE key IS NOT NULL;
CREATE INDEX orders_by_user ON orders (user_id, seq);
CREATE INDEX orders_to_ask ON orders (ask_at) WHERE ask_at IS NOT NULL;
CREATE INDEX orders_by_time ON orders (created_at);

CREATE TRIGGER orders_move_forward BEFORE UPDATE OF status ON orders
WHEN NEW.status <> OLD.status AND OLD.status || '>' || NEW.status NOT IN
    ('pending>paid', 'pending>closed', 'closed>paid', 'paid>refunding', 'refunding>refunded', 'refunding>paid')
BEGIN SELECT RAISE(ABORT, 'an order does not go this way'); END;

CREATE TRIGGER orders_keep_their_terms BEFORE UPDATE OF user_id, wallet_id, channel, credits, amount_fen, currency
ON orders
WHEN NEW.user_id <> OLD.user_id OR NEW.wallet_id <> OLD.wallet_id OR NEW.channel <> OLD.channel
    OR NEW.credits <> OLD.credits OR NEW.amount_fen <> OLD.amount_fen OR NEW.currency <> OLD.currency
BEGIN SELECT RAISE(ABORT, 'the terms of an order never change'); END;

CREATE TRIGGER orders_are_kept BEFORE DELETE ON orders
BEGIN SELECT RAISE(ABORT, 'orders are kept'); END;

-- One entry an order, of exactly what it promised, once it is paid; and never more taken back than it brought.
CREATE UNIQUE INDEX entries_one_purchase ON entries (order_id) WHERE kind = 'purchase';
CREATE INDEX entries_by_order ON entries (order_id) WHERE order_id IS NOT NULL;

CREATE TRIGGER entries_purchase_the_order BEFORE INSERT ON entries
WHEN NEW.kind = 'purchase' AND NEW.amount IS NOT
    (SELECT credits FROM orders WHERE id = NEW.order_id AND wallet_id = NEW.wallet_id AND status = 'paid')
BEGIN SELECT RAISE(ABORT, 'a purchase is what its order promised'); END;

CREATE TRIGGER entries_take_back_the_order BEFORE INSERT ON entries
WHEN NEW.kind = 'adjust' AND NEW.order_id IS NOT NULL AND
    (SELECT coalesce(sum(amount), 0) + NEW.amount FROM entries WHERE order_id = NEW.order_id AND kind = 'adjust')
    NOT BETWEEN -(SELECT credits FROM orders WHERE id = NEW.order_id AND wallet_id = NEW.wallet_id) AND 0
BEGIN SELECT RAISE(ABORT, 'no more is taken back than the order brought'); END;

CREATE TABLE invoices (
    seq        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    order_id   TEXT NOT NULL UNIQUE REFERENCES orders (id),
    user_id    TEXT NOT NULL REFERENCES users (id),
    -- gone once the user is erased
    title      TEXT,
    tax_number TEXT,
    email      TEXT,
    status     TEXT NOT NULL DEFAULT 'requested' CHECK (status IN ('requested', 'issued', 'rejected')),
    note       TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX invoices_by_user ON invoices (user_id);

-- Redeem codes ---------------------------------------------------------------------------------------

CREATE TABLE code_batches (
    seq        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    credits    INTEGER NOT NULL CHECK (credits > 0),
    uses       INTEGER NOT NULL CHECK (uses > 0),
    per_user   INTEGER NOT NULL CHECK (per_user > 0),
    expires_at INTEGER,
    created_by TEXT,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE TABLE codes (
    code     TEXT PRIMARY KEY,
    batch_id TEXT NOT NULL REFERENCES code_batches (id),
    used     INTEGER NOT NULL DEFAULT 0 CHECK (used >= 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX codes_by_batch ON codes (batch_id);

CREATE TABLE redemptions (
    entry_id   TEXT PRIMARY KEY REFERENCES entries (id),
    code       TEXT NOT NULL REFERENCES codes (code),
    batch_id   TEXT NOT NULL REFERENCES code_batches (id),
    user_id    TEXT NOT NULL REFERENCES users (id),
    credits    INTEGER NOT NULL CHECK (credits > 0),
    key        TEXT,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX redemptions_by_key ON redemptions (user_id, key) WHERE key IS NOT NULL;
CREATE INDEX redemptions_by_code ON redemptions (code);
CREATE INDEX redemptions_by_user ON redemptions (user_id, batch_id);

CREATE TRIGGER redemptions_stay_within_the_code BEFORE INSERT ON redemptions
WHEN (SELECT count(*) FROM redemptions WHERE code = NEW.code)
     >= (SELECT uses FROM code_batches WHERE id = NEW.batch_id)
BEGIN SELECT RAISE(ABORT, 'the code is spent'); END;

-- Subscriptions --------------------------------------------------------------------------------------

-- Months paid for (NULL: until it is cancelled), which of them runs, and when the next step is due.
ALTER TABLE subscriptions ADD COLUMN months INTEGER;
ALTER TABLE subscriptions ADD COLUMN period INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN period_starts_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN due_at INTEGER;
ALTER TABLE subscriptions ADD COLUMN cancelled_at INTEGER;
-- The entry that brought this month's credits.
ALTER TABLE subscriptions ADD COLUMN grant_entry TEXT;
CREATE INDEX subscriptions_due ON subscriptions (due_at) WHERE due_at IS NOT NULL;

-- Every month's credits and what of them expired.
CREATE TABLE plan_grants (
    entry_id     TEXT PRIMARY KEY REFERENCES entries (id),
    user_id      TEXT NOT NULL REFERENCES users (id),
    plan         TEXT NOT NULL,
    credits      INTEGER NOT NULL CHECK (credits > 0),
    starts_at    INTEGER NOT NULL,
    closed_at    INTEGER,
    expire_entry TEXT UNIQUE REFERENCES entries (id),
    CHECK (expire_entry IS NULL OR closed_at IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX plan_grants_by_user ON plan_grants (user_id);

-- Free pictures of a plan, counted against its fair use.
CREATE INDEX jobs_free ON jobs (user_id, created_at) WHERE price = 0;
