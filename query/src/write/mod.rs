//! Writes results in the formats of people and programs, batch by batch.
//!
//! | format | class labels | media and other bytes |
//! |---|---|---|
//! | table | names | `<image 110 kB>`, `<12 bytes>` |
//! | CSV | names | base64; media are `{"name": …, "size_bytes": …, "base64": …}` |
//! | JSON (an array of objects) | `{"value": …, "name": …, "synset": …}` | the same, see [`hub_dataset::sample::json`] |
//! | Parquet, Arrow IPC (stream) | numbers, with the names in the field's metadata | bytes |
//!
//! Tables and CSV are for reading, so they have names; Parquet and Arrow are for computing, so they have the stored
//! numbers; JSON is for programs of any kind, and has both. A label is recognized by the feature in its field's
//! metadata: a value computed from a label (`max(label)`) is a number.

mod answer;
mod cells;
mod columnar;
mod json;
mod row_writer;
mod table;
mod text;

pub use answer::{Format, Written, write};
