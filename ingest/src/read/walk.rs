//! Walking a folder.

/// Names that systems leave behind and nobody means: hidden files, `Thumbs.db`, `__MACOSX`.
pub fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || matches!(name, "Thumbs.db" | "desktop.ini" | "__MACOSX")
}
