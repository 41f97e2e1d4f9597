-- The label index: which rows of a data set carry which synset. All of it can be built again from the store.
-- A data set's rows here are found by its uuid alone: a bare location that is asked often has an index, too,
-- and is in no table of data sets.

CREATE TABLE index_datasets (
    dataset TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    -- Drawn when the index is begun anew: ordinals of another generation mean other rows.
    generation BIGINT NOT NULL,
    -- The next free ordinal.
    next BIGINT NOT NULL,
    -- Written whenever the index changes: who changes it waits here.
    touched BIGINT NOT NULL
);

-- Which ordinals the rows have, by their ids: runs, in the order in which they were first seen.
CREATE TABLE index_extents (
    dataset TEXT COLLATE "C" NOT NULL REFERENCES index_datasets (dataset) ON DELETE CASCADE,
    base BIGINT NOT NULL,
    runs BYTEA NOT NULL,
    PRIMARY KEY (dataset, base)
);

-- What one or more commits changed: rows that lost their labels, and rows with their labels.
CREATE TABLE index_segments (
    id BIGINT NOT NULL PRIMARY KEY,
    dataset TEXT COLLATE "C" NOT NULL REFERENCES index_datasets (dataset) ON DELETE CASCADE,
    -- Rows in it.
    size BIGINT NOT NULL,
    -- Counts per synset, rows that lost their labels, and what lies in which part; none while it is written.
    head BYTEA,
    made BIGINT NOT NULL
);
CREATE INDEX index_segments_dataset ON index_segments (dataset);

CREATE TABLE index_parts (
    segment BIGINT NOT NULL REFERENCES index_segments (id) ON DELETE CASCADE,
    part BIGINT NOT NULL,
    postings BYTEA NOT NULL,
    PRIMARY KEY (segment, part)
);
-- Postings are compressed already.
ALTER TABLE index_parts ALTER COLUMN postings SET STORAGE EXTERNAL;
ALTER TABLE index_segments ALTER COLUMN head SET STORAGE EXTERNAL;
ALTER TABLE index_extents ALTER COLUMN runs SET STORAGE EXTERNAL;

CREATE TABLE index_revisions (
    dataset TEXT COLLATE "C" NOT NULL REFERENCES index_datasets (dataset) ON DELETE CASCADE,
    -- The commit's id, and a branch and version under which it lies.
    id TEXT COLLATE "C" NOT NULL,
    branch TEXT NOT NULL,
    version BIGINT NOT NULL,
    made BIGINT NOT NULL,
    PRIMARY KEY (dataset, id)
);

CREATE TABLE index_columns (
    dataset TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    -- The column's id, and the members down to the label as JSON.
    label TEXT COLLATE "C" NOT NULL,
    -- Its name in this revision.
    name TEXT NOT NULL,
    -- The segments that make up this revision, oldest first, as JSON.
    segments TEXT NOT NULL,
    PRIMARY KEY (dataset, id, label),
    FOREIGN KEY (dataset, id) REFERENCES index_revisions (dataset, id) ON DELETE CASCADE
);

-- WordNet 3.0, for those who ask with SQL of their own. Numbers count the synsets in the order of parts of
-- speech and offsets.
CREATE TABLE wordnet_synsets (
    number BIGINT NOT NULL PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    gloss TEXT NOT NULL
);

-- Every noun with itself and all it is a kind of.
CREATE TABLE wordnet_closure (
    ancestor BIGINT NOT NULL,
    descendant BIGINT NOT NULL,
    distance BIGINT NOT NULL,
    PRIMARY KEY (ancestor, descendant)
);
