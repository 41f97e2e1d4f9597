//! Archives of folders: a zip of class folders, a tar of a COCO data set.
//!
//! They are unpacked into a temporary folder ([`super::unpacked`]), which is then read as any other. Reading the members in
//! place would need each format twice, and a zip's members, or those of a compressed tar, can't be read by ranges anyway.
//!
//! A tar of samples ([`super::webdataset`]) is not unpacked, nor are the archives that a format reads as they are
//! (ILSVRC, CIFAR). In a folder, archives are unpacked if there are no media and no Parquet files beside them: each into a
//! folder of its name, with the lists and annotations that lie beside it. What an archive may grow to is limited; what links
//! and paths may be in it, [`super::inside`] says.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hub_dataset::sample::SampleError;

use super::file_errors::unreadable;
use super::options::ReadOptions;
use super::sniff::Sniff;
use super::unpacked::UnpackedFolder;
use super::walk::is_hidden;
use super::{cifar, ilsvrc, webdataset};
use crate::format::Format;
use crate::unpack::{Growth, UnpackError, is_archive, unpack};

/// How large an archive may get. Media hardly shrink when they are packed; annotations do, tenfold.
const GROWTH: Growth = Growth { times: 100, spare_bytes: 1 << 30 };

/// Unpacks the archives of a source; none if it has no archives of folders.
///
/// # Errors
/// An archive is damaged or refused, or the disk fails.
pub fn unpacked(look: &Sniff, options: &ReadOptions) -> Result<Option<Arc<UnpackedFolder>>, SampleError> {
    options.unpacked.of(&look.root, || {
        let archives = archives_of(look, options.format);
        if archives.is_empty() {
            return Ok(None);
        }
        let folder = UnpackedFolder::new(&look.root)?;
        fill(folder.path(), look, &archives)?;
        Ok(Some(folder))
    })
}

/// The archives of a source that are to be unpacked: `""` for the source itself.
fn archives_of(look: &Sniff, format: Option<Format>) -> Vec<String> {
    use Format::{Cifar, Idx, IlsvrcTar, Parquet, WebDataset};
    if matches!(format, Some(WebDataset | IlsvrcTar | Cifar | Idx | Parquet)) {
        return Vec::new();
    }
    if format.is_none() && (ilsvrc::recognise(look).is_some() || cifar::recognise(look).is_some()) {
        return Vec::new();
    }
    let is_packed = |path: &Path, name: &str| !webdataset::is_tar(name) || webdataset::is_packed_folder(path);
    if !look.is_dir {
        let is_packed =
            look.root.is_file() && is_archive(&look.name()) && is_packed(&look.root, &look.name());
        return if is_packed { vec![String::new()] } else { Vec::new() };
    }
    let has_media = look.media().iter().any(|(_, count)| *count > 0);
    if has_media || look.has("hub.json") || look.files().any(|path| path.ends_with(".parquet")) {
        return Vec::new();
    }
    let archives: Vec<String> = look.files().filter(|path| is_archive(path)).collect();
    // One tar of samples, and all tars are read as such.
    let first = archives.iter().find(|path| webdataset::is_tar(path));
    let is_samples = first.is_some_and(|path| !webdataset::is_packed_folder(&look.root.join(path)));
    if is_samples { Vec::new() } else { archives }
}

fn fill(folder: &Path, look: &Sniff, archives: &[String]) -> Result<(), SampleError> {
    for archive in archives {
        let from = if archive.is_empty() { look.root.clone() } else { look.root.join(archive) };
        let to = folder.join(stem(archive));
        let is_left_out = |part: &str| is_hidden(part) && !matches!(part, "." | "..");
        let leave_out = |name: &str| name.split('/').any(is_left_out);
        fs::create_dir_all(&to)
            .map_err(|source| UnpackError::Disk { doing: "can't create", path: to.clone(), source })
            .and_then(|()| unpack(&from, &to, GROWTH, &leave_out, &mut |_| Ok(())))
            .map_err(|e| refused(e, &look.root))?;
        without_repetition(&to);
    }
    // What lies beside archives is about what is in them.
    let beside = look.files().filter(|path| !look.root.is_file() && !archives.contains(path));
    for path in beside {
        let to = folder.join(&path);
        to.parent().map_or(Ok(()), fs::create_dir_all).map_err(|e| unreadable(&path, e))?;
        // A second name of the file, where the disk allows it: annotations may have gigabytes.
        let from = look.root.join(&path).canonicalize().map_err(|e| unreadable(&path, e))?;
        let linked = fs::hard_link(&from, &to).or_else(|_| fs::copy(&from, &to).map(drop));
        linked.map_err(|e| unreadable(&path, e))?;
    }
    Ok(())
}

