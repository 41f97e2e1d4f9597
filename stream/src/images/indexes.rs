//! The indexes of entry points of a stream's images, in its index cache.

use std::sync::Arc;

use bytes::Bytes;
use hub_dataset::Snapshot;
use hub_schema::{FieldId, RowId};

use crate::cache::{Group, GroupKey, IndexCache};

/// Finds the index of an image.
#[derive(Debug)]
pub struct Indexes {
    pub cache: IndexCache,
    pub snapshot: Snapshot,
    /// Those of the columns that are decoded.
    pub fields: Vec<FieldId>,
}

/// Where the index of an image is kept.
pub struct Known {
    cache: IndexCache,
    group: Arc<Group>,
    row: usize,
}

impl Indexes {
    /// Of a row of one of the columns that are decoded.
    pub fn of(&self, column: usize, id: u64) -> Option<Known> {
        let field = *self.fields.get(column)?;
        let index = self.snapshot.known_index()?;
        let place = index.of_row(RowId::from_raw(id))?;
        let fragment = index.fragments().get(place.fragment)?;
        let file = fragment.files.iter().find(|file| file.fields.contains(&field))?.hash;
        let mut row = place.offset;
        for (row_group, rows) in (0..).zip(&fragment.row_groups) {
            if row < *rows {
                let group = self.cache.group(GroupKey { file, field, row_group }, *rows as usize);
                return Some(Known { cache: self.cache.clone(), group, row: row as usize });
            }
            row -= rows;
        }
        None
    }
}

impl Known {
    /// The index, if it was made before; empty if the image can have none.
    pub fn index(&self) -> Option<Bytes> {
        self.group.get(self.row)
    }

    /// Keeps an index that was made. A row group whose indexes are all there is written.
    pub fn put(&self, index: Vec<u8>) {
        if self.group.put(self.row, index) {
            self.cache.save_group(&self.group);
        }
    }
}
