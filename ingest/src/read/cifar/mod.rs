//! CIFAR-10 and CIFAR-100, as Toronto publishes them.
//!
//! In: a folder of batches, or the `.tar.gz` it came in, in either form:
//!
//! * *binary*: `data_batch_1.bin` to `test_batch.bin` with `batches.meta.txt` (a record: label, 3,072 pixels), or
//!   `train.bin`, `test.bin` with `fine_label_names.txt` and `coarse_label_names.txt` (coarse label, fine label,
//!   pixels);
//! * *Python*: `data_batch_1` to `test_batch` with `batches.meta`, or `train`, `test`, `meta`: dicts pickled by Python 2
//!   or 3, in protocols 0 to 5 (see [`pickle`] for why no pickle can do harm here).
//!
//! Out: `image`, a tensor of 32 × 32 × 3 bytes, `label`, for CIFAR-100 also `coarse_label`, and from the Python
//! form `name`, the file name the image once had. In the files an image is its red plane, then green, then
//! blue; a sample has the three values of a pixel side by side, as everything that shows or trains images
//! wants them.
//!
//! The first pass reads names of classes and checks every batch (a record's length, the shape of an array), so
//! what follows can only fail for a disk or a label. A folder's batches come in order, then `test`; an
//! archive's as they lie in it, since it can't be read otherwise without unpacking.

mod batch;
mod file_role;
mod pickle;
mod python;
mod recognise;
mod sizes;
mod source;
mod store;

#[cfg(test)]
mod tests;

pub use recognise::recognise;
pub use source::open;
