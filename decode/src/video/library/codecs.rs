//! Which of FFmpeg's decoders a codec needs, and what it is set up with.

use hub_media::VideoCodec;

use super::ffi::{CodecId, Setup};

/// Bytes of the header of Windows bitmaps, in front of what a decoder is set up with.
const BITMAP_HEADER: usize = 40;

/// How a decoder is set up; `None` for a codec that isn't known here, whose frames the program decodes.
pub fn setup(codec: &VideoCodec) -> Option<Setup> {
    if codec.is_wrapped {
        return None;
    }
    let mut tag = [0; 4];
    let mut private = codec.private.as_slice();
    let id = match codec.id.as_str() {
        "V_MPEG4/ISO/AVC" => CodecId::AV_CODEC_ID_H264,
        "V_MPEGH/ISO/HEVC" => CodecId::AV_CODEC_ID_HEVC,
        "V_AV1" => CodecId::AV_CODEC_ID_AV1,
        "V_VP8" => CodecId::AV_CODEC_ID_VP8,
        "V_VP9" => CodecId::AV_CODEC_ID_VP9,
        "V_MJPEG" => CodecId::AV_CODEC_ID_MJPEG,
        "V_MPEG1" => CodecId::AV_CODEC_ID_MPEG1VIDEO,
        "V_MPEG2" => CodecId::AV_CODEC_ID_MPEG2VIDEO,
        "V_MPEG4/ISO/SP" | "V_MPEG4/ISO/ASP" | "V_MPEG4/ISO/AP" => CodecId::AV_CODEC_ID_MPEG4,
        "V_MS/VFW/FOURCC" => {
            tag = *private.get(16..)?.first_chunk()?;
            private = private.get(BITMAP_HEADER..)?;
            id_of_tag(tag)?
        }
        _ => return None,
    };
    Some(Setup {
        id,
        tag: u32::from_le_bytes(tag),
        private: private.to_vec(),
        width: i32::try_from(codec.width).ok()?,
        height: i32::try_from(codec.height).ok()?,
        matrix: codec.matrix.map(i32::from),
        is_full_range: codec.is_full_range,
    })
}

/// The codec of a four-letter code of Windows.
fn id_of_tag(tag: [u8; 4]) -> Option<CodecId> {
    Some(match &tag.map(|byte| byte.to_ascii_uppercase()) {
        b"XVID" | b"DIVX" | b"DX50" | b"FMP4" | b"MP4V" => CodecId::AV_CODEC_ID_MPEG4,
        b"DIV3" | b"MP43" => CodecId::AV_CODEC_ID_MSMPEG4V3,
        b"MP42" => CodecId::AV_CODEC_ID_MSMPEG4V2,
        b"H264" | b"X264" | b"AVC1" => CodecId::AV_CODEC_ID_H264,
        b"HEVC" | b"H265" => CodecId::AV_CODEC_ID_HEVC,
        b"MJPG" => CodecId::AV_CODEC_ID_MJPEG,
        b"VP80" => CodecId::AV_CODEC_ID_VP8,
        b"VP90" => CodecId::AV_CODEC_ID_VP9,
        _ => return None,
    })
}
