//! Makes safe file names from names in a data set.
//!
//! Those names can be anything: `../../etc/passwd`, `C:\x`, 4,000 characters, the same name twice in upper and
//! lower case. [`safe_part`] makes of each part of a path something that is a plain file name on every
//! usual system, and keeps what is one already; [`Unique`] numbers the second of two equal
//! names. Both depend on the names alone and their order, so pulling twice gives the same files.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The longest name most file systems take is 255 bytes; the rest is for a number and a `.part`.
const MAX_BYTES: usize = 240;

/// The longest extension that is kept when a name is cut.
const MAX_ENDING_BYTES: usize = 16;

/// Makes a plain file name of one part of a path.
///
/// Separators and control characters become `_`, as does a dot in front (which would hide the file, or be
/// `..`); a name that is too long is cut before its extension; an empty one is `_`.
pub fn safe_part(name: &str) -> String {
    let plain = |c: char| if c.is_control() || matches!(c, '/' | '\\' | '\u{fffd}') { '_' } else { c };
    let mut safe: String = name.chars().map(plain).collect();
    if safe.starts_with('.') {
        safe.replace_range(..1, "_");
    }
    if safe.is_empty() {
        safe.push('_');
    }
    if safe.len() > MAX_BYTES {
        let ending = safe.rfind('.').map_or("", |dot| &safe[dot..]);
        let ending = if ending.len() > MAX_ENDING_BYTES { "" } else { ending }.to_owned();
        let mut at = MAX_BYTES - ending.len();
        while !safe.is_char_boundary(at) {
            at -= 1;
        }
        safe.truncate(at);
        safe.push_str(&ending);
    }
    safe
}

/// A deeper path than this is cut to its last parts; systems take 4,096 bytes in all.
const MAX_PARTS: usize = 12;

/// Makes a relative path of a name: its parts between `/`, each safe; empty ones and `.` are dropped.
pub fn safe_path(name: &str) -> String {
    let parts: Vec<String> =
        name.split('/').filter(|part| !matches!(*part, "" | ".")).map(safe_part).collect();
    let kept = &parts[parts.len().saturating_sub(MAX_PARTS)..];
    if kept.is_empty() { "_".to_owned() } else { kept.join("/") }
}

/// A name for a list of one name a line: without line breaks and other control characters, never empty.
pub fn one_line(name: &str) -> String {
    let line: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.trim().is_empty() { "_".to_owned() } else { line }
}

/// The last part of a name's path.
pub fn base_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// A name before its extension, and the extension with its dot (or nothing).
pub fn split_ending(name: &str) -> (&str, &str) {
    let base_at = name.len() - base_name(name).len();
    match name.rfind('.') {
        Some(dot) if dot > base_at => name.split_at(dot),
        _ => (name, ""),
    }
}

/// Numbers names that were given before: `a.jpg`, `a-2.jpg`, `a-3.jpg`. Names that differ in case alone count
/// as equal, since some file systems think so; the name of a folder that was given counts as well.
///
/// Of each name only a 64-bit hash is kept: of ten million names that is a few hundred megabytes less. Two
/// names of one hash cost one of them a number it did not need.
#[derive(Debug, Default)]
pub struct Unique {
    given: HashMap<u64, u32>,
    folders: HashSet<u64>,
}

impl Unique {
    /// The relative path, or with a number if it was given before; folders in it that were given as files get
    /// a `_`.
    pub fn path(&mut self, path: String) -> String {
        let mut folders = String::new();
        let (above, base) = path.rsplit_once('/').unwrap_or(("", &path));
        for folder in above.split('/').filter(|folder| !folder.is_empty()) {
            folders.push_str(folder);
            while !self.folders.contains(&key(&folders)) && self.given.contains_key(&key(&folders)) {
                folders.push('_');
            }
            self.folders.insert(key(&folders));
            folders.push('/');
        }
        self.name(format!("{folders}{base}"))
    }

    /// The name, or with a number if it was given before.
    pub fn name(&mut self, name: String) -> String {
        let key = key(&name);
        let is_folder = self.folders.contains(&key);
        let Some(times) = self.given.get(&key).copied().or(is_folder.then_some(1)) else {
            self.given.insert(key, 1);
            return name;
        };
        let (stem, ending) = split_ending(&name);
        for number in times + 1.. {
            let numbered = format!("{stem}-{number}{ending}");
            let new = self::key(&numbered);
            if !self.given.contains_key(&new) && !self.folders.contains(&new) {
                self.given.insert(new, 1);
                // The next one begins where this one ended, so that many equal names cost no more each.
                self.given.insert(key, number);
                return numbered;
            }
        }
        name
    }
}

fn key(name: &str) -> u64 {
    // One fixed key: the same names get the same numbers in every run.
    let mut hasher = DefaultHasher::new();
    name.chars().flat_map(char::to_lowercase).for_each(|c| c.hash(&mut hasher));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_names_stay_as_they_are() {
        for name in ["a.JPEG", "n01440764_1.JPEG", "Zürich 2 (b).png", "a.b.c", "no ending", "-x", "a:b"] {
            assert_eq!(safe_part(name), name);
        }
        assert_eq!(safe_path("train/n01440764/a.JPEG"), "train/n01440764/a.JPEG");
    }

    #[test]
    fn hostile_names_become_plain_ones() {
        let cases = [
            ("..", "_."),
            (".hidden", "_hidden"),
            ("", "_"),
            ("a/b", "a_b"),
            ("..\\..\\x", "_._.._x"),
            ("a\0b\nc", "a_b_c"),
        ];
        for (name, safe) in cases {
            assert_eq!(safe_part(name), safe, "{name:?}");
        }
        assert_eq!(safe_path("/etc//./passwd"), "etc/passwd");
        assert_eq!(safe_path("../../x"), "_./_./x");
        assert_eq!(safe_path(&"a/".repeat(5000)).len(), 2 * MAX_PARTS - 1);
        assert_eq!(safe_path("///"), "_");
    }

    #[test]
    fn long_names_are_cut_before_their_ending_and_between_characters() {
        let long = safe_part(&format!("{}.jpeg", "ü".repeat(4000)));
        assert!(long.len() <= MAX_BYTES && long.ends_with("ü.jpeg"), "{long}");
        assert!(safe_part(&format!("a.{}", "b".repeat(4000))).len() <= MAX_BYTES);
    }

    #[test]
    fn equal_names_are_numbered() {
        let mut unique = Unique::default();
        let names = ["a.jpg", "A.jpg", "a-2.jpg", "a.jpg", "b", "b", "d.x/a", "d.x/a"];
        let given: Vec<_> = names.into_iter().map(|name| unique.name(name.to_owned())).collect();
        assert_eq!(given, ["a.jpg", "A-2.jpg", "a-2-2.jpg", "a-3.jpg", "b", "b-2", "d.x/a", "d.x/a-2"]);
    }

    #[test]
    fn a_name_is_not_a_file_and_a_folder() {
        let mut unique = Unique::default();
        let names = ["a", "a/b", "a/c", "d/e", "d", "d/e", "a"];
        let given: Vec<_> = names.into_iter().map(|name| unique.path(name.to_owned())).collect();
        assert_eq!(given, ["a", "a_/b", "a_/c", "d/e", "d-2", "d/e-2", "a-2"]);
    }
}
