//! Containers that hold audio, video or both: what tracks there are, and what their headers say.
//!
//! [`crate::probe_audio`] and [`crate::probe_video`] both come here, since an `.mp4` may be a song and a
//! `.webm` a voice message.

mod avi;
pub(crate) mod frame_track;
pub(crate) mod frames;
mod matroska;
pub(crate) mod matroska_entry;
mod matroska_frames;
mod mp4;
pub(crate) mod open;
pub(crate) mod track;
pub(crate) mod video_codec;
