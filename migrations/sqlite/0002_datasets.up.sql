-- Data sets, and what is known of their commits. All of it lies in the object store too (hub.json, about.json,
-- refs, tags), and `hub reindex` brings it back from there.

CREATE TABLE datasets (
    uuid TEXT NOT NULL PRIMARY KEY,
    namespace TEXT NOT NULL REFERENCES namespaces (name),
    name TEXT NOT NULL,
    visibility TEXT NOT NULL CHECK (visibility IN ('public', 'private')),
    card TEXT NOT NULL,
    -- The card's first words, for lists.
    summary TEXT NOT NULL,
    -- Lower-case text that a search looks through.
    search TEXT NOT NULL,
    default_branch TEXT NOT NULL,
    -- Where it lies below the store's root. A renamed or deleted data set keeps its place.
    location TEXT NOT NULL UNIQUE,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    -- When it was deleted; it is purged after the grace time.
    deleted BIGINT,
    -- Of the default branch's head.
    rows BIGINT NOT NULL,
    bytes BIGINT NOT NULL
);
-- A deleted data set's name is free.
CREATE UNIQUE INDEX datasets_name ON datasets (namespace, name) WHERE deleted IS NULL;
CREATE INDEX datasets_created ON datasets (created, uuid);
CREATE INDEX datasets_updated ON datasets (updated, uuid);
CREATE INDEX datasets_rows ON datasets (rows, uuid);
CREATE INDEX datasets_bytes ON datasets (bytes, uuid);
CREATE INDEX datasets_deleted ON datasets (deleted) WHERE deleted IS NOT NULL;

CREATE TABLE commits (
    dataset TEXT NOT NULL REFERENCES datasets (uuid) ON DELETE CASCADE,
    branch TEXT NOT NULL,
    version BIGINT NOT NULL,
    id TEXT NOT NULL,
    -- All parents as JSON, and where the first of them lies: the log follows it.
    parents TEXT NOT NULL,
    parent_branch TEXT,
    parent_version BIGINT,
    time BIGINT NOT NULL,
    author TEXT NOT NULL,
    message TEXT NOT NULL,
    -- As JSON.
    operation TEXT NOT NULL,
    rows BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    added BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    PRIMARY KEY (dataset, branch, version)
);
CREATE INDEX commits_id ON commits (dataset, id);

-- The newest known version of each branch (one that ended has its row too, so that versions go on without a
-- gap), and tags.
CREATE TABLE refs (
    dataset TEXT NOT NULL REFERENCES datasets (uuid) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('branch', 'tag')),
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    branch TEXT NOT NULL,
    version BIGINT NOT NULL,
    ended BOOLEAN NOT NULL,
    time BIGINT NOT NULL,
    author TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (dataset, kind, name)
);

-- Create-only objects of stores that can't refuse to overwrite: the first row wins, and whoever finds a row
-- whose object is missing writes the object from it.
CREATE TABLE claims (
    dataset TEXT NOT NULL REFERENCES datasets (uuid) ON DELETE CASCADE,
    path TEXT NOT NULL,
    content BLOB NOT NULL,
    created BIGINT NOT NULL,
    written BOOLEAN NOT NULL,
    PRIMARY KEY (dataset, path)
);
CREATE INDEX claims_unwritten ON claims (dataset, created) WHERE NOT written;
