//! Parquet as Hugging Face publishes data sets: `data/train-00000-of-00003.parquet`, …, and a `README.md` that
//! names the splits.
//!
//! Columns lie as in a hub (media are `struct<bytes, path>`, labels numbers), with two differences: Hugging Face
//! knows no raw images, so they become PNG, and no tensors of bytes, so those lie as lists of fixed lengths, which
//! our reader makes tensors again. The `huggingface` key says the rest, so that `datasets` shows pictures and class
//! names.
//!
//! A file is written a row group at a time: samples are held until they are some tens of megabytes, so one that
//! is larger than [`sink::MOST_SAMPLE_BYTES`] is refused; a Parquet reader would have to hold it whole as well.
//! Annotations are compressed, media are not, since they are already.

mod columns;
mod shard;
mod sink;

use hub_dataset::sample::Column;

use self::columns::Converted;
use super::loss::{Loss, LossKind, Unfit};
use crate::Format;

pub use sink::Parquet;

const FORMAT: Format = Format::Parquet;
/// What is written.
#[derive(Debug)]
pub struct Plan {
    columns: Vec<Converted>,
}

/// Finds what each column becomes, and what is lost.
pub fn fit(columns: &[Column], splits: &[String]) -> Result<(Plan, Vec<Loss>), Unfit> {
    if columns.is_empty() {
        return Err(super::columns::lacking(FORMAT, "at least one column", columns));
    }
    let columns: Vec<_> = columns.iter().enumerate().map(|(at, column)| Converted::new(at, column)).collect();
    let mut losses = Vec::new();
    for (is_lost, kind) in [
        (Converted::is_png as fn(&Converted) -> bool, LossKind::RawPixels),
        (Converted::is_scalar, LossKind::Type("plain numbers")),
    ] {
        let names: Vec<_> = columns.iter().filter(|c| is_lost(c)).map(Converted::name).collect();
        if !names.is_empty() {
            losses.push(Loss::new(FORMAT, names, kind));
        }
    }
    if splits.is_empty() {
        losses.push(Loss::new(FORMAT, [] as [&str; 0], LossKind::Unsplit));
    }
    Ok((Plan { columns }, losses))
}

#[cfg(test)]
mod tests;
