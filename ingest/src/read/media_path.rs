//! A media file of a source, by its path.
//!
//! Whether the path may be followed is decided by [`super::inside`]; here its file becomes a medium, and what
//! is wrong with it an error that costs the sample at `place`.

use hub_dataset::sample::{Media, SampleError};

use super::found_file::FoundFile;
use super::inside::{Refusal, SourceRoot};

/// The file that an annotation names, relative to a folder of the source (`""` or with `/` at its end); `None`
/// if there is none.
///
/// # Errors
/// The path leads out of the source, or the file is empty.
pub fn media_named(
    root: &SourceRoot,
    place: &str,
    folder: &str,
    written: &str,
) -> Result<Option<Media>, SampleError> {
    media_of(place, root.named(folder, written))
}

/// The file of a name that was found in a folder of the source; `None` if there is none.
///
/// # Errors
/// A link leads out of the source, or the file is empty.
pub fn media_at(root: &SourceRoot, place: &str, name: &str) -> Result<Option<Media>, SampleError> {
    media_of(place, root.file(name))
}

/// A file that was looked for, as a medium.
///
/// # Errors
/// It leads out of the source, or is empty.
pub fn media_of(
    place: &str,
    found: Result<Option<FoundFile>, Refusal>,
) -> Result<Option<Media>, SampleError> {
    let Some(file) = found.map_err(|refusal| refusal.at(place))? else { return Ok(None) };
    let media = file.media();
    media.map(Some).map_err(|e| {
        let problem = format!("'{}': {}", e.place, e.problem);
        SampleError { place: place.to_owned(), problem, ..e }
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

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
        link(outside.path(), "out");
        link(Path::new("d/a.jpg"), "in.jpg");
        link(Path::new("d"), "in");
        link(Path::new("gone"), "gone.jpg");
        let root = SourceRoot::of(inside.path(), false).unwrap();
        let at = |name: &str| media_named(&root, "x.json", "", name);
        assert_eq!(at("./d/a.jpg").unwrap().unwrap().name, "d/a.jpg");
        assert_eq!(at(r"d\a.jpg").unwrap().unwrap().name, "d/a.jpg");
        for name in ["in.jpg", "in/a.jpg"] {
            assert_eq!(at(name).unwrap().unwrap().bytes.read_all().unwrap(), "abc");
        }
        assert!(at("d").unwrap().is_none() && at("d/c.jpg").unwrap().is_none());
        for (name, problem) in [
            ("out.jpg", "leads out of"),
            ("out/b.jpg", "leads out of"),
            ("gone.jpg", "a link to a file that does not exist"),
            ("empty.jpg", "is empty"),
            ("../a.jpg", "not a path below"),
            ("/etc/passwd", "not a path below"),
            (r"d\..\..\a.jpg", "not a path below"),
            ("", "not a path below"),
        ] {
            let error = at(name).unwrap_err();
            assert!(error.place == "x.json" && error.problem.contains(problem), "{error}");
        }
    }
}
