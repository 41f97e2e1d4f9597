//! What a decoder of a video's frames is set up with, whatever container they come from.

/// The codec of a video, in Matroska's terms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct VideoCodec {
    /// Matroska's name of it: `V_MPEG4/ISO/AVC`, `V_VP9`, `V_MS/VFW/FOURCC` …
    pub id: String,
    /// What the decoder is set up with, as Matroska stores it (`CodecPrivate`).
    pub private: Vec<u8>,
    /// Pixels, as the container says.
    pub width: u32,
    /// Pixels, as the container says.
    pub height: u32,
    /// The matrix from which RGB is computed, as MP4 and Matroska number them, where the container says it.
    pub matrix: Option<u16>,
    /// Whether the values fill their whole range, where the container says it.
    pub is_full_range: Option<bool>,
    /// The container compresses or encrypts the frames once more: a decoder can't read them as they are.
    pub is_wrapped: bool,
}
