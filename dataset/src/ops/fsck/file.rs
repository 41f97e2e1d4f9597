//! Verifies one data file or blob, in constant memory.

use std::collections::HashMap;
use std::ops::Range;

use futures::stream::TryStreamExt;
use hub_schema::{ContentHash, Field, FieldId};

use super::checklist::Wanted;
use super::report::{Damage, DamagedRows};
use crate::commit::check::footer;
use crate::error::{Error, Result};
use crate::file::GroupFile;
use crate::layout;
use crate::store::Store;

/// A row group is read in parts of this size.
const PART_BYTES: u64 = 4 * 1024 * 1024;

/// What reading an object gave.
enum Found {
    Missing,
    Unreadable(String),
    Bytes(ContentHash, u64),
}

/// Reads a data file; `None` if it is as it was written and fits its fragments.
pub(super) async fn verify_data(
    store: &Store,
    wanted: &Wanted,
    fields: &HashMap<FieldId, Field>,
) -> Option<Damage> {
    let (path, columns) = (wanted.path(), wanted.columns(fields));
    let everywhere = || all_rows(wanted, &columns);
    let damage = |problem: String, rows| Some(Damage { path: path.clone(), problem, rows });
    match read(store, &path).await {
        Found::Missing => damage("the file is missing".to_owned(), everywhere()),
        Found::Unreadable(why) => damage(format!("it can't be read: {why}"), everywhere()),
        Found::Bytes(hash, bytes) if hash == wanted.file.hash && bytes == wanted.file.bytes => {
            let problem = misfit(store, wanted, fields).await?;
            damage(problem, everywhere())
        }
        Found::Bytes(_, bytes) if bytes != wanted.file.bytes => {
            damage(format!("{bytes} bytes long, the manifest states {}", wanted.file.bytes), everywhere())
        }
        Found::Bytes(hash, _) => match damaged_row_groups(store, wanted).await {
            Ok(groups) if groups.is_empty() => {
                damage(format!("damaged outside its rows: its BLAKE3 is {hash}"), Vec::new())
            }
            Ok(groups) => damage(
                format!("damaged: its BLAKE3 is {hash}"),
                groups.iter().flat_map(|g| rows_of(wanted, *g, &columns)).collect(),
            ),
            Err(error) => damage(format!("damaged: {}", in_words(error)), everywhere()),
        },
    }
}

/// Reads a blob; `None` if it is as it was written.
pub(super) async fn verify_blob(store: &Store, hash: ContentHash, bytes: u64) -> Option<Damage> {
    let path = layout::blob(hash);
    let problem = match read(store, &path).await {
        Found::Missing => "the file is missing".to_owned(),
        Found::Unreadable(why) => format!("it can't be read: {why}"),
        Found::Bytes(found, length) if found == hash && length == bytes => return None,
        Found::Bytes(_, length) if length != bytes => {
            format!("{length} bytes long, the manifest states {bytes}")
        }
        Found::Bytes(found, _) => format!("damaged: its BLAKE3 is {found}"),
    };
    Some(Damage { path, problem, rows: Vec::new() })
}

async fn read(store: &Store, path: &str) -> Found {
    if let Some(local) = store.local_file(path) {
        let read = tokio::task::spawn_blocking(move || read_local(&local));
        return read.await.unwrap_or_else(|e| Found::Unreadable(e.to_string()));
    }
    let hash = async {
        let mut parts = store.stream(path).await?;
        let (mut hasher, mut bytes) = (blake3::Hasher::new(), 0);
        while let Some(part) = parts.try_next().await? {
            hasher.update(&part);
            bytes += part.len() as u64;
        }
        Ok::<_, Error>((ContentHash(*hasher.finalize().as_bytes()), bytes))
    };
    match hash.await {
        Ok((hash, bytes)) => Found::Bytes(hash, bytes),
        Err(Error::Store { source: object_store::Error::NotFound { .. }, .. }) => Found::Missing,
        Err(error) => Found::Unreadable(in_words(error)),
    }
}

