//! Checks names as they are written, without access to the disk.

/// Why a name is not one of a file below the place it is relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// It begins with `/`.
    #[error("an absolute path")]
    Absolute,
    /// It has a part `..`.
    #[error("a path with '..'")]
    ParentFolder,
    /// It has a drive letter, or begins with a backslash.
    #[error("a Windows path")]
    Windows,
    /// It is empty, `.`, or has a NUL byte.
    #[error("not a valid file name")]
    NoName,
}

/// The name without `./` and doubled `/`: parts that go down, with `/` between them.
///
/// A backslash is an ordinary character on Unix, and yet taken for `/`, as it is written by tools on Windows: the
/// same annotation must not mean one file here and another, perhaps outside, there.
///
/// # Errors
/// It is absolute, goes up, has a drive or is no name at all.
pub fn clean(name: &str) -> Result<String, BadName> {
    if name.contains('\0') {
        return Err(BadName::NoName);
    }
    if name.starts_with('\\') || has_drive(name) {
        return Err(BadName::Windows);
    }
    let name = &name.replace('\\', "/");
    if name.starts_with('/') {
        return Err(BadName::Absolute);
    }
    let parts: Vec<&str> = plain_parts(name).collect();
    match &parts[..] {
        [] => Err(BadName::NoName),
        parts if parts.contains(&"..") => Err(BadName::ParentFolder),
        parts => Ok(parts.join("/")),
    }
}

/// The parts that say something: neither empty nor `.`.
pub fn plain_parts(name: &str) -> impl Iterator<Item = &str> {
    name.split('/').filter(|part| !part.is_empty() && *part != ".")
}

/// `C:/pictures`.
fn has_drive(name: &str) -> bool {
    matches!(name.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_down() {
        for (name, cleaned) in [
            ("a.jpg", "a.jpg"),
            ("./a//b/./c.jpg", "a/b/c.jpg"),
            ("..a/b..jpg", "..a/b..jpg"),
            (r"images\a.jpg", "images/a.jpg"),
            (r".\a\b/c.jpg", "a/b/c.jpg"),
        ] {
            assert_eq!(clean(name).as_deref(), Ok(cleaned));
        }
        assert_eq!(clean("a:b.jpg").as_deref(), Ok("a:b.jpg"), "a colon alone is no drive");
        for (name, problem) in [
            ("/etc/passwd", BadName::Absolute),
            ("../a.jpg", BadName::ParentFolder),
            ("a/../../b.jpg", BadName::ParentFolder),
            ("a/..", BadName::ParentFolder),
            (r"C:\a.jpg", BadName::Windows),
            ("C:/a.jpg", BadName::Windows),
            (r"\\server\share\a.jpg", BadName::Windows),
            (r"\a.jpg", BadName::Windows),
            (r"..\a.jpg", BadName::ParentFolder),
            (r"a\..\..\b.jpg", BadName::ParentFolder),
            ("", BadName::NoName),
            ("./", BadName::NoName),
            ("a\0.jpg", BadName::NoName),
        ] {
            assert_eq!(clean(name), Err(problem), "{name}");
        }
    }
}