/// The path of an archive without the extension: `a/train.tar.gz` → `a/train`.
fn stem(archive: &str) -> &str {
    let (stem, _) = archive.rsplit_once('.').unwrap_or((archive, ""));
    stem.strip_suffix(".tar").unwrap_or(stem)
}

/// `train/train/…`, where `train.zip` holds one folder `train`, becomes `train/…`.
fn without_repetition(folder: &Path) {
    let Some(name) = folder.file_name() else { return };
    let names: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.file_name()).collect();
    if names.len() != 1 || names[0] != name || !folder.join(name).is_dir() {
        return;
    }
    let mut aside = folder.as_os_str().to_owned();
    aside.push(".inner");
    let aside = PathBuf::from(aside);
    // If the disk refuses, the folder stays as it was packed.
    if fs::rename(folder.join(name), &aside).is_ok() && fs::remove_dir(folder).is_ok() {
        drop(fs::rename(&aside, folder));
    }
}

fn refused(error: UnpackError, root: &Path) -> SampleError {
    match error {
        UnpackError::Archive { archive, member, problem } => {
            let below = archive.strip_prefix(root).ok().filter(|path| !path.as_os_str().is_empty());
            let place = below.unwrap_or_else(|| Path::new(archive.file_name().unwrap_or_default()));
            let mut place = place.display().to_string();
            if !member.is_empty() {
                place = format!("{place}!{member}");
            }
            SampleError::fatal(place, problem)
                .advise("copy or download the archive again, or unpack it yourself and push the folder")
        }
        UnpackError::Disk { doing, path, source } => {
            let problem = format!("{doing}: {source}");
            SampleError::fatal(path.display().to_string(), problem)
                .advise(
                    "archives are unpacked before they are read: free space, or set TMPDIR to another disk",
                )
                .because(source)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use hub_dataset::sample::Value;

    use super::*;
    use crate::read::open::open;
    use crate::read::options::ReadOptions;
    use crate::read::testing::{put, read_all, refusal, tar_of};

    const CATS: [(&str, &[u8]); 4] =
        [("cat/1.jpg", b"a"), ("dog/2.jpg", b"b"), ("dog/3.jpg", b"c"), ("__MACOSX/cat/._1.jpg", b"x")];

    fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        zip_with(files, zip::CompressionMethod::Deflated)
    }

    fn zip_with(files: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        for (name, bytes) in files {
            zip.start_file(*name, options).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn compressed(ending: &str, tar: &[u8]) -> Vec<u8> {
        match ending {
            "tar" => tar.to_vec(),
            "tar.gz" | "tgz" => {
                let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                gz.write_all(tar).unwrap();
                gz.finish().unwrap()
            }
            "tar.zst" => zstd::encode_all(tar, 1).unwrap(),
            "tar.bz2" => {
                let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
                bz.write_all(tar).unwrap();
                bz.finish().unwrap()
            }
            "tar.xz" => {
                let mut xz =
                    lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
                xz.write_all(tar).unwrap();
                xz.finish().unwrap()
            }
            other => panic!("{other}"),
        }
    }

    fn labels(path: &Path) -> (String, Vec<(String, Value)>) {
        let (source, samples, errors) = read_all(path);
        assert_eq!(errors, [""; 0]);
        let name = |value: &Value| match value {
            Value::Media(media) => {
                assert_eq!(media.bytes.read_all().unwrap().len(), 1);
                media.name.clone()
            }
            other => panic!("{other:?}"),
        };
        let rows = samples.into_iter().map(|s| (name(&s.values[0]), s.values[1].clone())).collect();
        (source.format().to_owned(), rows)
    }

    #[test]
    fn class_folders_keep_their_labels_in_any_archive() {
        let rows = |names: [(&str, i64); 3]| names.map(|(name, class)| (name.to_owned(), Value::Int(class)));
        let expected = rows([("cat/1.jpg", 0), ("dog/2.jpg", 1), ("dog/3.jpg", 1)]);
        for ending in ["zip", "tar", "tar.gz", "tgz", "tar.zst", "tar.bz2", "tar.xz"] {
            let dir = tempfile::tempdir().unwrap();
            let bytes = if ending == "zip" { zip_of(&CATS) } else { compressed(ending, &tar_of(&CATS)) };
            put(dir.path(), &format!("pets.{ending}"), &bytes);
            let (format, found) = labels(&dir.path().join(format!("pets.{ending}")));
            assert_eq!((format.as_str(), &found[..]), ("class folders", &expected[..]), "{ending}");
            // In a folder, the name of the archive is a folder around.
            assert_eq!(labels(dir.path()).1.len(), 3, "{ending}");
        }
    }

    #[test]
    fn members_of_zips_may_be_stored_or_in_bzip2() {
        for method in [zip::CompressionMethod::Stored, zip::CompressionMethod::Bzip2] {
            let dir = tempfile::tempdir().unwrap();
            put(dir.path(), "pets.zip", &zip_with(&CATS, method));
            assert_eq!(labels(&dir.path().join("pets.zip")).1.len(), 3, "{method}");
        }
    }

    #[test]
    fn archives_of_splits_are_read_together() {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), "train.zip", &zip_of(&[("train/cat/1.jpg", b"a"), ("train/dog/2.jpg", b"b")]));
        put(
            dir.path(),
            "val.tar.gz",
            &compressed("tar.gz", &tar_of(&[("cat/3.jpg", b"c"), ("dog/4.jpg", b"d")])),
        );
        let (_, samples, errors) = read_all(dir.path());
        assert_eq!(errors, [""; 0]);
        let splits: Vec<_> = samples.iter().map(|s| s.split.as_deref().unwrap()).collect();
        assert_eq!(splits, ["train", "train", "val", "val"]);
    }

    #[test]
    fn annotations_beside_an_archive_are_read_with_it() {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), "train2017.zip", &zip_of(&[("train2017/a.jpg", b"a"), ("train2017/b.jpg", b"b")]));
        let json = r#"{"images": [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "b.jpg"}],
            "annotations": [], "categories": []}"#;
        put(dir.path(), "annotations/instances_train2017.json", json.as_bytes());
        let (source, samples, errors) = read_all(dir.path());
        assert_eq!((source.format(), samples.len(), errors.len()), ("COCO", 2, 0));
    }

    #[test]
    fn compressed_tars_of_samples_are_not_unpacked() {
        for ending in ["tar.zst", "tar.bz2", "tar.xz", "tgz"] {
            let dir = tempfile::tempdir().unwrap();
            let tar = tar_of(&[("0.jpg", b"a"), ("0.cls", b"1"), ("1.jpg", b"b"), ("1.cls", b"0")]);
            put(dir.path(), &format!("x.{ending}"), &compressed(ending, &tar));
            let (source, samples, errors) = read_all(dir.path());
            assert_eq!((source.format(), samples.len(), errors.len()), ("WebDataset", 2, 0), "{ending}");
        }
    }

    #[test]
    fn the_folder_is_removed_with_the_last_that_needs_it() {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), "pets.zip", &zip_of(&CATS));
        let options = ReadOptions::default();
        let opened = open(&dir.path().join("pets.zip"), &options).unwrap();
        let again = open(&dir.path().join("pets.zip"), &options).unwrap();
        let path = options.unpacked.path().unwrap();
        assert!(path.join("cat/1.jpg").exists());
        drop((options, opened));
        assert!(path.exists(), "the second source still reads it");
        drop(again);
        assert!(!path.exists());
    }

    #[test]
    fn hostile_and_damaged_archives_are_refused_by_name() {
        let link = {
            let mut tar = tar::Builder::new(Vec::new());
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(tar::EntryType::Symlink);
            header.set_size(0);
            tar.append_link(&mut header, "cat/link.jpg", "/etc/passwd").unwrap();
            tar.into_inner().unwrap()
        };
        let whole = zip_of(&CATS);
        let cut = compressed("tar.gz", &tar_of(&CATS));
        for (name, bytes, message) in [
            (
                "x.zip",
                zip_of(&[("a/1.jpg", b"a"), ("../../b.jpg", b"b")]),
                "x.zip!../../b.jpg: a path with '..'",
            ),
            ("y.zip", zip_of(&[("/etc/b.jpg", b"b")]), "y.zip!/etc/b.jpg: an absolute path"),
            ("cut.zip", whole[..whole.len() / 2].to_vec(), "cut.zip: not a complete zip file"),
            ("link.tar", link, "link.tar!cat/link.jpg: expected a file, found a link"),
            ("cut.tar.gz", cut[..cut.len() - 9].to_vec(), "cut.tar.gz: not a complete tar file"),
            ("x.tar.xz", b"\xfd7zXZ\0 and nothing".to_vec(), "x.tar.xz: its compressed data are damaged"),
            (
                "twice.tar",
                tar_of(&[("a/1.jpg", b"a"), ("b/1.jpg", b"b"), ("a/1.jpg", b"c")]),
                "twice.tar!a/1.jpg: a second",
            ),
        ] {
            let dir = tempfile::tempdir().unwrap();
            put(dir.path(), name, &bytes);
            let error = refusal(&dir.path().join(name));
            assert!(error.starts_with(message), "{error}");
        }
    }
}
