//! Lists a source's folders, to recognise its format.
//!
//! One pass over all folders, which reads names and nothing else (except a file's first bytes, where a format asks for
//! them: [`Sniff::head`]). A part of the names would not do: the one file that decides may be the last of a million.
//! Reading a million names takes about a second. Of images, audio and video only counts and a few names are kept
//! for each folder; of all other files the names, which are few where there are many images, or one for each image.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::ignore::Ignore;
use super::kind::{KINDS, MediaKind, kind_of_name};
use super::walk::is_hidden;

/// Maximum depth of folders.
const MAX_DEPTH: usize = 32;

/// What a source holds, by names.
#[derive(Clone, Debug, Default)]
pub struct Sniff {
    /// The path that was given: a file or a folder.
    pub root: PathBuf,
    /// True if `root` is a folder.
    pub is_dir: bool,
    /// The folders, upper levels first, sorted by name; the first is the source itself.
    folders: Vec<Folder>,
    by_path: HashMap<String, usize>,
    ignore: Ignore,
}

/// A folder of the source.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// Its path below the source: `""` for the source itself, else with `/` at the end.
    pub path: String,
    /// The names of the folders in it, sorted.
    pub folders: Vec<String>,
    /// The names of the files in it that are not images, audio or video, sorted.
    pub files: Vec<String>,
    /// The number of files of each kind in it, in the order of [`KINDS`].
    media: [u64; 3],
    /// The number of files of each kind in and below it.
    below: [u64; 3],
    /// Some names of images, audio files and videos in it: the first and the last, in the order of their bytes.
    pub media_names: Vec<String>,
    /// The distinct extensions of those, as they are written, sorted.
    pub media_endings: Vec<String>,
    /// The number of them whose names begin with a WordNet id.
    pub with_id: u64,
    /// The number of media that are the mask of another here, by their names: `a_mask.png` beside `a.jpg`.
    pub masks: u64,
    /// Extension, in lower case → number of the other files that have the stem of an image, audio file or video here.
    pub paired: BTreeMap<String, u64>,
}

/// Number of names kept from each end of a folder's media.
const NAMES_KEPT: usize = 4;

impl Sniff {
    /// Lists what is at `root`; what can't be read is left out. Links to folders are listed, and entered only with
    /// `follow`.
    pub fn at(root: &Path, ignore: &Ignore, follow: bool) -> Self {
        let is_dir = root.is_dir();
        let mut look = Self { root: root.to_owned(), is_dir, ignore: ignore.clone(), ..Self::default() };
        if is_dir {
            look.fill(follow);
            look.count_below();
        }
        look
    }

    fn fill(&mut self, follow: bool) {
        let mut queue = VecDeque::from([(String::new(), 0, true)]);
        let mut linked: HashSet<PathBuf> = HashSet::new();
        while let Some((path, depth, may_descend)) = queue.pop_front() {
            let (folder, links) = Folder::list(&self.root, path, &self.ignore);
            for name in folder.folders.iter().filter(|_| may_descend && depth < MAX_DEPTH) {
                let below = format!("{}{name}/", folder.path);
                let is_link = links.contains(name);
                if is_link {
                    // Each once, so that links in circles end; without `follow` not what is below.
                    let Ok(target) = self.root.join(&below).canonicalize() else { continue };
                    let root = self.root.canonicalize();
                    if root.is_ok_and(|root| root.starts_with(&target)) || !linked.insert(target) {
                        continue;
                    }
                }
                queue.push_back((below, depth + 1, follow || !is_link));
            }
            self.by_path.insert(folder.path.clone(), self.folders.len());
            self.folders.push(folder);
        }
    }

    fn count_below(&mut self) {
        for at in (0..self.folders.len()).rev() {
            let own = self.folders[at].media;
            let total = self.folders[at].below;
            let total = [total[0] + own[0], total[1] + own[1], total[2] + own[2]];
            self.folders[at].below = total;
            let above = parent(&self.folders[at].path).and_then(|above| self.by_path.get(above).copied());
            if let Some(above) = above.filter(|above| *above != at) {
                let above = &mut self.folders[above].below;
                (0..3).for_each(|kind| above[kind] += total[kind]);
            }
        }
    }

