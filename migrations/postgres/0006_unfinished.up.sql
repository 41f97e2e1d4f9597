-- Changes of a data set that are in this database, but may not be in the store yet: whoever finds a row here carries
-- the change out in the store, and then removes the row.
-- Names and ids compare byte by byte (COLLATE "C"), whatever the database's locale: cursors rely on it.

CREATE TABLE unfinished (
    dataset TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES datasets (uuid) ON DELETE CASCADE,
    -- Drawn with each change: one that comes while another is carried out keeps the row.
    change TEXT COLLATE "C" NOT NULL,
    -- Of a new data set: the content of hub.json, which makes the folder a data set.
    hub BYTEA,
    -- Of a renamed one: the location from which the folder has to be moved.
    moved_from TEXT COLLATE "C",
    created BIGINT NOT NULL
);
CREATE INDEX unfinished_created ON unfinished (created);
