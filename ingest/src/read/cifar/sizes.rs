//! Sizes of images and batches.

/// Red, green and blue of 32 × 32 pixels.
pub const PICTURE_BYTES: usize = 3 * PLANE_BYTES;

/// Bytes of one colour plane of an image.
pub const PLANE_BYTES: usize = 32 * 32;

/// Maximum size of a batch: CIFAR-100's training images, with room.
pub const MAX_BATCH_BYTES: u64 = 256 << 20;
