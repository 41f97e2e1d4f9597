//! One row, by its position in a revision or by its permanent id.

use std::str::FromStr;

use hub_dataset::{Place, Snapshot};
use hub_schema::{FragmentId, RowId};

use crate::errors::Failure;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowRef {
    /// Position in the revision, from 0.
    Position(u64),
    /// Permanent id, `0a1b2c3d4e:17`.
    Id(RowId),
}

impl FromStr for RowRef {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("'{text}' is not a row: expected a position (17) or a row id (0a1b2c3d4e:17)");
        let Some((fragment, offset)) = text.split_once(':') else {
            return text.parse().map(Self::Position).map_err(|_| bad());
        };
        let raw = u64::from_str_radix(fragment, 16).map_err(|_| bad())?;
        let offset: u32 = offset.parse().map_err(|_| bad())?;
        if raw > FragmentId::MAX || offset >= RowId::MAX_ROWS || fragment.starts_with('+') {
            return Err(bad());
        }
        Ok(Self::Id(RowId::new(FragmentId::from_raw(raw), offset)))
    }
}

impl RowRef {
    /// Finds the row in a revision.
    ///
    /// # Errors
    /// The revision has no such position or id, or the row was deleted.
    pub async fn find(self, snapshot: &Snapshot) -> anyhow::Result<Place> {
        let index = snapshot.index().await?;
        match self {
            Self::Position(position) => {
                let none = hub_dataset::Error::NoPosition { position, rows: index.rows() };
                Ok(index.at(position).ok_or(none)?)
            }
            Self::Id(id) => {
                let place = index.of_row(id).ok_or(hub_dataset::Error::NoRow(id))?;
                if index.position(place).is_none() {
                    let message = format!("row {id} was deleted before this revision");
                    return Err(Failure::not_found(message)
                        .hint("name an earlier revision with --rev")
                        .into());
                }
                Ok(place)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_positions_and_ids() {
        assert_eq!("17".parse(), Ok(RowRef::Position(17)));
        let id = RowId::new(FragmentId::from_raw(0x000a_1b2c_3d4e), 17);
        assert_eq!(id.to_string().parse(), Ok(RowRef::Id(id)));
        for bad in ["", "-1", "x", "1:2:3", "zz:1", "0a:x", "+1:2", "fffffffffffff:0", "0a:16777216"] {
            assert!(bad.parse::<RowRef>().is_err(), "{bad:?} was accepted");
        }
    }
}
