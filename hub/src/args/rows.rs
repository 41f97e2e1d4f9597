//! Rows as they are named on a command line: by position, by a range of positions, by permanent id or by file name.

use std::collections::{BTreeSet, HashMap};
use std::str::FromStr;

use hub_client::edit::{KeyPath, row_keys};
use hub_dataset::{Place, Snapshot};
use hub_schema::{FragmentId, RowId};

use crate::errors::Failure;

/// Rows that a message lists.
const LISTED: usize = 5;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowRef {
    /// Position in the revision, from 0.
    Position(u64),
    /// Positions from the first to the last, both included: `0-99`.
    Range(u64, u64),
    /// Permanent id, `0a1b2c3d4e:17`.
    Id(RowId),
    /// The name of an image, audio or video file, as it was pushed, or the last part of one.
    Name(String),
}

impl FromStr for RowRef {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(position) = text.parse() {
            return Ok(Self::Position(position));
        }
        let bounds = text.split_once('-').map(|(first, last)| (first.parse::<u64>(), last.parse::<u64>()));
        if let Some((Ok(first), Ok(last))) = bounds {
            return match first <= last {
                true => Ok(Self::Range(first, last)),
                false => Err(format!("'{text}' is an empty range: expected the smaller position first")),
            };
        }
        match text.split_once(':') {
            Some((fragment, offset)) if is_id(fragment, offset) => {
                row_id(fragment, offset).ok_or_else(|| {
                    format!(
                        "'{text}' is not a row id: the fragment or the offset is too great (0a1b2c3d4e:17)"
                    )
                })
            }
            _ if text.is_empty() || text.starts_with('-') => Err(format!(
                "'{text}' is not a row: expected a position (17), a range (0-99), a row id (0a1b2c3d4e:17) or a \
                 file name"
            )),
            _ => Ok(Self::Name(text.to_owned())),
        }
    }
}

fn is_id(fragment: &str, offset: &str) -> bool {
    let is_hex = !fragment.is_empty() && fragment.bytes().all(|b| b.is_ascii_hexdigit());
    is_hex && !offset.is_empty() && offset.bytes().all(|b| b.is_ascii_digit())
}

fn row_id(fragment: &str, offset: &str) -> Option<RowRef> {
    let raw = u64::from_str_radix(fragment, 16).ok().filter(|raw| *raw <= FragmentId::MAX)?;
    let offset: u32 = offset.parse().ok().filter(|offset| *offset < RowId::MAX_ROWS)?;
    Some(RowRef::Id(RowId::new(FragmentId::from_raw(raw), offset)))
}

/// The places of rows in a revision, in the order of their positions, each once.
///
/// # Errors
/// The revision has no such position, id or file, or the row was deleted; several rows have a name.
pub async fn find(rows: &[RowRef], snapshot: &Snapshot) -> anyhow::Result<Vec<(u64, Place)>> {
    let index = snapshot.index().await?;
    let names: Vec<&str> = rows
        .iter()
        .filter_map(|row| if let RowRef::Name(name) = row { Some(name.as_str()) } else { None })
        .collect();
    let named = if names.is_empty() { HashMap::new() } else { by_name(&names, snapshot).await? };
    let mut positions = BTreeSet::new();
    for row in rows {
        match row {
            RowRef::Position(position) => {
                check(*position, index.rows())?;
                positions.insert(*position);
            }
            RowRef::Range(first, last) => {
                check(*last, index.rows())?;
                positions.extend(*first..=*last);
            }
            RowRef::Id(id) => {
                let place = index.of_row(*id).ok_or(hub_dataset::Error::NoRow(*id))?;
                let deleted = || {
                    Failure::not_found(format!("row {id} was deleted before this revision"))
                        .hint("name an earlier revision with --rev")
                };
                positions.insert(index.position(place).ok_or_else(deleted)?);
            }
            RowRef::Name(name) => positions.extend(named.get(name.as_str())),
        }
    }
    let place = |position: u64| {
        let none = hub_dataset::Error::NoPosition { position, rows: index.rows() };
        anyhow::Ok((position, index.at(position).ok_or(none)?))
    };
    positions.into_iter().map(place).collect()
}

fn check(position: u64, rows: u64) -> Result<(), hub_dataset::Error> {
    if position < rows { Ok(()) } else { Err(hub_dataset::Error::NoPosition { position, rows }) }
}

/// The position of each file: of the row whose file has that name, else of the one whose name ends in it.
async fn by_name<'a>(names: &[&'a str], snapshot: &Snapshot) -> anyhow::Result<HashMap<&'a str, u64>> {
    let mut whole: HashMap<&str, Vec<u64>> = names.iter().map(|name| (*name, Vec::new())).collect();
    let mut ends: HashMap<&str, Vec<u64>> = whole.clone();
    let facts = snapshot.schema().fields.iter().filter(|f| f.fact_of.is_some() && f.name.ends_with(".name"));
    for field in facts {
        let keys = row_keys(snapshot, &KeyPath::find(snapshot.schema(), &field.name)?).await?;
        for (position, key) in (0..).zip(keys) {
            let Some(key) = key else { continue };
            if let Some(found) = whole.get_mut(key.as_str()) {
                found.push(position);
            }
            for (at, _) in key.match_indices('/') {
                if let Some(found) = ends.get_mut(&key[at + 1..]) {
                    found.push(position);
                }
            }
        }
    }
    let mut found = HashMap::new();
    for name in names {
        let rows = whole.get(name).filter(|rows| !rows.is_empty()).or_else(|| ends.get(name));
        let mut rows = rows.cloned().unwrap_or_default();
        rows.dedup();
        match rows.as_slice() {
            [one] => drop(found.insert(*name, *one)),
            [] => {
                let message =
                    format!("no row has a file named '{name}', and it is no position, range or row id");
                let hint =
                    "`hub query NAME \"SELECT _position, image.name FROM samples\"` lists the names of files";
                return Err(Failure::not_found(message).hint(hint).into());
            }
            several => {
                let first: Vec<String> = several.iter().take(LISTED).map(ToString::to_string).collect();
                let more = if several.len() > LISTED { ", …" } else { "" };
                let message =
                    format!("{} rows have a file named '{name}': {}{more}", several.len(), first.join(", "));
                let hint = "give more of the path, or positions";
                return Err(Failure::usage(message).hint(hint).into());
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_positions_ranges_ids_and_names() {
        assert_eq!("17".parse(), Ok(RowRef::Position(17)));
        assert_eq!("0-99".parse(), Ok(RowRef::Range(0, 99)));
        let id = RowId::new(FragmentId::from_raw(0x000a_1b2c_3d4e), 17);
        assert_eq!(id.to_string().parse(), Ok(RowRef::Id(id)));
        for name in ["train/cat/a.png", "x", "1:2:3", "zz:1", "0a:x", "a-b.jpg", "1-2.png"] {
            assert_eq!(name.parse(), Ok(RowRef::Name(name.to_owned())));
        }
        for bad in ["", "-1", "--rows", "7-3", "fffffffffffff:0", "0a:16777216"] {
            assert!(bad.parse::<RowRef>().is_err(), "{bad:?} was accepted");
        }
    }
}