    /// True if a file or folder exists at that relative path.
    pub fn has(&self, path: &str) -> bool {
        let there = self.root.join(path);
        self.is_dir
            && !self.ignore.has(path)
            && (there.is_dir() || self.ignore.includes(path) && there.exists())
    }

    /// The name of the file or folder itself, lower case; `""` where it has none.
    pub fn name(&self) -> String {
        self.root.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default()
    }

    /// All folders, upper levels first; the first is the source itself.
    pub fn all(&self) -> impl Iterator<Item = &Folder> {
        self.folders.iter()
    }

    /// The folder at a path (`""`, or with `/` at its end).
    pub fn folder(&self, path: &str) -> Option<&Folder> {
        self.by_path.get(path).map(|at| &self.folders[*at])
    }

    /// The paths of the files at any depth that are not images, audio or video.
    pub fn files(&self) -> impl Iterator<Item = String> {
        self.folders.iter().flat_map(|f| f.files.iter().map(move |name| format!("{}{name}", f.path)))
    }

    /// The files directly in `folder` (`""` for the top, else with the `/` at its end) that are not images, audio or
    /// video.
    pub fn files_in<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.folder(folder).into_iter().flat_map(|f| f.files.iter()).map(String::as_str)
    }

    /// The folders directly in `folder` (as for [`Sniff::files_in`]), by name without `/`.
    pub fn folders_in<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.folder(folder).into_iter().flat_map(|f| f.folders.iter()).map(String::as_str)
    }

    /// Is there an image, audio file or video in or below `folder` (with the `/` at its end)?
    pub fn media_below(&self, folder: &str) -> bool {
        self.folder(folder).is_some_and(|f| f.below.iter().any(|count| *count > 0))
    }

    /// Is such a file directly in `folder` (`""` for the top)?
    pub fn media_in(&self, folder: &str) -> bool {
        self.folder(folder).is_some_and(Folder::has_media)
    }

    /// The number of files of each kind of media.
    pub fn media(&self) -> [(MediaKind, u64); 3] {
        let below = self.folders.first().map_or([0; 3], |top| top.below);
        [(KINDS[0], below[0]), (KINDS[1], below[1]), (KINDS[2], below[2])]
    }

    /// The first bytes (at most `len`) of the file at a relative path, or of the source itself for `""`.
    pub fn head(&self, path: &str, len: usize) -> Option<Vec<u8>> {
        let path = if path.is_empty() { self.root.clone() } else { self.root.join(path) };
        let mut head = Vec::new();
        if !path.is_file() {
            return None;
        }
        File::open(path).ok()?.take(len as u64).read_to_end(&mut head).ok()?;
        Some(head)
    }

    /// The first characters of a text file, whether UTF-8 or UTF-16, without a byte order mark.
    pub fn head_text(&self, path: &str, len: usize) -> Option<String> {
        let head = self.head(path, len)?;
        let utf16 = |of: fn([u8; 2]) -> u16| {
            let units: Vec<u16> = head[2..].chunks_exact(2).map(|pair| of([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        };
        Some(match head.get(..2) {
            Some([0xff, 0xfe]) => utf16(u16::from_le_bytes),
            Some([0xfe, 0xff]) => utf16(u16::from_be_bytes),
            _ => String::from_utf8_lossy(&head).trim_start_matches('\u{feff}').to_owned(),
        })
    }
}

impl Folder {
    /// Lists a folder, and says which of its folders are links.
    fn list(root: &Path, path: String, ignore: &Ignore) -> (Self, HashSet<String>) {
        let mut folder = Self { path, ..Self::default() };
        let (mut links, mut media) = (HashSet::new(), Vec::new());
        for entry in fs::read_dir(root.join(&folder.path)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_hidden(&name) || ignore.has(&format!("{}{name}", folder.path)) {
                continue;
            }
            let Ok(kind) = entry.file_type() else { continue };
            let is_link = kind.is_symlink();
            // A link counts as what it points to.
            if kind.is_dir() || is_link && entry.path().is_dir() {
                if is_link {
                    links.insert(name.clone());
                }
                folder.folders.push(name);
            } else if !ignore.includes(&format!("{}{name}", folder.path)) {
                continue;
            } else if kind_of_name(&name).is_some() {
                media.push(name);
            } else {
                folder.files.push(name);
            }
        }
        folder.folders.sort_unstable();
        folder.files.sort_unstable();
        media.sort_unstable();
        folder.add_media(&media);
        (folder, links)
    }

    /// Adds the media, whose names are sorted.
    fn add_media(&mut self, names: &[String]) {
        let mut endings: HashSet<&str> = HashSet::new();
        for name in names {
            if let Some(kind) = kind_of_name(name) {
                self.media[KINDS.iter().position(|k| *k == kind).unwrap_or(0)] += 1;
            }
            self.with_id += u64::from(begins_with_id(name));
            endings.insert(name.rsplit_once('.').map_or("", |(_, ending)| ending));
        }
        self.media_endings = endings.into_iter().map(str::to_owned).collect();
        self.media_endings.sort_unstable();
        let last = names.len().saturating_sub(NAMES_KEPT).max(NAMES_KEPT.min(names.len()));
        self.media_names = names.iter().take(NAMES_KEPT).chain(&names[last..]).cloned().collect();
        if names.is_empty() {
            return;
        }
        let stems: HashSet<&str> = names.iter().map(|name| stem(name)).collect();
        let is_mask = |stem: &&&str| without_mask(stem).is_some_and(|image| stems.contains(image));
        self.masks = stems.iter().filter(is_mask).count() as u64;
        for file in &self.files {
            let Some((stem, ending)) = file.rsplit_once('.') else { continue };
            if stems.contains(stem) {
                *self.paired.entry(ending.to_ascii_lowercase()).or_default() += 1;
            }
        }
    }

    /// Is there an image, audio file or video in it?
    pub fn has_media(&self) -> bool {
        self.media.iter().any(|count| *count > 0)
    }

    /// The number of files of a kind in it.
    pub fn count(&self, kind: MediaKind) -> u64 {
        KINDS.iter().zip(self.media).filter(|(k, _)| **k == kind).map(|(_, count)| count).sum()
    }

    /// The number of images, audio files and videos in it.
    pub fn media_count(&self) -> u64 {
        self.media.iter().sum()
    }

    /// The path of a file in it.
    pub fn path_of(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }
}

/// A name without its extension.
pub fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The stem of the image that a mask is of, by the mask's stem: `a_mask` → `a`.
pub fn without_mask(stem: &str) -> Option<&str> {
    const ENDINGS: [&str; 12] = [
        "_mask",
        "-mask",
        ".mask",
        "_masks",
        "_segmentation",
        "_seg",
        "_gt",
        "_label",
        "_labels",
        "_annotation",
        "_matte",
        "_L",
    ];
    ENDINGS.iter().find_map(|ending| stem.strip_suffix(ending)).filter(|image| !image.is_empty())
}

/// Does a name begin with a WordNet id: `n` and eight digits, and no letter or digit behind them?
pub fn begins_with_id(name: &str) -> bool {
    name.get(..9).is_some_and(|id| id.starts_with('n') && id[1..].bytes().all(|b| b.is_ascii_digit()))
        && !name[9..].starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// The folder that a folder lies in: `a/b/` → `a/`, `a/` → `""`, `""` → none.
pub fn parent(folder: &str) -> Option<&str> {
    let bare = folder.strip_suffix('/')?;
    Some(bare.rfind('/').map_or("", |slash| &folder[..=slash]))
}

#[cfg(test)]
impl Sniff {
    /// What a folder of these files would show, without a disk; names that end with `/` are folders.
    pub fn of_names(names: &[&str]) -> Self {
        let mut folders: BTreeMap<String, (Vec<String>, Vec<String>)> = BTreeMap::new();
        folders.entry(String::new()).or_default();
        for name in names {
            let mut at = String::new();
            for part in name.split_inclusive('/') {
                let (above, media) = folders.entry(at.clone()).or_default();
                match part.strip_suffix('/') {
                    Some(folder) if !above.contains(&folder.to_owned()) => above.push(folder.to_owned()),
                    Some(_) => {}
                    None => media.push(part.to_owned()),
                }
                at += part;
                if part.ends_with('/') {
                    folders.entry(at.clone()).or_default();
                }
            }
        }
        let mut look = Self { root: "x".into(), is_dir: true, ..Self::default() };
        let mut listed: Vec<_> = folders.into_iter().collect();
        listed.sort_by_key(|(path, _)| path.matches('/').count());
        for (path, (mut folders, files)) in listed {
            folders.sort_unstable();
            let (mut media, mut files): (Vec<_>, Vec<_>) =
                files.into_iter().partition(|name| kind_of_name(name).is_some());
            media.sort_unstable();
            files.sort_unstable();
            let mut folder = Folder { path: path.clone(), folders, files, ..Folder::default() };
            folder.add_media(&media);
            look.by_path.insert(path, look.folders.len());
            look.folders.push(folder);
        }
        look.count_below();
        look
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::testing::folder;

    fn at(root: &Path) -> Sniff {
        Sniff::at(root, &Ignore::default(), false)
    }

    #[test]
    fn folders_come_upper_levels_first() {
        let dir = folder(&["b/c/d/e/f/g/deep.jpg", "a.txt", "b/x.wav", ".git/config", "@eaDir/y.jpg"]);
        let look = at(dir.path());
        let paths: Vec<_> = look.all().map(|f| f.path.as_str()).collect();
        assert_eq!(paths, ["", "b/", "b/c/", "b/c/d/", "b/c/d/e/", "b/c/d/e/f/", "b/c/d/e/f/g/"]);
        assert_eq!(look.folders_in("b/").collect::<Vec<_>>(), ["c"]);
        assert_eq!(look.files_in("").collect::<Vec<_>>(), ["a.txt"]);
        assert_eq!(look.media(), [(MediaKind::Image, 1), (MediaKind::Audio, 1), (MediaKind::Video, 0)]);
        assert!(look.media_in("b/") && !look.media_in("") && look.media_below("b/c/"));
        assert_eq!(look.head("a.txt", 3).unwrap(), b"a.t");
    }

    #[test]
    fn the_last_file_of_many_is_seen_and_pairs_are_counted() {
        let mut names: Vec<String> = (0..5_000).map(|n| format!("a/{n}.jpg")).collect();
        names.extend(["a/zz.json".to_owned(), "a/7.txt".to_owned(), "a/none.txt".to_owned()]);
        names.extend((0..300).map(|n| format!("class{n}/images/x.jpg")));
        let dir = folder(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let look = at(dir.path());
        let a = look.folder("a/").unwrap();
        assert_eq!(a.files, ["7.txt", "none.txt", "zz.json"]);
        assert_eq!(a.paired, BTreeMap::from([("txt".to_owned(), 1)]));
        assert_eq!((a.count(MediaKind::Image), a.media_names[0].as_str()), (5_000, "0.jpg"));
        assert!(look.media_below("class299/"));
    }

    #[test]
    fn what_is_left_out_is_not_there() {
        let dir = folder(&["a/1.jpg", "a/1.xml", "raw/2.jpg"]);
        let look = Sniff::at(dir.path(), &Ignore::new(&["*.xml".into(), "raw".into()]).unwrap(), false);
        assert_eq!((look.files().count(), look.media()[0].1, look.has("a/1.xml")), (0, 1, false));
    }

    #[test]
    fn links_to_folders_are_listed_and_entered_once() {
        let (dir, outside) = (folder(&["a/1.jpg"]), folder(&["b/c/2.jpg"]));
        std::os::unix::fs::symlink(outside.path(), dir.path().join("out")).unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("a/loop")).unwrap();
        let paths = |look: &Sniff| look.all().map(|f| f.path.clone()).collect::<Vec<_>>();
        assert_eq!(paths(&at(dir.path())), ["", "a/", "out/"]);
        let look = Sniff::at(dir.path(), &Ignore::default(), true);
        assert_eq!(paths(&look), ["", "a/", "out/", "out/b/", "out/b/c/"]);
        assert!(look.media_below("out/"));
    }

    #[test]
    fn texts_are_read_in_their_encoding() {
        let dir = folder(&[]);
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("<a>".bytes().flat_map(|b| [b, 0])).collect();
        std::fs::write(dir.path().join("a.xml"), utf16).unwrap();
        std::fs::write(dir.path().join("b.yaml"), b"\xef\xbb\xbfnames:").unwrap();
        let look = at(dir.path());
        assert_eq!(look.head_text("a.xml", 100).unwrap(), "<a>");
        assert_eq!(look.head_text("b.yaml", 100).unwrap(), "names:");
    }
}
