//! What Speech Commands needs after unpacking: its splits are two lists of files in the archive.
//!
//! `validation_list.txt` and `testing_list.txt` name files as `word/file.wav`; all others train. Moving the
//! files into `train/`, `val/` and `test/` makes plain class folders of them. What is no word (recordings of
//! background noise, the lists) goes to `extra/` beside `data/`. Every step is a rename that a second run
//! finds done, so an interrupted one is simply run again.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Component, Path};

use super::error::{FetchError, disk};

const LISTS: [(&str, &str); 2] = [("validation_list.txt", "val"), ("testing_list.txt", "test")];
const SPLITS: [&str; 3] = ["train", "val", "test"];

/// Arranges the unpacked archive in `data`; `extra` takes the rest.
pub(super) fn speech_commands(data: &Path, extra: &Path) -> Result<(), FetchError> {
    for (list, split) in LISTS {
        let path = data.join(list);
        match fs::File::open(&path) {
            Ok(file) => {
                disk("can't follow", &path, move_listed(BufReader::new(file), data, &data.join(split)))?
            }
            // An earlier run put the lists away, which it does last.
            Err(e) if e.kind() == io::ErrorKind::NotFound && extra.join(list).exists() => {}
            Err(e) => return disk("can't read", &path, Err(e)),
        }
    }
    disk("can't arrange", data, move_the_rest(data, extra))
}

fn move_listed(list: impl BufRead, data: &Path, split: &Path) -> io::Result<()> {
    for line in list.lines() {
        let line = line?;
        let name = Path::new(line.trim());
        if !name.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(io::Error::other(format!("'{line}' leads out of the folder")));
        }
        let from = data.join(name);
        if !line.trim().is_empty() && from.is_file() {
            let to = split.join(name);
            to.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::rename(from, to)?;
        }
    }
    Ok(())
}

fn move_the_rest(data: &Path, extra: &Path) -> io::Result<()> {
    fs::create_dir_all(data.join("train"))?;
    fs::create_dir_all(extra)?;
    let entries: BTreeSet<_> =
        fs::read_dir(data)?.map(|e| e.map(|e| e.file_name())).collect::<Result<_, _>>()?;
    let (lists, others): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|name| LISTS.iter().any(|(list, _)| name == list));
    for name in others.into_iter().chain(lists) {
        let from = data.join(&name);
        let is_word = from.is_dir() && !name.to_string_lossy().starts_with('_');
        if is_word && SPLITS.iter().any(|split| name == *split) {
            continue;
        }
        let to = if is_word { data.join("train").join(&name) } else { extra.join(&name) };
        fs::rename(from, to)?;
    }
    Ok(())
}
