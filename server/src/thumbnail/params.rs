//! The parameters of a thumbnail.

use axum::http::{HeaderMap, header};
use hub_media::{Crop, Encoding};

use super::Subject;

/// Must be increased when the same bytes and parameters give a different thumbnail than before.
const VERSION: u32 = 1;

/// The name of a thumbnail: see [`Params::name`].
pub type Name = [u8; 32];

/// The parameters of a thumbnail.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// The longest side, in pixels.
    pub size: u32,
    pub encoding: Encoding,
    /// For a video, the time of the frame in milliseconds.
    pub at_millis: Option<u64>,
    /// Only this part of the image.
    pub crop: Option<Crop>,
    /// Whether it is a square from the middle.
    pub is_square: bool,
}

impl Params {
    /// The thumbnail's name: the hash of the content's hash, its kind and these parameters.
    pub fn name(&self, subject: &Subject, content: &blake3::Hash) -> Name {
        // The time only matters for videos.
        let at = self.at_millis.filter(|_| *subject == Subject::Video);
        let mut params = format!("{VERSION} {content} {subject:?} {} {:?} {at:?}", self.size, self.encoding);
        if self.crop.is_some() || self.is_square {
            params.push_str(&format!(" {:?} {}", self.crop, self.is_square));
        }
        *blake3::hash(params.as_bytes()).as_bytes()
    }
}

/// WebP if the `Accept` header names it, else JPEG, which all clients support.
pub fn accepted(headers: &HeaderMap) -> Encoding {
    let accepts = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let takes_webp = accepts.flat_map(|value| value.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_webp = parts.next().is_some_and(|range| range.eq_ignore_ascii_case("image/webp"));
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        is_webp && quality.is_none_or(|quality| quality.parse().is_ok_and(|q: f32| q > 0.0))
    });
    if takes_webp { Encoding::WebP } else { Encoding::Jpeg }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webp_needs_an_accept_header() {
        for (accept, wanted) in [
            ("image/avif,image/webp,image/apng,*/*;q=0.8", Encoding::WebP),
            ("IMAGE/WEBP; q=0.5", Encoding::WebP),
            ("image/webp;q=0, image/*", Encoding::Jpeg),
            ("image/webp;q=x", Encoding::Jpeg),
            ("*/*", Encoding::Jpeg),
            ("", Encoding::Jpeg),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]);
            assert_eq!(accepted(&headers), wanted, "{accept}");
        }
        assert_eq!(accepted(&HeaderMap::new()), Encoding::Jpeg);
    }

    #[test]
    fn the_time_matters_for_videos_only() {
        let params = |at_millis| Params {
            size: 64,
            encoding: Encoding::Jpeg,
            at_millis,
            crop: None,
            is_square: false,
        };
        let hash = blake3::hash(b"x");
        let names = |subject| [None, Some(1)].map(|at| params(at).name(&subject, &hash));
        let [a, b] = names(Subject::Video);
        assert_ne!(a, b);
        let [a, b] = names(Subject::Audio);
        assert_eq!(a, b);
    }
}
