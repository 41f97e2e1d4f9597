//! Recognises Parquet files.

use super::files::is_parquet;
use crate::read::sniff::Sniff;

/// Is it a Parquet file, or a folder with one? (A data set of the hub itself is not a foreign format.)
pub fn recognise(look: &Sniff) -> bool {
    if look.is_dir {
        return !look.has("hub.json") && look.files().any(is_parquet);
    }
    is_parquet(&look.name()) || look.head("", 4).is_some_and(|head| head == *b"PAR1")
}
