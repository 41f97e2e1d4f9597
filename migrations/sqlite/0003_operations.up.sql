-- Work that waits, and what was done by whom.

CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    -- What the job is about; null where several at once make sense.
    subject TEXT,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    attempts BIGINT NOT NULL,
    created BIGINT NOT NULL,
    -- Not before this: later after each failure.
    due BIGINT NOT NULL,
    -- A running job whose lease has run out is taken by another worker.
    lease BIGINT,
    finished BIGINT,
    error TEXT
);
-- A second request for what waits already adds nothing.
CREATE UNIQUE INDEX jobs_waiting ON jobs (kind, subject) WHERE state = 'queued';
CREATE INDEX jobs_due ON jobs (state, due);
CREATE INDEX jobs_created ON jobs (created, id);

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    time BIGINT NOT NULL,
    -- The user's name; it outlives the user.
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX audit_target ON audit (target, seq);
