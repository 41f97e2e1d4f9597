//! Encoded images, audio and video to tensors, for training and evaluation.
//!
//! [`ImageDecoder`] takes the bytes of an image and an [`ImageSpec`] (random resized crop, resize, centre crop, flip,
//! normalise) and writes the tensor into the caller's buffer, a row of a batch. [`JpegDecoder`] is the layer below: whole
//! JPEGs and regions of them as RGB, and the index of entry points by which a region is decoded alone.
//!
//! What is decoded is decided by what is needed: only the source pixels that the result's filter touches. JPEGs are
//! decoded by libjpeg-turbo (vendored, static, with its SIMD code) with a Huffman decoder of our own; other formats by the
//! `image` crate.
//!
//! **Exact or fast.** With [`ImageSpec::exact`] tensors are those of Pillow, torchvision and timm on PIL images, bit for bit
//! (`examples/oracle.rs` compares them with a folder of Pillow's). Without it, the DCT of a JPEG is computed at
//! 1/2, 1/4 or 1/8 of its size where the image is shrunk by eight times as much or more, and such a tensor is within 0.2/255
//! of the exact one on average on photographs (`examples/fast_distance.rs` measures it). All others are the exact ones.
//!
//! **Audio.** [`AudioDecoder`] mixes, resamples, cuts and pads; a clip is a part of the whole file's samples, bit for bit.
//!
//! **Video.** [`ClipDecoder`] finds the frames of a clip by the container's tables, and has them decoded by FFmpeg: by its
//! libraries with the cargo feature `ffmpeg`, else by the `ffmpeg` program.
//!
//! **Random crops and clips** are a pure function of seed, epoch and row id ([`Draw`]).
//!
//! **Hostile input.** Sizes are compared with [`Limits`] before memory is allocated; damaged JPEGs give the pixels that
//! libjpeg-turbo gives, as Pillow shows them, or an error.
//!
//! ```
//! use hub_decode::{Draw, ImageDecoder, ImageSpec, ResizeTo, Transform};
//! let png = hub_media::encode_png(&[0, 255, 255, 0], 2, 2, 1)?;
//! let transform = Transform::Resize { to: ResizeTo::Both([4, 4]), crop: None, flip: 0.0 };
//! let spec = ImageSpec { transform, exact: true, ..ImageSpec::default() };
//! let mut tensor = [0; 4 * 4 * 3];
//! ImageDecoder::new()?.transform(&png, None, &spec, Draw::default(), &mut tensor)?;
//! assert_eq!(tensor[..12], [0, 0, 0, 64, 64, 64, 191, 191, 191, 255, 255, 255]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod audio;
mod decoder;
mod error;
mod formats;
mod jpeg;
mod limits;
mod mask;
mod orientation;
mod pixels;
mod rect;
mod render;
mod resize;
mod smaller_copy;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod transform;
mod video;

pub use audio::{AudioChannels, AudioDecoder, AudioDtype, AudioLimits, AudioSpec, Sound, Start};
pub use decoder::{ImageDecoder, Times, Work};
pub use error::DecodeError;
pub use jpeg::{
    DctScale, Entropy, IndexedJpeg, JpegDecoder, JpegFacts, JpegOptions, JpegReport, encode_jpeg,
};
pub use limits::Limits;
pub use mask::{Mask, PngMask};
pub use orientation::Orientation;
pub use pixels::Pixels;
pub use rect::Rect;
pub use smaller_copy::SmallerCopy;
pub use transform::{
    ChannelOrder, Draw, Dtype, Filter, ImageSpec, Layout, Normalize, Output, Plan, ResizeTo, Transform,
};
pub use video::{
    Clip, ClipDecoder, ClipLimits, ClipReader, ClipSource, ClipSpec, FrameDecoder, IndexUse, VideoBackend,
    ffmpeg_library,
};
