//! The indexes of entry points of a stream's images, in its index cache.

use std::sync::Arc;

use bytes::Bytes;

use super::work::Source;
use crate::cache::{Group, GroupKey, IndexCache};

/// Where the index of an image is kept.
pub struct Known {
    cache: IndexCache,
    group: Arc<Group>,
    row: usize,
}

impl Known {
    /// Of a row of one of the image columns; `None` if none is kept.
    pub fn of(source: &Source, column: usize, id: u64) -> Option<Self> {
        let cache = source.indexes.as_ref()?;
        let (field, fragment, file, mut row) = source.find(column, id)?;
        for (row_group, rows) in (0..).zip(&fragment.row_groups) {
            if row < *rows {
                let group = cache.group(GroupKey { file, field, row_group }, *rows as usize);
                return Some(Self { cache: cache.clone(), group, row: row as usize });
            }
            row -= rows;
        }
        None
    }

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
