//! Answers as people and programs take them, written as they come.
//!
//! | format | class labels | media and other bytes |
//! |---|---|---|
//! | table | names | `<image 110 kB>`, `<12 bytes>` |
//! | CSV | names | base64; a medium is `{"name": …, "size_bytes": …, "base64": …}` |
//! | JSON (an array of objects) | `{"value": …, "name": …, "synset": …}` | the same, see [`hub_dataset::sample::json`] |
//! | Parquet, Arrow IPC (stream) | numbers, with the names in the field's metadata | bytes |
//!
//! Texts are for reading, so they have names; files are for computing, so they have what is stored; JSON is for
//! programs of any kind, and has both. A label is
//! known by the feature in its field's metadata: what was computed from one (`max(label)`) is a number.

mod answer;
mod cells;
mod columnar;
mod json;
mod row_writer;
mod table;
mod text;

pub use answer::{Format, Written, write};
