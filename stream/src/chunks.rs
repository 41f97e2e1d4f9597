//! The chunks of a selection: which row groups hold wanted rows, and which of their rows those are.
//!
//! In come a revision's fragments, a split and a set of rows; out come the chunks in the revision's order, each
//! with the number of its wanted rows. Row groups without any are left out.

use std::collections::HashMap;

use hub_dataset::read::FragmentIndex;
use hub_dataset::{Error, Place};
use hub_schema::Fragment;
use roaring::RoaringBitmap;

use crate::builder::Rows;
use crate::error::Result;

/// One row group of one fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The fragment's place in the index.
    pub fragment: u32,
    /// The row group's number in the fragment's files.
    pub row_group: u32,
    /// Offset of its first row in the fragment.
    pub start: u32,
    /// All rows of the row group, selected or not.
    pub rows: u32,
}

/// The chunks of a selection.
#[derive(Debug)]
pub struct Selection {
    /// The chunks, in the revision's order.
    pub chunks: Vec<Chunk>,
    /// The number of wanted rows of each chunk.
    pub rows: Vec<u32>,
    /// The wanted rows of each fragment, deleted ones included, where not all are wanted.
    wanted: Option<HashMap<u32, RoaringBitmap>>,
    /// The rows of each chunk as often as they come, counted from its first and rising, where they have weights.
    drawn: Option<Vec<Vec<u32>>>,
    /// BLAKE3 (hex) of split and rows, and of weights if there are any.
    pub digest: String,
}

impl Selection {
    /// The chunks of a split (or all) and some rows (or all), of which a filter kept some positions (or all).
    ///
    /// # Errors
    /// A row that is not there, or is deleted. The split is not checked.
    pub fn new(
        index: &FragmentIndex,
        split: Option<&str>,
        rows: &Rows,
        kept: Option<&RoaringBitmap>,
    ) -> Result<Self> {
        let mut wanted = Wanted::new(split, !matches!(rows, Rows::All) || kept.is_some());
        match (places(index, rows)?, kept) {
            (None, None) => {}
            // Rising positions are rising places: however many there are, none is kept but in the bitmaps.
            (None, Some(kept)) => kept.iter().filter_map(|p| index.at(p.into())).for_each(|p| wanted.add(p)),
            (Some(places), kept) => {
                let keeps = |p: u64| kept.is_none_or(|kept| u32::try_from(p).is_ok_and(|p| kept.contains(p)));
                let left = places.into_iter().filter(|place| index.position(*place).is_some_and(keeps));
                left.for_each(|place| wanted.add(place));
            }
        }
        let (wanted, digest) = wanted.finish();
        let mut selection = Self { chunks: Vec::new(), rows: Vec::new(), wanted, drawn: None, digest };
        for (i, fragment) in index.fragments().iter().enumerate() {
            if split.is_none_or(|s| fragment.split.as_deref() == Some(s)) {
                selection.add(i as u32, fragment);
            }
        }
        Ok(selection)
    }

