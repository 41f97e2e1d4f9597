//! Pairs of files: images, and their labels beside them.

use std::path::{Path, PathBuf};

use hub_dataset::sample::SampleError;

use crate::read::inside::SourceRoot;
use crate::read::split::split_of;
use crate::read::walk::files_of;

/// What the name of a file of images says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFile {
    pub name: String,
    /// What stands before the split: `emnist-letters`; most sets have nothing there.
    pub set: String,
    /// `train` or `test`.
    pub split: Option<&'static str>,
    /// The name up to the dimensions: `t10k-images`.
    stem: String,
}

impl ImageFile {
    /// Takes a name like `train-images-idx3-ubyte.gz` apart.
    pub fn of(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let bare = lower.strip_suffix(".gz").unwrap_or(&lower);
        let bare = bare.strip_suffix("-ubyte").or_else(|| bare.strip_suffix(".ubyte"))?;
        let stem = ["idx3", "idx4"].iter().find_map(|end| bare.strip_suffix(end))?;
        let stem = stem.strip_suffix(['-', '.'])?;
        let front = stem.strip_suffix("images")?;
        let mut words: Vec<&str> = front.split(['-', '.', '_']).filter(|w| !w.is_empty()).collect();
        let split = words.last().and_then(|w| if *w == "t10k" { Some("test") } else { split_of(w) });
        if split.is_some() {
            words.pop();
        }
        let stem = name[..stem.len()].to_owned();
        Some(Self { name: name.to_owned(), set: words.join("-"), split, stem })
    }

    /// The names that the labels may have.
    pub fn label_names(&self) -> Vec<String> {
        let front = &self.stem[..self.stem.len() - "images".len()];
        // QMNIST's labels are rows of integers.
        let kinds = ["idx1-ubyte", "idx2-int", "idx1-int"];
        let bare = kinds.iter().flat_map(|kind| ["-", "."].map(|dash| format!("{front}labels{dash}{kind}")));
        bare.flat_map(|name| [name.clone(), name + ".gz"]).collect()
    }
}

/// A split: its images and its labels.
#[derive(Debug)]
pub struct Pair {
    pub images: ImageFile,
    /// The folder of both, below the source: `raw/` or nothing.
    pub folder: &'static str,
    pub images_path: PathBuf,
    pub labels_path: PathBuf,
}

/// The pairs of a folder (of its folder `raw` if it has none itself), train first; or the one whose images
/// are in the file `root`.
///
/// # Errors
/// There are none, or pairs of several data sets; or a file of images has no labels beside it.
pub fn pairs(source: &SourceRoot, root: &Path) -> Result<Vec<Pair>, SampleError> {
    let place = root.display().to_string();
    if !root.is_dir() {
        let name = root.file_name().unwrap_or_default().to_string_lossy();
        let file = ImageFile::of(&name).ok_or_else(|| {
            SampleError::fatal(&place, "the file name is not that of IDX images")
                .advise("expected …-images-idx3-ubyte")
        })?;
        return Ok(vec![pair(source, "", file)?]);
    }
    let mut found = Vec::new();
    for folder in ["", "raw/"] {
        if found.is_empty() && root.join(folder).is_dir() {
            found = image_files(source, folder)?.into_iter().map(|f| (folder, f)).collect();
        }
    }
    let Some((_, first)) = found.first() else {
        return Err(SampleError::fatal(&place, "no IDX images found")
            .advise("expected train-images-idx3-ubyte or train-images-idx3-ubyte.gz"));
    };
    if let Some((_, other)) = found.iter().find(|(_, f)| f.set != first.set) {
        let problem = format!("'{}' and '{}' belong to different data sets", first.name, other.name);
        return Err(SampleError::fatal(&place, problem).advise("put each data set into a folder of its own"));
    }
    found.into_iter().map(|(folder, file)| pair(source, folder, file)).collect()
}

/// Sorted: train, val, test, others; of a plain and a gzipped file of one name the plain one.
fn image_files(source: &SourceRoot, folder: &str) -> Result<Vec<ImageFile>, SampleError> {
    let mut files: Vec<_> = files_of(source, folder)?.iter().filter_map(|n| ImageFile::of(n)).collect();
    let rank = |f: &ImageFile| ["train", "val", "test"].iter().position(|s| f.split == Some(s)).unwrap_or(3);
    files.sort_by(|a, b| (rank(a), &a.set, &a.name).cmp(&(rank(b), &b.set, &b.name)));
    // Sorted by name, the plain file comes before the gzipped one.
    files.dedup_by(|b, a| a.set == b.set && a.split == b.split && a.stem == b.stem);
    Ok(files)
}

fn pair(source: &SourceRoot, folder: &'static str, images: ImageFile) -> Result<Pair, SampleError> {
    let path = |name: &str| {
        let found = source.file(&format!("{folder}{name}")).map_err(|refusal| refusal.fatal(name))?;
        Ok::<_, SampleError>(found.map(|found| found.path))
    };
    let labels = images.label_names();
    let labels_path = labels.iter().find_map(|name| path(name).transpose()).ok_or_else(|| {
        SampleError::fatal(&images.name, format!("no labels found beside it; checked {}", labels.join(", ")))
            .advise("put the labels into the same folder")
    })??;
    let gone = || SampleError::fatal(&images.name, "no such file").advise("check the path");
    let images_path = path(&images.name)?.ok_or_else(gone)?;
    Ok(Pair { images, folder, images_path, labels_path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        for (name, set, split) in [
            ("train-images-idx3-ubyte.gz", "", Some("train")),
            ("t10k-images.idx3-ubyte", "", Some("test")),
            ("emnist-letters-test-images-idx3-ubyte.gz", "emnist-letters", Some("test")),
            ("images-idx4-ubyte", "", None),
        ] {
            let file = ImageFile::of(name).unwrap();
            assert_eq!((file.set.as_str(), file.split), (set, split), "{name}");
        }
        for other in
            ["train-labels-idx1-ubyte", "images.png", "train-images-idx3-ubyte.zip", "idx3-ubyte", ""]
        {
            assert_eq!(ImageFile::of(other), None, "{other}");
        }
    }

    #[test]
    fn labels_have_the_name_of_their_images() {
        let file = ImageFile::of("emnist-digits-train-images-idx3-ubyte.gz").unwrap();
        assert!(file.label_names().contains(&"emnist-digits-train-labels-idx1-ubyte.gz".to_owned()));
        assert!(file.label_names().contains(&"emnist-digits-train-labels-idx1-ubyte".to_owned()));
    }
}
