//! A media file that an annotation names.
//!
//! The name comes from a file that anyone may have written, so it must not lead out of the source: no `..`, no
//! absolute path, and a link to a file only to one inside (as in [`super::walk`]). A link to a folder is
//! followed: it is the source's owner who keeps the pictures on another disk.

use std::fs;
use std::path::{Component, Path};

use hub_dataset::sample::Media;

use super::walk::FoundFile;

/// The file `name` below `base`; `None` if there is none.
///
/// # Errors
/// The name or a link leads out of `base`, or the file is empty or no file: what is wrong, in a clause.
pub fn media_at(base: &Path, name: &str) -> Result<Option<Media>, String> {
    let plain = |c: Component<'_>| matches!(c, Component::Normal(_) | Component::CurDir);
    if name.is_empty() || !Path::new(name).components().all(plain) {
        return Err(format!("'{name}' is not a path below the source"));
    }
    let name = name.strip_prefix("./").unwrap_or(name);
    let mut path = base.join(name);
    match fs::symlink_metadata(&path) {
        Ok(facts) if facts.is_symlink() => {
            let inside = |target: &Path| base.canonicalize().is_ok_and(|base| target.starts_with(base));
            match path.canonicalize() {
                Ok(target) if inside(&target) => path = target,
                Ok(_) => return Err(format!("'{name}' is a link that leads out of the source")),
                Err(_) => return Err(format!("'{name}' is a link that leads nowhere")),
            }
        }
        Ok(facts) if facts.is_dir() => return Ok(None),
        Ok(_) => {}
        Err(_) => return Ok(None),
    }
    let media = FoundFile { name: name.to_owned(), path }.media();
    media.map(Some).map_err(|e| format!("'{}': {}", e.place, e.problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_links_stay_inside() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(inside.path().join("d")).unwrap();
        fs::write(inside.path().join("d/a.jpg"), "abc").unwrap();
        fs::write(inside.path().join("empty.jpg"), "").unwrap();
        fs::write(outside.path().join("b.jpg"), "secret").unwrap();
        let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, inside.path().join(name)).unwrap();
        link(&outside.path().join("b.jpg"), "out.jpg");
        link(Path::new("d/a.jpg"), "in.jpg");
        link(Path::new("gone"), "gone.jpg");
        let at = |name: &str| media_at(inside.path(), name);
        assert_eq!(at("./d/a.jpg").unwrap().unwrap().name, "d/a.jpg");
        assert_eq!(at("in.jpg").unwrap().unwrap().bytes.read_all().unwrap(), "abc");
        assert!(at("d").unwrap().is_none() && at("d/c.jpg").unwrap().is_none());
        for (name, problem) in [
            ("out.jpg", "leads out of"),
            ("gone.jpg", "leads nowhere"),
            ("empty.jpg", "is empty"),
            ("../a.jpg", "not a path below"),
            ("/etc/passwd", "not a path below"),
            ("", "not a path below"),
        ] {
            assert!(at(name).unwrap_err().contains(problem), "{name}");
        }
    }
}
