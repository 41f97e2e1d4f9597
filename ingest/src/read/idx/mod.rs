//! IDX: MNIST, and the sets that came after it in the same files (Fashion-MNIST, EMNIST, KMNIST).
//!
//! In: a folder with pairs of files, plain or gzipped (told by their first bytes): images in
//! `train-images-idx3-ubyte`, their labels in `train-labels-idx1-ubyte`; or one file of images with its labels
//! beside it. `t10k` is the split `test`. A dot in the dash's place (`train-images.idx3-ubyte`) and a name in
//! front (`emnist-letters-train-images-idx3-ubyte`) are known, too. Layout of a file: two zero bytes, the type
//! (8: unsigned bytes), the number of dimensions, each dimension in four bytes, big end first, then the values.
//!
//! QMNIST's labels (`qmnist-train-labels-idx2-int.gz`) are rows of eight int32: the class, and where in NIST's data the
//! digit comes from, which become columns of their own.
//!
//! Out: `image`, a tensor of bytes of the files' own height and width, and `label`. Both files are streamed
//! side by side, some rows a read, so memory does not depend on their size. What can be checked before the
//! first sample is checked when the source is opened: type, dimensions, that there are as many labels as
//! images, and of plain files the length.
//!
//! The files have no class names; [`classes`] says where they come from. EMNIST's images lie on their side
//! (rows and columns are swapped). They are kept as they are, since that is what its users expect, and since
//! in and out must give the same bytes; its letters count from 1, so class 0 of that variant is `N/A`.

mod classes;
mod files;
mod label_rows;
mod recognise;
mod source;
mod stream;

#[cfg(test)]
mod tests;

pub use recognise::recognise;
pub use source::open;
