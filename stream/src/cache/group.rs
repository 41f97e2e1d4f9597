//! The indexes of entry points of one row group: in memory, and as a file.
//!
//! The file is [`MAGIC`], the number of rows, for each row the length of its index plus one (0: not known), the indexes one
//! after another, and the CRC-32 of all that. Numbers have four bytes, little-endian. An index of length 0 says that
//! the row's image can have none.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use hub_dataset::store::{Access, replace_file};

const MAGIC: &[u8] = b"imagehub entry points 1\n";
/// No file of indexes is as long: a row group has 2^24 rows at most, and an index less than 1 % of an image.
const MOST_BYTES: u64 = 1 << 30;

/// The indexes of a row group.
#[derive(Debug)]
pub struct Group {
    path: PathBuf,
    rows: usize,
    /// Read from the disk when it is first needed.
    held: Mutex<Option<Held>>,
}

#[derive(Debug)]
struct Held {
    indexes: Vec<Option<Bytes>>,
    /// Rows whose index is not known.
    missing: usize,
    /// Indexes that are not in the file.
    unsaved: usize,
}

impl Group {
    pub fn new(path: PathBuf, rows: usize) -> Self {
        Self { path, rows, held: Mutex::new(None) }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Held) -> T) -> T {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        work(held.get_or_insert_with(|| Held::new(read(&self.path, self.rows), self.rows)))
    }

    /// The index of a row: empty if its image can have none, `None` if it isn't known.
    pub fn get(&self, row: usize) -> Option<Bytes> {
        self.with(|held| held.indexes.get(row)?.clone())
    }

    /// Sets the index of a row. True if all are known now and some are not saved.
    pub fn put(&self, row: usize, index: Vec<u8>) -> bool {
        self.with(|held| {
            let Some(place) = held.indexes.get_mut(row) else { return false };
            held.missing -= usize::from(place.is_none());
            held.unsaved += 1;
            *place = Some(index.into());
            held.missing == 0
        })
    }

    /// Bytes in memory.
    pub fn size_bytes(&self) -> usize {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().map_or(0, |held| {
            let indexes: usize = held.indexes.iter().flatten().map(Bytes::len).sum();
            indexes + held.indexes.len() * size_of::<Option<Bytes>>()
        })
    }

    /// Writes the file if it lacks something, with what another process has added to it. Returns the bytes written.
    pub fn save(&self) -> io::Result<u64> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(held) = held.as_mut().filter(|held| held.unsaved > 0) else { return Ok(0) };
        if held.missing > 0
            && let Some(others) = read(&self.path, self.rows)
        {
            for (place, other) in held.indexes.iter_mut().zip(others).filter(|(place, _)| place.is_none()) {
                held.missing -= usize::from(other.is_some());
                *place = other;
            }
        }
        let bytes = encode(&held.indexes);
        replace_file(&self.path, Access::Umask, |file: &mut File| file.write_all(&bytes))?;
        held.unsaved = 0;
        Ok(bytes.len() as u64)
    }
}

impl Held {
    fn new(read: Option<Vec<Option<Bytes>>>, rows: usize) -> Self {
        let indexes = read.unwrap_or_else(|| vec![None; rows]);
        let missing = indexes.iter().filter(|index| index.is_none()).count();
        Self { indexes, missing, unsaved: 0 }
    }
}

/// Reads the file and marks it as used. A damaged one is deleted.
fn read(path: &PathBuf, rows: usize) -> Option<Vec<Option<Bytes>>> {
    let file = File::open(path).ok()?;
    let whole = file.metadata().is_ok_and(|found| found.len() <= MOST_BYTES).then(|| fs::read(path).ok());
    let indexes = whole.flatten().and_then(|bytes| decode(bytes.into(), rows));
    match indexes {
        // Only the order of eviction depends on it.
        Some(_) => drop(file.set_modified(SystemTime::now())),
        None => drop(fs::remove_file(path)),
    }
    indexes
}

fn encode(indexes: &[Option<Bytes>]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend((indexes.len() as u32).to_le_bytes());
    for index in indexes {
        bytes.extend(index.as_ref().map_or(0, |index| index.len() as u32 + 1).to_le_bytes());
    }
    indexes.iter().flatten().for_each(|index| bytes.extend(&index[..]));
    let sum = crc32fast::hash(&bytes);
    bytes.extend(sum.to_le_bytes());
    bytes
}

fn decode(mut bytes: Bytes, rows: usize) -> Option<Vec<Option<Bytes>>> {
    let mut body = bytes.split_to(bytes.len().checked_sub(4)?);
    if crc32fast::hash(&body).to_le_bytes() != bytes[..] || !body.starts_with(MAGIC) {
        return None;
    }
    let head = body.split_to(body.len().min(MAGIC.len() + (rows + 1) * 4));
    let (numbers, _) = head[MAGIC.len()..].as_chunks::<4>();
    let mut numbers = numbers.iter().map(|number| u32::from_le_bytes(*number) as usize);
    if numbers.next()? != rows || numbers.len() != rows {
        return None;
    }
    let index = |length: usize| match length.checked_sub(1) {
        None => Some(None),
        Some(length) => (length <= body.len()).then(|| Some(body.split_to(length))),
    };
    let indexes = numbers.map(index).collect::<Option<Vec<_>>>()?;
    body.is_empty().then_some(indexes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_comes_back_and_damage_is_as_if_nothing_were_there() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.indexes");
        let group = Group::new(path.clone(), 4);
        assert_eq!(group.get(1), None);
        assert!(!group.put(1, vec![1, 2, 3]) && !group.put(3, vec![]) && !group.put(9, vec![7]));
        assert!(group.save().unwrap() > 0);
        assert_eq!(group.save().unwrap(), 0, "nothing is new");
        // Another process, which knows other rows.
        let other = Group::new(path.clone(), 4);
        assert_eq!(
            [0, 1, 2, 3].map(|row| other.get(row)),
            [None, Some(vec![1, 2, 3].into()), None, Some(Bytes::new())]
        );
        group.put(0, vec![5]);
        group.save().unwrap();
        assert!(!other.put(2, vec![6]), "it doesn't know row 0 yet");
        other.save().unwrap();
        let all = || [0, 1, 2, 3].map(|row| Group::new(path.clone(), 4).get(row).map(|index| index.to_vec()));
        assert_eq!(all(), [Some(vec![5]), Some(vec![1, 2, 3]), Some(vec![6]), Some(vec![])]);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 4;
            fs::write(&path, &damaged).unwrap();
            assert_eq!(all(), [const { None }; 4], "byte {at}");
            assert!(!path.exists());
            fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(all(), [const { None }; 4], "cut at {at}");
        }
        fs::write(&path, &whole).unwrap();
        assert_eq!(Group::new(path.clone(), 3).get(0), None, "of another row group");
    }

    /// Lengths that the checksum vouches for, but that don't fit.
    #[test]
    fn forged_lengths_are_refused() {
        for lengths in [[9, 0], [u32::MAX, 1], [1, 1], [0, 0]] {
            let mut bytes = MAGIC.to_vec();
            bytes.extend(2_u32.to_le_bytes());
            lengths.iter().for_each(|length: &u32| bytes.extend(length.to_le_bytes()));
            bytes.extend([1, 2, 3]);
            bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
            assert_eq!(decode(bytes.into(), 2), None, "{lengths:?}");
        }
    }
}
