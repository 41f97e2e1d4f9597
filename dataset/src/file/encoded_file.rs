//! A finished column group in memory.

use hub_schema::{ContentHash, DataFile, FieldId};
use object_store::PutPayload;

/// A finished column group: the bytes of a Parquet file.
#[derive(Clone, Debug)]
pub struct EncodedFile {
    /// The BLAKE3 of the bytes.
    pub hash: ContentHash,
    /// The file's length in bytes.
    pub size_bytes: u64,
    /// Length in bytes of what follows the last row group: page indexes and footer.
    pub footer_bytes: u32,
    /// CRC-32 of those `footer_bytes`.
    pub footer_crc: u32,
    /// The bytes of the file, in parts that share memory with the samples.
    pub payload: PutPayload,
}

impl EncodedFile {
    /// The file as a manifest lists it.
    pub fn describe(&self, fields: Vec<FieldId>, blobs: Vec<(ContentHash, u64)>) -> DataFile {
        DataFile {
            hash: self.hash,
            bytes: self.size_bytes,
            footer_bytes: self.footer_bytes,
            footer_crc: self.footer_crc,
            fields,
            patches: Vec::new(),
            blobs,
        }
    }
}
