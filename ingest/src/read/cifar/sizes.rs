//! How large images and batches are.

/// Red, green and blue of 32 × 32 pixels.
pub const PICTURE_BYTES: usize = 3 * PLANE_BYTES;

/// One colour of an image.
pub const PLANE_BYTES: usize = 32 * 32;

/// The most that a batch may be: CIFAR-100's training images, with room.
pub const MAX_BATCH_BYTES: u64 = 256 << 20;
