-- Answers of people about rows that a review queue showed them: who saw what is right as it is.

CREATE TABLE reviews (
    dataset TEXT NOT NULL REFERENCES datasets (uuid) ON DELETE CASCADE,
    queue TEXT NOT NULL,
    -- The row's id: 40 bits of fragment and 24 bits of row, as a signed number.
    row_id BIGINT NOT NULL,
    answer TEXT NOT NULL,
    -- The user's name; it outlives the user.
    actor TEXT NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (dataset, queue, row_id)
);
