-- Changes of a data set that are in this database, but may not be in the store yet: whoever finds a row here carries
-- the change out in the store, and then removes the row.

CREATE TABLE unfinished (
    dataset TEXT NOT NULL PRIMARY KEY REFERENCES datasets (uuid) ON DELETE CASCADE,
    -- Drawn with each change: one that comes while another is carried out keeps the row.
    change TEXT NOT NULL,
    -- Of a new data set: the content of hub.json, which makes the folder a data set.
    hub BLOB,
    -- Of a renamed one: the location from which the folder has to be moved.
    moved_from TEXT,
    created BIGINT NOT NULL
);
CREATE INDEX unfinished_created ON unfinished (created);
