//! MNIST's IDX: two files a split, `train-images-idx3-ubyte.gz` and `train-labels-idx1-ubyte.gz`.
//!
//! An IDX file is a magic number (element type, number of dimensions), the dimensions, and the elements, all
//! big-endian; the first dimension counts the samples. Tensors of any shape and of the element types that IDX
//! has fit. The test split is `t10k`, as MNIST calls it; other splits have their own names; without splits
//! the names begin with `images` and `labels`. Class names, for which IDX has no place, go to a list beside
//! the files, `classes.txt`, which our reader knows and others pass over.

mod gzip;
mod layout;
mod sink;

pub use layout::fit;
pub use sink::Idx;
