//! Opening a column group: the memory map of a local file, and the footer, which is checked before it is parsed.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use hub_schema::DataFile;
use parquet::file::metadata::ParquetMetaData;

use super::SparseBytes;
use crate::error::{Error, Result};
use crate::store::{MappedFile, Store};

/// A mapped file, and its bytes.
#[derive(Clone, Debug)]
pub(super) struct Map {
    pub file: Arc<MappedFile>,
    pub bytes: Bytes,
}

/// Maps a file that should have this length.
pub(super) fn map_file(local: &Path, size_bytes: u64, full: &str) -> Result<Map> {
    let io = |action| move |source| Error::Io { path: full.to_owned(), action, source };
    let file = File::open(local).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Error::damaged(full, "the file is missing"),
        _ => io("open it")(e),
    })?;
    let found = file.metadata().map_err(io("read its length"))?.len();
    if found != size_bytes {
        return Err(Error::damaged(full, format!("{found} bytes long, the manifest states {size_bytes}")));
    }
    let file = Arc::new(MappedFile::of(file).map_err(io("map it into memory"))?);
    Ok(Map { bytes: Bytes::from_owner(Owner(file.clone())), file })
}

/// Keeps the map alive for the bytes that point into it.
struct Owner(Arc<MappedFile>);

impl AsRef<[u8]> for Owner {
    fn as_ref(&self) -> &[u8] {
        (*self.0).as_ref()
    }
}

/// Checks that all column chunks lie within the file. `byte_range` panics on a negative offset or length.
pub(super) fn check_bounds(metadata: &ParquetMetaData, size_bytes: u64, path: &str) -> Result<()> {
    for chunk in metadata.row_groups().iter().flat_map(|group| group.columns()) {
        let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
        let (start, length) = (u64::try_from(start), u64::try_from(chunk.compressed_size()));
        match (start, length) {
            (Ok(start), Ok(length)) if start.saturating_add(length) <= size_bytes => {}
            (Ok(start), Ok(length)) => return Err(outside(path, start.saturating_add(length), size_bytes)),
            _ => return Err(Error::damaged(path, "its footer points before the beginning of the file")),
        }
    }
    Ok(())
}

/// The error that a footer points beyond the end of its file.
pub(super) fn outside(path: &str, end: u64, size_bytes: u64) -> Error {
    Error::damaged(path, format!("its footer points to byte {end}, the file has {size_bytes} bytes"))
}

/// Reads the page indexes and the footer, and checks their checksum; in one request from a bucket.
pub(super) async fn read_footer(
    store: &Store,
    path: &str,
    full: &str,
    file: &DataFile,
    map: Option<&Bytes>,
) -> Result<SparseBytes> {
    let too_long = || Error::damaged(full, "the manifest states a footer that is longer than the file");
    let from = file.bytes.checked_sub(file.footer_bytes.into()).ok_or_else(too_long)?;
    let footer = match map {
        Some(map) => map.slice(from as usize..),
        None => store.range(path, from..file.bytes).await?,
    };
    if footer.len() as u64 != u64::from(file.footer_bytes) || crc32fast::hash(&footer) != file.footer_crc {
        return Err(Error::damaged(full, "its footer doesn't match its checksum"));
    }
    Ok(match map {
        Some(map) => SparseBytes::whole(map.clone()),
        None => SparseBytes::new(file.bytes, vec![(from, footer)]),
    })
}
