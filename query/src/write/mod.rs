//! Writes results in the formats of people and programs, batch by batch.
//!
//! | format | media and other bytes |
//! |---|---|
//! | table | `<image 110 kB>`, `<12 bytes>` |
//! | CSV | base64; media are `{"name": …, "size_bytes": …, "base64": …}` |
//! | JSON (an array of objects) | the same, see [`hub_dataset::sample::json`] |
//! | Parquet, Arrow IPC (stream) | bytes |
//!
//! A class label is the name of its class in all of them, as it is in the query. NaN and infinity are written as
//! `NaN`, `Infinity` and `-Infinity`, in JSON as strings.

mod answer;
mod cells;
mod columnar;
mod json;
mod row_writer;
mod table;
mod text;

pub use answer::{Format, Written, write};
