//! Pages of a list, and the cursors between them.
//!
//! A cursor names the last item seen, not a number of items to skip: a page costs the same wherever it is, and
//! items that come and go meanwhile neither repeat nor push others out. It is text that means nothing to
//! others; one that was tampered with is refused.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// The most items on a page.
pub(crate) const MAX_PAGE_ITEMS: u32 = 1000;
/// No cursor of ours is longer.
const MAX_CURSOR_BYTES: usize = 1024;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// The cursor of the next page; `None` on the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of what was fetched: one more than `limit`, if there are more.
    pub(crate) fn of<C: Serialize>(mut items: Vec<T>, limit: u32, cursor: impl Fn(&T) -> C) -> Self {
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items.last().filter(|_| more).map(|last| encode(&cursor(last)));
        Self { items, next }
    }
}

/// Clamps a requested page length to the allowed range.
pub(crate) fn page_length(limit: u32) -> u32 {
    limit.clamp(1, MAX_PAGE_ITEMS)
}

fn encode(cursor: &impl Serialize) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(cursor).unwrap_or_default())
}

pub(crate) fn decode<C: DeserializeOwned>(cursor: Option<&str>) -> Result<Option<C>> {
    let Some(text) = cursor else { return Ok(None) };
    let bytes = if text.len() > MAX_CURSOR_BYTES { None } else { BASE64_URL_SAFE_NO_PAD.decode(text).ok() };
    let cursor = bytes.and_then(|json| serde_json::from_slice(&json).ok());
    cursor.map(Some).ok_or_else(|| Error::invalid("cursor", "it is none of ours; begin without one"))
}
