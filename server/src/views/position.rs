//! A row by its id or its position.

use hub_dataset::Snapshot;
use hub_schema::{FragmentId, RowId};

use crate::problem::{Problem, Result};

/// The position of a row that is given by its id (`0123456789:42`) or its position.
///
/// # Errors
/// [`crate::problem::Kind::NotFound`].
pub async fn position_of(snapshot: &Snapshot, row: &str) -> Result<u64> {
    let index = snapshot.index().await?;
    match row.split_once(':') {
        Some(_) => {
            let id = parse_row_id(row).ok_or_else(|| Problem::not_found(format!("row '{row}'")))?;
            let place = index.of_row(id).and_then(|place| index.position(place));
            place.ok_or_else(|| Problem::not_found(format!("row '{row}' in this revision")))
        }
        None => {
            let position = row.parse().ok().filter(|position| *position < index.rows());
            position.ok_or_else(|| Problem::not_found(format!("row '{row}'")))
        }
    }
}

/// The id of the row at a position.
pub async fn id_at(snapshot: &Snapshot, position: u64) -> Result<RowId> {
    let index = snapshot.index().await?;
    let place = index.at(position).ok_or_else(|| Problem::not_found(format!("row '{position}'")))?;
    Ok(index.fragments()[place.fragment].row_id(place.offset))
}

/// Parses `fragment:offset`.
pub fn parse_row_id(text: &str) -> Option<RowId> {
    let (fragment, offset) = text.split_once(':')?;
    let fragment = u64::from_str_radix(fragment, 16).ok().filter(|raw| *raw <= FragmentId::MAX)?;
    let offset = offset.parse().ok().filter(|offset| *offset < RowId::MAX_ROWS)?;
    Some(RowId::new(FragmentId::from_raw(fragment), offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formatted_row_id_is_parsed() {
        let id = RowId::new(FragmentId::from_raw(0x1234567), 42);
        assert_eq!(parse_row_id(&id.to_string()), Some(id));
        for wrong in ["", ":", "1", "x:1", "1:x", "1:-1", "fffffffffff:1", "1:99999999"] {
            assert_eq!(parse_row_id(wrong), None, "{wrong}");
        }
    }
}
