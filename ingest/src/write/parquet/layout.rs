//! What each column becomes in Parquet, and what is lost.

use hub_dataset::sample::Column;

use super::columns::Converted;
use crate::format::Format;
use crate::write::columns::lacking;
use crate::write::loss::{Loss, LossKind, Unfit};

const FORMAT: Format = Format::Parquet;

#[derive(Debug)]
pub struct Layout {
    pub columns: Vec<Converted>,
}

/// Finds what each column becomes, and what is lost.
pub fn fit(columns: &[Column], splits: &[String]) -> Result<(Layout, Vec<Loss>), Unfit> {
    if columns.is_empty() {
        return Err(lacking(FORMAT, "at least one column", columns));
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
    Ok((Layout { columns }, losses))
}
