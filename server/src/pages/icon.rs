//! Icons: one sprite, from which each is referred to by name.

use std::fmt;

use askama::filters::HtmlSafe;

use super::assets;

/// An icon of `server/assets/icons.svg`.
#[derive(Clone, Copy, Debug)]
pub struct Icon(&'static str);

/// The icon of this name. It is decoration: what it means is said in words beside it.
pub fn icon(name: &'static str) -> Icon {
    Icon(name)
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sprite = assets::url("icons.svg");
        write!(f, r##"<svg class="i" aria-hidden="true"><use href="{sprite}#{}"/></svg>"##, self.0)
    }
}

impl HtmlSafe for Icon {}
