-- People, what they own, and what they prove themselves with. Times are microseconds since 1970, UTC; ids are
-- UUIDs as text; secrets are kept as hashes only.

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    -- argon2id, as a PHC string; null where only tokens are used.
    password TEXT,
    admin BOOLEAN NOT NULL,
    created BIGINT NOT NULL
);
-- "Ada" must not pass for "ada".
CREATE UNIQUE INDEX users_plain_name ON users (lower(name));

CREATE TABLE namespaces (
    name TEXT NOT NULL PRIMARY KEY,
    created BIGINT NOT NULL
);

CREATE TABLE memberships (
    namespace TEXT NOT NULL REFERENCES namespaces (name) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('reader', 'writer', 'owner')),
    PRIMARY KEY (namespace, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);

CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'write', 'admin')),
    -- Null: every namespace of the user.
    namespace TEXT REFERENCES namespaces (name) ON DELETE CASCADE,
    created BIGINT NOT NULL,
    expires BIGINT,
    last_used BIGINT
);
CREATE INDEX tokens_user ON tokens (user_id);

CREATE TABLE sessions (
    hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires);

-- The one-time links that make the first owner.
CREATE TABLE setup_links (
    hash TEXT NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL
);
