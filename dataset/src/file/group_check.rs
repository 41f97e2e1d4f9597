//! Checks of a column group before its bytes are decoded: its footer, its row groups, the types of its columns.
//!
//! Decoders are made for files that are as they were written; damaged ones must not reach them.

use hub_schema::Field;

use super::GroupFile;
use super::type_mismatch::{TypeMismatch, check_type};
use crate::error::{Error, Result};

impl GroupFile {
    /// Compares the bytes of a row group with its checksum.
    ///
    /// # Errors
    /// [`Error::Damaged`], with the rows.
    pub fn check_row_group(&self, row_group: usize, bytes: Option<&[u8]>) -> Result<()> {
        let Some(crc) = self.checksums().and_then(|c| c.get(row_group).copied()) else { return Ok(()) };
        let found = bytes.map(crc32fast::hash);
        if found == Some(crc) {
            return Ok(());
        }
        let (first, last) = (self.starts[row_group], self.starts[row_group + 1].saturating_sub(1));
        let problem = match found {
            Some(found) => format!("their checksum is {found:08x}, expected {crc:08x}"),
            None => "the file ends before them".to_owned(),
        };
        let problem = format!("rows {first} to {last} (row group {row_group}): {problem}");
        Err(Error::damaged(self.path.as_ref(), problem))
    }

    /// Checks the row groups that hold some rows (rising), on a local disk.
    pub fn check_rows(&self, offsets: &[u32]) -> Result<()> {
        let Some(map) = self.map() else { return Ok(()) };
        let mut checked = None;
        for offset in offsets {
            let row_group = self.row_group_of(*offset)?;
            if checked.replace(row_group) != Some(row_group) {
                let range = self.row_group_range(row_group);
                self.check_row_group(row_group, map.get(range.start as usize..range.end as usize))?;
            }
        }
        Ok(())
    }

    /// Checks that a column has the type of its feature; a column that the file lacks has.
    pub fn check_type(&self, field: &Field) -> Result<(), TypeMismatch> {
        let stored = self.place(field.id).map(|place| self.file_schema().field(place));
        stored.map_or(Ok(()), |stored| check_type(field, stored))
    }
}