/// Reads, rather than maps: a disk that fails must give an error, not a signal.
fn read_local(path: &std::path::Path) -> Found {
    let mut hasher = blake3::Hasher::new();
    match std::fs::File::open(path).and_then(|file| hasher.update_reader(file).map(drop)) {
        Ok(()) => Found::Bytes(ContentHash(*hasher.finalize().as_bytes()), hasher.count()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Found::Missing,
        Err(e) => Found::Unreadable(e.to_string()),
    }
}

fn in_words(error: Error) -> String {
    match error {
        Error::Damaged { problem, .. } => problem,
        Error::Store { source, .. } => source.to_string(),
        Error::Parquet { source, .. } => source.to_string(),
        other => other.to_string(),
    }
}

/// How an undamaged file differs from its fragments' entries, if it does.
async fn misfit(store: &Store, wanted: &Wanted, fields: &HashMap<FieldId, Field>) -> Option<String> {
    let file = match GroupFile::open(store, &wanted.file).await {
        Ok(file) => file,
        Err(error) => return Some(format!("its footer can't be read: {}", in_words(error))),
    };
    let fields = wanted.file.fields.iter().filter_map(|id| fields.get(id));
    footer::check(&file, &wanted.file, &wanted.row_groups, fields).err().map(|problem| problem.to_string())
}

/// The row groups whose bytes are not those that were written.
async fn damaged_row_groups(store: &Store, wanted: &Wanted) -> Result<Vec<u32>> {
    let file = GroupFile::open(store, &wanted.file).await?;
    let path = wanted.path();
    let missing = || Error::damaged(path.as_str(), "its footer holds no checksums of its row groups");
    let checksums = file.checksums().ok_or_else(missing)?;
    let mut damaged = Vec::new();
    for (group, checksum) in checksums.into_iter().enumerate() {
        if crc(store, &path, byte_range(&file, group, wanted.file.bytes)).await? != checksum {
            damaged.push(group as u32);
        }
    }
    Ok(damaged)
}

/// From the start of a row group's first column to the end of its last.
fn byte_range(file: &GroupFile, group: usize, size_bytes: u64) -> Range<u64> {
    let columns = file.metadata().row_group(group).columns();
    let ranges = columns.iter().map(|c| {
        let start = c.dictionary_page_offset().unwrap_or_else(|| c.data_page_offset()).max(0) as u64;
        (start, start.saturating_add(c.compressed_size().max(0) as u64))
    });
    let (start, end) = ranges.fold((u64::MAX, 0), |(s, e), (start, end)| (s.min(start), e.max(end)));
    start.min(size_bytes)..end.min(size_bytes)
}

async fn crc(store: &Store, path: &str, range: Range<u64>) -> Result<u32> {
    let mut hasher = crc32fast::Hasher::new();
    let mut at = range.start;
    while at < range.end {
        let end = range.end.min(at + PART_BYTES);
        hasher.update(&store.range(path, at..end).await?);
        at = end;
    }
    Ok(hasher.finalize())
}

fn all_rows(wanted: &Wanted, columns: &[String]) -> Vec<DamagedRows> {
    let rows: u32 = wanted.row_groups.iter().sum();
    describe(wanted, None, 0..rows, columns)
}

fn rows_of(wanted: &Wanted, group: u32, columns: &[String]) -> Vec<DamagedRows> {
    let start: u32 = wanted.row_groups.iter().take(group as usize).sum();
    let rows = wanted.row_groups.get(group as usize).copied().unwrap_or(0);
    describe(wanted, Some(group), start..start + rows, columns)
}

fn describe(
    wanted: &Wanted,
    row_group: Option<u32>,
    rows: Range<u32>,
    columns: &[String],
) -> Vec<DamagedRows> {
    let hit = |id: &hub_schema::FragmentId| DamagedRows {
        fragment: id.to_string(),
        row_group,
        first: rows.start,
        last: rows.end.saturating_sub(1),
        columns: columns.to_vec(),
    };
    wanted.fragments.iter().map(hit).collect()
}