    /// Notes the weights of the wanted rows, in their order.
    pub fn weigh(&mut self, weights: &[f64]) {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.digest.as_bytes());
        for weight in weights {
            hasher.update(&weight.to_le_bytes());
        }
        self.digest = hasher.finalize().to_hex().to_string();
    }

    /// Lets each wanted row come as often as `counts` says, in their order. Chunks without any are left out.
    pub fn draw(&mut self, index: &FragmentIndex, counts: &[u32]) {
        let mut counts = counts.iter();
        let (mut chunks, mut rows, mut drawn) = (Vec::new(), Vec::new(), Vec::new());
        for chunk in std::mem::take(&mut self.chunks) {
            let all = || (0..chunk.rows).collect();
            let wanted: Vec<u32> =
                self.subset(&chunk, &index.fragments()[chunk.fragment as usize]).unwrap_or_else(all);
            let repeated = |(row, count): (u32, &u32)| std::iter::repeat_n(row, *count as usize);
            let coming: Vec<u32> = wanted.into_iter().zip(counts.by_ref()).flat_map(repeated).collect();
            if !coming.is_empty() {
                chunks.push(chunk);
                rows.push(coming.len() as u32);
                drawn.push(coming);
            }
        }
        (self.chunks, self.rows, self.drawn) = (chunks, rows, Some(drawn));
    }

    /// The rows of a chunk that come, counted from its first and rising, repeated where they come again; none if all come
    /// once.
    pub fn coming(&self, chunk: u32, fragment: &Fragment) -> Option<Vec<u32>> {
        match &self.drawn {
            Some(drawn) => drawn.get(chunk as usize % drawn.len().max(1)).cloned(),
            None => self.subset(&self.chunk(chunk), fragment),
        }
    }

    /// How often the row of a chunk has come before, by the same chunk.
    pub fn repetition(&self, chunk: u32, row: u32) -> u32 {
        let Some(drawn) = &self.drawn else { return 0 };
        let Some(rows) = drawn.get(chunk as usize % drawn.len().max(1)) else { return 0 };
        let before = rows.get(..=row as usize).unwrap_or_default();
        before.iter().rev().skip(1).take_while(|other| before.last() == Some(*other)).count() as u32
    }

    /// The chunk of a number. Chunks that are read several times have several numbers, a multiple of the number of all apart.
    pub fn chunk(&self, number: u32) -> Chunk {
        self.chunks[number as usize % self.chunks.len()]
    }

    fn add(&mut self, place: u32, fragment: &Fragment) {
        if self.wanted.as_ref().is_some_and(|w| !w.contains_key(&place)) {
            return;
        }
        let mut start = 0;
        for (row_group, rows) in fragment.row_groups.iter().enumerate() {
            let chunk = Chunk { fragment: place, row_group: row_group as u32, start, rows: *rows };
            let wanted = match self.subset(&chunk, fragment) {
                Some(some) => some.len() as u32,
                None => *rows,
            };
            if wanted > 0 {
                self.chunks.push(chunk);
                self.rows.push(wanted);
            }
            start += rows;
        }
    }

    /// The wanted rows of a chunk, counted from its first; none if all of them are.
    pub fn subset(&self, chunk: &Chunk, fragment: &Fragment) -> Option<Vec<u32>> {
        let range = chunk.start..chunk.start + chunk.rows;
        let given = self.wanted.as_ref().and_then(|w| w.get(&chunk.fragment));
        if given.is_none() && fragment.deleted.range_cardinality(range.clone()) == 0 {
            return None;
        }
        let live = |row: &u32| !fragment.deleted.contains(*row) && given.is_none_or(|g| g.contains(*row));
        let wanted: Vec<u32> = range.filter(live).map(|row| row - chunk.start).collect();
        (wanted.len() < chunk.rows as usize).then_some(wanted)
    }
}

/// The places of the selected rows, sorted, each once; `None`: all rows.
fn places(index: &FragmentIndex, rows: &Rows) -> Result<Option<Vec<Place>>> {
    let mut places: Vec<Place> = match rows {
        Rows::All => return Ok(None),
        Rows::Positions(positions) => {
            let none = |position| Error::NoPosition { position, rows: index.rows() };
            positions.iter().map(|p| index.at(*p).ok_or_else(|| none(*p))).collect::<Result<_, _>>()?
        }
        Rows::Ids(ids) => {
            let live = |place: &Place| index.position(*place).is_some();
            let find = |id| index.of_row(id).filter(live).ok_or(Error::NoRow(id));
            ids.iter().map(|id| find(*id)).collect::<Result<_, _>>()?
        }
    };
    places.sort_unstable();
    places.dedup();
    Ok(Some(places))
}

/// The wanted rows while they are gathered, and the selection's hash: BLAKE3 of 1 and the split's length (8
/// bytes, little-endian) and name, or 0; 1 and the places (fragment and offset, 8 bytes each), or 0.
struct Wanted {
    hasher: blake3::Hasher,
    rows: Option<HashMap<u32, RoaringBitmap>>,
}

impl Wanted {
    /// None yet; `some`: not all rows are wanted.
    fn new(split: Option<&str>, some: bool) -> Self {
        let mut hasher = blake3::Hasher::new();
        match split {
            Some(split) => {
                hasher.update(&[1]).update(&(split.len() as u64).to_le_bytes()).update(split.as_bytes())
            }
            None => hasher.update(&[0]),
        };
        hasher.update(&[u8::from(some)]);
        Self { hasher, rows: some.then(HashMap::new) }
    }

    /// Adds a place behind all that were added.
    fn add(&mut self, place: Place) {
        self.hasher
            .update(&(place.fragment as u64).to_le_bytes())
            .update(&u64::from(place.offset).to_le_bytes());
        self.rows.get_or_insert_default().entry(place.fragment as u32).or_default().insert(place.offset);
    }

    /// The rows of each fragment, and the hash in hex.
    fn finish(self) -> (Option<HashMap<u32, RoaringBitmap>>, String) {
        (self.rows, self.hasher.finalize().to_hex().to_string())
    }
}
