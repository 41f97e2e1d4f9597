//! The codec of a video's frames.

use super::frames::FrameIndex;
use crate::container::frame_track::Setup;
use crate::container::matroska_entry::entry_codec;
use crate::container::video_codec::VideoCodec;

impl FrameIndex {
    /// What a decoder of the frames is set up with.
    pub fn codec(&self) -> VideoCodec {
        let (width, height) = self.size();
        let codec = match &self.track.setup {
            Setup::Entry { bytes, .. } => entry_codec(bytes),
            Setup::Codec { id, private, colour } => VideoCodec {
                id: id.clone(),
                private: private.clone(),
                matrix: colour.map(|([matrix, ..], _)| matrix),
                is_full_range: colour.map(|(_, is_full)| is_full),
                ..VideoCodec::default()
            },
        };
        VideoCodec { width, height, ..codec }
    }
}
