//! CIFAR-10 and CIFAR-100, as Toronto publishes them.
//!
//! In: a folder of batches, or the `.tar.gz` it came in, in either form:
//!
//! * *binary*: `data_batch_1.bin` to `test_batch.bin` with `batches.meta.txt` (a record: label, 3,072 pixels), or
//!   `train.bin`, `test.bin` with `fine_label_names.txt` and `coarse_label_names.txt` (coarse label, fine label,
//!   pixels);
//! * *Python*: `data_batch_1` to `test_batch` with `batches.meta`, or `train`, `test`, `meta`: pickled dicts as
//!   Python 2 wrote them (see [`pickle`] for why no pickle can do harm here).
//!
//! Out: `image`, a tensor of 32 × 32 × 3 bytes, `label`, for CIFAR-100 also `coarse_label`, and from the Python
//! form `name`, the file name the picture once had. In the files a picture is its red plane, then green, then
//! blue; a sample has the three values of a pixel side by side, as everything that shows or trains pictures
//! wants them.
//!
//! The first pass reads names of classes and checks every batch (a record's length, the shape of an array), so
//! what follows can only fail for a disk or a label. A folder's batches come in order, then `test`; an
//! archive's as they lie in it, since it can't be read otherwise without unpacking.

mod batch;
mod pickle;
mod python;
mod source;
mod store;

use std::path::Path;

use hub_dataset::sample::{SampleError, SampleSource};

use super::{ReadOptions, Sniff};

/// Is there a file that only CIFAR has, or an archive named as its are?
pub(super) fn recognise(look: &Sniff) -> bool {
    if !look.is_dir {
        return store::is_archive_name(&look.name());
    }
    store::FOLDERS.iter().any(|folder| look.files_in(folder).any(store::is_own_name))
        || look.has("meta") && look.head("meta", 2).is_some_and(|head| head == *b"\x80\x02")
        || look.files_in("").any(store::is_archive_name)
}

/// Opens it; reads all of it once.
pub(super) fn open(root: &Path, _options: &ReadOptions) -> Result<Box<dyn SampleSource>, SampleError> {
    Ok(Box::new(source::CifarSource::open(root)?))
}

#[cfg(test)]
mod tests;
