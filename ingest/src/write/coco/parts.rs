//! Lists that grow at the same time, each in a file of its own until they are put together.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use hub_dataset::sample::SampleError;
use serde_json::Value as Json;

use crate::write::staging::cant;

/// A JSON list that is being written to a file of its own.
pub struct Part {
    path: PathBuf,
    file: BufWriter<File>,
    is_empty: bool,
}

impl Part {
    pub fn create(path: PathBuf) -> Result<Self, SampleError> {
        let file = File::create(&path).map_err(|e| cant("write", &path, e))?;
        Ok(Self { path, file: BufWriter::new(file), is_empty: true })
    }

    pub fn push(&mut self, json: &Json) -> Result<(), SampleError> {
        let mut add = || -> io::Result<()> {
            if !std::mem::take(&mut self.is_empty) {
                self.file.write_all(b",\n")?;
            }
            serde_json::to_writer(&mut self.file, json).map_err(io::Error::from)
        };
        add().map_err(|e| cant("write", &self.path, e))
    }

    /// Flushes the list; nothing may be added after it.
    pub fn close(&mut self) -> Result<(), SampleError> {
        self.file.flush().map_err(|e| cant("write", &self.path, e))
    }

    pub fn remove(self) -> Result<(), SampleError> {
        fs::remove_file(&self.path).map_err(|e| cant("remove", &self.path, e))
    }
}

/// Writes the COCO file at `path` of its lists and other members.
pub fn put_together(
    path: &Path,
    images: &Part,
    annotations: &Part,
    members: &[(String, Json)],
    licenses: &Json,
    categories: Option<&Json>,
) -> Result<(), SampleError> {
    let write = || -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 18, File::create(path)?);
        out.write_all(b"{")?;
        if !members.iter().any(|(name, _)| name == "info") {
            out.write_all(b"\"info\":{\"description\":\"written by Image Hub\"},\n")?;
        }
        for (name, json) in members {
            writeln!(out, "{}:{json},", Json::from(name.as_str()))?;
        }
        write!(out, "\"licenses\":{licenses},\n\"images\":[")?;
        io::copy(&mut File::open(&images.path)?, &mut out)?;
        out.write_all(b"],\n\"annotations\":[")?;
        io::copy(&mut File::open(&annotations.path)?, &mut out)?;
        out.write_all(b"]")?;
        if let Some(categories) = categories {
            write!(out, ",\n\"categories\":{categories}")?;
        }
        out.write_all(b"}\n")?;
        out.flush()
    };
    write().map_err(|e| cant("write", path, e))
}
