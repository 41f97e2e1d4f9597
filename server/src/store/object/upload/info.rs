//! What an upload is: its object, its parts, and the names of its files.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::problem::{Problem, Result};
use crate::store::object::ObjectPath;

/// Maximum parts of a multipart upload in S3.
const MAX_PARTS: u64 = 10_000;

/// What is being uploaded, by whom, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadInfo {
    pub dataset: Uuid,
    /// The data set's location below the store's root.
    pub location: String,
    /// The object's path in the data set.
    pub path: String,
    pub size_bytes: u64,
    /// Bytes of every part but the last, which may be shorter.
    pub part_bytes: u64,
    /// The id of the user who uploads.
    pub user: String,
    /// The id of the bucket's multipart upload; `None` on a disk.
    pub multipart: Option<String>,
    /// A random id of this attempt: a late part of an aborted upload must not count for the next upload of the same
    /// object, which has the same upload id.
    #[serde(default)]
    pub attempt: Uuid,
}

impl UploadInfo {
    /// The upload's id: 32 hex digits of a hash of data set, path, length and user.
    pub fn id(&self) -> String {
        let what = format!("{}\n{}\n{}\n{}", self.dataset, self.path, self.size_bytes, self.user);
        blake3::hash(what.as_bytes()).to_hex()[..32].to_owned()
    }

    pub(super) fn marks(&self) -> String {
        format!("parts-{}", self.attempt.simple())
    }

    /// The file on a disk that becomes the object.
    pub(super) fn content(&self) -> String {
        format!("content-{}", self.attempt.simple())
    }

    /// The number of parts; an empty object has one empty part.
    pub fn parts(&self) -> u64 {
        self.size_bytes.div_ceil(self.part_bytes).max(1)
    }

    /// The length of a part in bytes; 0 beyond the last.
    pub fn length_of(&self, part: u64) -> u64 {
        self.size_bytes.saturating_sub(part.saturating_mul(self.part_bytes)).min(self.part_bytes)
    }

    /// The object that the upload creates.
    pub fn object(&self) -> Result<ObjectPath> {
        ObjectPath::parse(&self.path).ok_or_else(|| Problem::not_found("upload"))
    }
}

/// The length of parts: `usual`, doubled until there are at most [`MAX_PARTS`].
pub(super) fn part_length(size_bytes: u64, usual: u64) -> u64 {
    let mut length = usual;
    while size_bytes.div_ceil(length) > MAX_PARTS {
        length *= 2;
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_the_object() {
        let mut info = UploadInfo {
            dataset: Uuid::nil(),
            location: "a/b".into(),
            path: "blobs/x".into(),
            size_bytes: 20,
            part_bytes: 8,
            user: "ada".into(),
            multipart: None,
            attempt: Uuid::nil(),
        };
        assert_eq!(info.parts(), 3);
        assert_eq!((0..4).map(|i| info.length_of(i)).collect::<Vec<_>>(), [8, 8, 4, 0]);
        assert_eq!(info.length_of(u64::MAX), 0);
        info.size_bytes = 0;
        assert_eq!((info.parts(), info.length_of(0)), (1, 0));
        assert_eq!(part_length(1 << 40, 16 << 20), 128 << 20);
    }
}
