//! Tables: `metadata.csv` or `metadata.jsonl`, and the media its rows name.
//!
//! A medium goes to its own name (below its split's folder, if the name doesn't begin with that), and its
//! column holds the path: `file_name`, as Hugging Face's image folders have it, for a column `image`, `audio`
//! or `video`, and `left_file_name` for a column `left`. The split is a column of its own. The label's class
//! names are listed in `classnames.txt`, in their order; the column holds names, or numbers where a name looks
//! like a number and would be taken for one.
//!
//! In JSON lines lists and structs are what they are; in CSV they are JSON texts. Numbers that JSON does not
//! have (NaN) are null there; CSV has them.

mod cells;
mod layout;
mod sink;

#[cfg(test)]
mod tests;

pub use layout::fit;
pub use sink::Table;
