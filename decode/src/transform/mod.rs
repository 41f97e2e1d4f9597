//! What becomes of a decoded image: crop, resize, flip, normalise, and the layout of the result.
//!
//! An [`ImageSpec`] says what is wanted, in the words of torchvision. With the image's size and a [`Draw`] it becomes a
//! [`Plan`], which holds only numbers: which crop is resized to which size, which window of that is the result. The plan
//! decides what is decoded, and maps boxes, masks and keypoints the same way.

mod draw;
mod output;
mod plan;
mod spec;

pub use draw::Draw;
pub(crate) use output::Emitter;
pub use plan::Plan;
pub use spec::{ChannelOrder, Dtype, Filter, ImageSpec, Layout, Normalize, Output, ResizeTo, Transform};
