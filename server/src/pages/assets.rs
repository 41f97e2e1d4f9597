//! The files that pages are made of: style, fonts, icons, script. They are part of the binary, and their address has their
//! hash, so that browsers keep them for good.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use crate::problem::{Problem, Result};

/// A file that is served to everyone.
#[derive(Debug)]
pub struct Asset {
    pub bytes: Bytes,
    media_type: &'static str,
    url: String,
}

/// The files as they are in the repository: name, media type, content.
const FILES: [(&str, &str, &[u8]); 4] = [
    ("inter.woff2", "font/woff2", include_bytes!("../../assets/fonts/inter.woff2")),
    ("jetbrains-mono.woff2", "font/woff2", include_bytes!("../../assets/fonts/jetbrains-mono.woff2")),
    ("icons.svg", "image/svg+xml", include_bytes!("../../assets/icons.svg")),
    ("mark.svg", "image/svg+xml", include_bytes!("../../assets/mark.svg")),
];

/// The scripts that `make web` builds from `web/src`. Islands import `./kit.js`, so all have one hash in their address.
pub const SCRIPTS: &[(&str, &[u8])] = &[
    ("changes.js", include_bytes!("../../../web/dist/changes.js")),
    ("changes_page.js", include_bytes!("../../../web/dist/changes_page.js")),
    ("commit.js", include_bytes!("../../../web/dist/commit.js")),
    ("find.js", include_bytes!("../../../web/dist/find.js")),
    ("grid.js", include_bytes!("../../../web/dist/grid.js")),
    ("objects.js", include_bytes!("../../../web/dist/objects.js")),
    ("kit.js", include_bytes!("../../../web/dist/kit.js")),
    ("try.js", include_bytes!("../../../web/dist/try.js")),
    ("sql.js", include_bytes!("../../../web/dist/sql.js")),
    ("map.js", include_bytes!("../../../web/dist/map.js")),
    ("page.js", include_bytes!("../../../web/dist/page.js")),
    ("audio.js", include_bytes!("../../../web/dist/audio.js")),
    ("review.js", include_bytes!("../../../web/dist/review.js")),
    ("video.js", include_bytes!("../../../web/dist/video.js")),
    ("revision.js", include_bytes!("../../../web/dist/revision.js")),
    ("sample.js", include_bytes!("../../../web/dist/sample.js")),
];

/// The parts of the style, in the order of their layers.
pub const STYLE: &[&str] = &[
    include_str!("../../assets/tokens.css"),
    include_str!("../../assets/base.css"),
    include_str!("../../assets/parts.css"),
    include_str!("../../assets/page.css"),
    include_str!("../../assets/islands.css"),
    include_str!("../../assets/changes.css"),
    include_str!("../../assets/media.css"),
    include_str!("../../assets/review.css"),
    include_str!("../../assets/sample.css"),
    include_str!("../../assets/grid.css"),
    include_str!("../../assets/runs.css"),
    include_str!("../../assets/concepts.css"),
    include_str!("../../assets/map.css"),
];

static ASSETS: LazyLock<HashMap<&'static str, Asset>> = LazyLock::new(|| {
    let mut assets = HashMap::new();
    for (name, media_type, bytes) in FILES {
        assets.insert(name, asset(name, media_type, Bytes::from_static(bytes)));
    }
    let mut scripts = blake3::Hasher::new();
    for (_, bytes) in SCRIPTS {
        scripts.update(bytes);
    }
    let hash = scripts.finalize();
    for (name, bytes) in SCRIPTS {
        assets.insert(
            name,
            asset_with(hash, name, "text/javascript; charset=utf-8", Bytes::from_static(bytes)),
        );
    }
    let mut style = compact(&STYLE.concat());
    for font in ["inter.woff2", "jetbrains-mono.woff2"] {
        let address = assets.get(font).map(|font: &Asset| font.url.clone()).unwrap_or_default();
        style = style.replace(&format!("{{{font}}}"), &address);
    }
    assets.insert("style.css", asset("style.css", "text/css; charset=utf-8", style.into()));
    assets
});

/// A style sheet without comments and indentation, for which browsers have no use.
fn compact(style: &str) -> String {
    let rules: String = style
        .split("/*")
        .enumerate()
        .map(|(i, part)| if i == 0 { part } else { part.split_once("*/").map_or("", |(_, rules)| rules) })
        .collect();
    let lines = rules.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn asset(name: &str, media_type: &'static str, bytes: Bytes) -> Asset {
    asset_with(blake3::hash(&bytes), name, media_type, bytes)
}

fn asset_with(hash: blake3::Hash, name: &str, media_type: &'static str, bytes: Bytes) -> Asset {
    Asset { url: format!("/assets/{}/{name}", &hash.to_hex()[..32]), media_type, bytes }
}

/// The file of this name, such as `style.css`.
pub fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.get(name)
}

/// The address of a file.
pub fn url(name: &str) -> &'static str {
    find(name).map_or("", |asset| &asset.url)
}

/// Sends a file.
///
/// # Errors
/// There is no such file, or it has another hash: a page of an earlier version of the hub asks for it.
pub async fn get(Path((hash, name)): Path<(String, String)>) -> Result<Response> {
    let found = find(&name).filter(|asset| asset.url == format!("/assets/{hash}/{name}"));
    let asset = found.ok_or_else(|| Problem::not_found(format!("file '{name}' of this version")))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    Ok((headers, asset.bytes.clone()).into_response())
}
