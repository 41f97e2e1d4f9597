//! The files of a model and their hashes.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use hub_schema::ContentHash;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::onnx::Model;

/// The name of the ONNX file in a model's folder.
pub const MODEL_FILE: &str = "model.onnx";

/// A file of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelFile {
    /// Below the model's folder, with `/` between its parts; `model.onnx` is the model itself.
    pub path: String,
    /// Length in bytes.
    pub size_bytes: u64,
    /// BLAKE3 of its bytes, by which the hub stores it.
    pub blake3: ContentHash,
    /// Its SHA-256 in lower-case hex, to compare with what others publish.
    pub sha256: String,
}

/// The files of a model, the ONNX file first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelFiles {
    /// Names the model by its content: the BLAKE3 of its file; where it has several, that of the lines `BLAKE3  path`.
    pub hash: ContentHash,
    /// The ONNX file, then those of its external data.
    pub files: Vec<ModelFile>,
}

/// Why a file can't be taken.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// It can't be read.
    #[error("{path}: can't be read")]
    Io {
        /// The file.
        path: String,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// Weights that have the name of the model.
    #[error("{path}: its weights lie in a file '{MODEL_FILE}'; rename that file and export the model again")]
    Name {
        /// The model.
        path: String,
    },
}

impl ModelFiles {
    /// The files of a model that passed the checks. Reads all of them.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn of(model: &Model) -> Result<Self, FilesError> {
        let folder = model.path().parent().unwrap_or(Path::new("."));
        let mut files = vec![hashed(MODEL_FILE, model.path())?];
        for path in model.external_files() {
            if path == MODEL_FILE {
                return Err(FilesError::Name { path: model.path().display().to_string() });
            }
            files.push(hashed(&path, &folder.join(&path))?);
        }
        Ok(Self { hash: hash_of(&files), files })
    }

    /// The length of all files.
    pub fn size_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size_bytes).sum()
    }

    /// Is the list what the hash says, with paths that stay in the model's folder?
    pub fn is_consistent(&self) -> bool {
        let is_inside =
            |path: &str| path.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.contains('\\'));
        self.files.first().is_some_and(|file| file.path == MODEL_FILE)
            && self.files.iter().all(|file| is_inside(&file.path))
            && self.hash == hash_of(&self.files)
    }
}

fn hash_of(files: &[ModelFile]) -> ContentHash {
    match files {
        [one] => one.blake3,
        several => {
            let lines: String =
                several.iter().map(|file| format!("{}  {}\n", file.blake3, file.path)).collect();
            ContentHash(*blake3::hash(lines.as_bytes()).as_bytes())
        }
    }
}

/// Reads a file and hashes it.
///
/// # Errors
/// It can't be read.
pub fn hashed(name: &str, path: &Path) -> Result<ModelFile, FilesError> {
    let fail = |source| FilesError::Io { path: path.display().to_string(), source };
    let mut file = File::open(path).map_err(fail)?;
    let (mut blake, mut sha) = (blake3::Hasher::new(), Sha256::new());
    let mut block = vec![0; 1 << 20];
    let mut size_bytes = 0;
    loop {
        let read = match file.read(&mut block) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read.map_err(fail)?,
        };
        if read == 0 {
            break;
        }
        blake.update(&block[..read]);
        sha.update(&block[..read]);
        size_bytes += read as u64;
    }
    let sha256 = sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(ModelFile {
        path: name.to_owned(),
        size_bytes,
        blake3: ContentHash(*blake.finalize().as_bytes()),
        sha256,
    })
}
