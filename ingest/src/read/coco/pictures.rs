//! Where the image files are that the JSON names.
//!
//! `file_name` is a bare name in COCO itself and a path in many sets after it, and the folder is told by the
//! JSON file's tag alone. So the usual folders are tried in turn, beginning with the one that worked last:
//! for tag `train2017` and split `train`: `train2017/`, `images/train2017/`, the folder of the JSON file, the
//! base itself, `images/`, `train/`, `images/train/`, `data/`, and `images/` and `data/` in the folders of tag, split and
//! JSON file. A name that is in none of them is looked for in all folders of images that don't belong to another split,
//! and has to be in one of them alone.

use hub_dataset::sample::{Media, SampleError};

use crate::read::inside::SourceRoot;
use crate::read::media_path::media_named;
use crate::read::split::split_of_folders;

/// The folders of one group.
#[derive(Debug)]
pub struct Pictures {
    base: SourceRoot,
    /// Relative to the base, `""` or with `/` at the end.
    folders: Vec<String>,
    /// All other folders of images that may be meant.
    others: Vec<String>,
}

impl Pictures {
    /// For the image files of a tag and split; the JSON file lies in `json_folder`. `with_images` are all folders of
    /// images below the base.
    pub fn new(
        base: &SourceRoot,
        json_folder: &str,
        (tag, split): (&str, Option<&str>),
        with_images: &[String],
    ) -> Self {
        let word = split.unwrap_or_default();
        let beside = if json_folder.is_empty() { String::new() } else { format!("{json_folder}/") };
        let mut folders: Vec<String> = Vec::new();
        let tries = [
            format!("{tag}/"),
            format!("images/{tag}/"),
            beside.clone(),
            format!("{tag}/images/"),
            format!("{tag}/data/"),
            format!("{beside}images/"),
            format!("{beside}data/"),
            String::new(),
            "images/".to_owned(),
            format!("{word}/"),
            format!("images/{word}/"),
            format!("{word}/images/"),
            "data/".to_owned(),
        ];
        for folder in tries {
            let named = !folder.starts_with('/') && !folder.contains("//");
            if named && !folders.contains(&folder) && base.shown().join(&folder).is_dir() {
                folders.push(folder);
            }
        }
        let fits =
            |folder: &str| split_of_folders(folder).is_none_or(|other| split.is_none_or(|s| s == other));
        let others = with_images.iter().filter(|f| !folders.contains(f) && fits(f)).cloned().collect();
        Self { base: base.clone(), folders, others }
    }

    /// The image file of that `file_name`, which an image names that stands at `place`.
    ///
    /// # Errors
    /// The name leads out of the source, or there is no such file; the text says where it was looked for.
    pub fn find(&mut self, place: &str, file_name: &str) -> Result<Media, SampleError> {
        for i in 0..self.folders.len() {
            if let Some(media) = media_named(&self.base, place, &self.folders[i], file_name)? {
                self.folders[..=i].rotate_right(1);
                return Ok(media);
            }
        }
        let mut found = Vec::new();
        for folder in &self.others {
            found.extend(media_named(&self.base, place, folder, file_name)?.map(|media| (media, folder)));
        }
        if let [(_, one), (_, two), ..] = &found[..] {
            let problem = format!("file '{file_name}' is in {one} and in {two}");
            return Err(SampleError::sample(place, problem)
                .advise("write the folder in front of the file_name, or leave one out with --ignore"));
        }
        if let Some((media, _)) = found.pop() {
            return Ok(media);
        }
        let places: Vec<_> =
            self.folders.iter().map(|f| if f.is_empty() { "." } else { f.trim_end_matches('/') }).collect();
        let file_name = file_name.strip_prefix("./").unwrap_or(file_name);
        Err(SampleError::sample(place, format!("file '{file_name}' not found in {}", places.join(", "))))
    }
}
