//! Random access to the samples of one media column, at memory speed.
//!
//! A row group is decoded once, on its first access, into views (16 bytes a row; the media stay in the memory
//! map). From then on a sample is one view away.

use std::sync::OnceLock;

use arrow::array::{Array, AsArray, BinaryViewArray};
use hub_schema::Field;

use super::{GroupFile, SparseBytes};
use crate::error::{Error, Result};

/// The samples of one media column of a column group on a local disk.
#[derive(Debug)]
pub struct MediaLookup {
    file: GroupFile,
    field: Field,
    row_groups: Vec<OnceLock<BinaryViewArray>>,
}

impl MediaLookup {
    /// The lookup of `field` in `file`.
    ///
    /// # Errors
    /// The file lies in a bucket: nothing is mapped there.
    pub fn new(file: GroupFile, field: Field) -> Result<Self> {
        if file.map().is_none() {
            return Err(Error::NotAStore(file.path().to_owned()));
        }
        let row_groups = file.row_groups().map(|_| OnceLock::new()).collect();
        Ok(Self { file, field, row_groups })
    }

    /// The encoded sample of the row at `offset`; `None` where it is null or an object of its own.
    pub fn bytes(&self, offset: u32) -> Result<Option<&[u8]>> {
        let group = self.file.row_group_of(offset)?;
        let views = match self.row_groups[group].get() {
            Some(views) => views,
            None => {
                let views = self.decode(group)?;
                self.row_groups[group].get_or_init(|| views)
            }
        };
        let row = (offset - self.file.row_group_start(group)) as usize;
        Ok(views.is_valid(row).then(|| views.value(row)))
    }

    fn decode(&self, group: usize) -> Result<BinaryViewArray> {
        let whole = self.file.map().cloned().unwrap_or_default();
        let batch = self.file.decode_row_group(group, &[&self.field], SparseBytes::whole(whole))?;
        let views = batch.column(0).as_struct_opt().and_then(|s| s.column_by_name("bytes"));
        let views = views.and_then(|b| b.as_byte_view_opt::<arrow::datatypes::BinaryViewType>());
        views.cloned().ok_or_else(|| {
            Error::damaged(self.file.path(), format!("column '{}' doesn't hold media", self.field.name))
        })
    }
}
