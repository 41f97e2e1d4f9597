use std::fs;
use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;

/// A source, and a folder outside with a file: `IN/a/b.jpg`, `OUT/secret.jpg`, links to both.
fn folders() -> (TempDir, TempDir) {
    let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir(inside.path().join("a")).unwrap();
    fs::write(inside.path().join("a/b.jpg"), "b").unwrap();
    fs::write(outside.path().join("secret.jpg"), "s").unwrap();
    symlink(outside.path(), inside.path().join("out")).unwrap();
    symlink(outside.path().join("secret.jpg"), inside.path().join("a/out.jpg")).unwrap();
    symlink("a", inside.path().join("in")).unwrap();
    (inside, outside)
}

#[test]
fn refusals_say_the_path_where_it_leads_and_the_flag() {
    let (inside, outside) = folders();
    let root = SourceRoot::of(inside.path(), false).unwrap();
    let real = outside.path().canonicalize().unwrap();
    let flag = "or pass --allow-outside if you trust the source";
    let up = inside.path().canonicalize().unwrap().parent().unwrap().join("x.jpg");
    for (written, kind, target) in [
        ("/etc/passwd", "an absolute path", "/etc/passwd".to_owned()),
        ("../x.jpg", "a path with '..'", up.display().to_string()),
        ("out/secret.jpg", "through a link", real.display().to_string()),
        ("a/out.jpg", "through a link", real.join("secret.jpg").display().to_string()),
    ] {
        let error = root.named("", written).unwrap_err().at("t.csv:2").to_string();
        assert!(error.starts_with(&format!("t.csv:2: '{written}' ")), "{error}");
        assert!(error.contains(kind) && error.contains(&target) && error.ends_with(flag), "{error}");
        assert!(error.contains(&inside.path().display().to_string()), "{error}");
    }
    let error = root.named("", r"C:\a.jpg").unwrap_err().at("x").to_string();
    assert!(error.contains("a Windows path; write a path relative to the source, with '/'"), "{error}");
}

#[test]
fn links_that_stay_inside_are_followed() {
    let (inside, _outside) = folders();
    let root = SourceRoot::of(inside.path(), false).unwrap();
    let found = root.named("", "./in/b.jpg").unwrap().unwrap();
    assert_eq!(found.name, "in/b.jpg");
    assert_eq!(found.path, inside.path().canonicalize().unwrap().join("a/b.jpg"));
    assert!(
        root.named("a/", "none.jpg").unwrap().is_none() && root.named("none/", "b.jpg").unwrap().is_none()
    );
    // The source itself may be a link.
    let root = SourceRoot::of(&inside.path().join("out"), false).unwrap();
    assert!(root.file("secret.jpg").unwrap().is_some());
    let root = SourceRoot::of(&inside.path().join("a/out.jpg"), false).unwrap();
    assert!(root.file("out.jpg").unwrap().is_some() && root.file("b.jpg").unwrap().is_some());
}

#[test]
fn with_the_flag_everything_but_windows_paths_is_found() {
    let (inside, outside) = folders();
    let root = SourceRoot::of(inside.path(), true).unwrap();
    let absolute = outside.path().join("secret.jpg").display().to_string();
    let outer = outside.path().file_name().unwrap().to_str().unwrap();
    let up = format!("../{outer}/secret.jpg");
    for (written, name) in [
        (absolute.as_str(), absolute.trim_start_matches('/')),
        (&up, up.trim_start_matches("../")),
        ("out/secret.jpg", "out/secret.jpg"),
        ("a/out.jpg", "a/out.jpg"),
        ("a/../a/b.jpg", "a/b.jpg"),
    ] {
        let found = root.named("", written).unwrap().unwrap();
        assert_eq!(found.name, name);
        assert!(found.path.is_file());
    }
    assert_eq!(root.named("", r"a\b.jpg").unwrap().unwrap().name, "a/b.jpg");
    assert!(root.named("", r"C:\a\b.jpg").is_err());
}
