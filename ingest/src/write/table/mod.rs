//! Tables: `metadata.csv` or `metadata.jsonl`, and the media its rows name.
//!
//! A medium goes to its own name (below its split's folder, if the name doesn't begin with that), and its
//! column holds the path: `file_name`, as Hugging Face's image folders have it, for a column `image`, `audio`
//! or `video`, and `left_file_name` for a column `left`. The split is a column of its own. The label's class
//! names are listed in `classnames.txt`, in their order.
//!
//! JSON lines have values in the shape of [`hub_dataset::sample::json`], class labels with their number, name
//! and synset. In CSV a class label is its name, or its number where a name looks like a number and would be
//! taken for one; lists and structs are JSON texts. Numbers that JSON does not have (NaN) are null there; CSV
//! has them.

mod cells;
mod layout;
mod sink;

#[cfg(test)]
mod tests;

pub use layout::fit;
pub use sink::Table;
