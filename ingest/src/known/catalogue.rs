//! What is known of each data set: its files, their addresses, and how to check that they are complete.
//!
//! The facts are data (`data/known.json`), not code, so that a changed address is one line to correct. A test
//! or a lab with its own collection makes a [`Catalogue`] from a JSON of the same form.

use std::sync::LazyLock;

use serde::{Deserialize, Deserializer};

use crate::format::Format;

static OFFICIAL: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::from_json(include_str!("../../data/known.json")).unwrap_or_default());

/// A list of well-known data sets, of the same form as `data/known.json`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Catalogue {
    /// The data sets, in the order in which they are listed.
    pub sets: Vec<Known>,
}

/// A well-known data set: its files and how to read them.
#[derive(Clone, Debug, Deserialize)]
pub struct Known {
    /// Its name, as `hub push` takes it.
    pub name: String,
    /// What it is, in a line.
    pub title: String,
    /// Address of its makers' page, shown to the user.
    pub home: String,
    /// Who published the sizes and hashes.
    #[serde(default)]
    pub checksums: String,
    /// The format of its files.
    #[serde(deserialize_with = "format_by_name")]
    pub format: Format,
    /// The folder below `data/` that is read; all of `data/` if `None`.
    pub folder: Option<String>,
    /// Top folders of its archives that hold no samples, and are not unpacked.
    #[serde(default)]
    pub leave_out: Vec<String>,
    /// Why it must be downloaded by hand; `None` if a program can download it.
    pub by_hand: Option<String>,
    /// The official files, all of which are fetched.
    pub files: Vec<KnownFile>,
}

/// A file as its makers publish it.
#[derive(Clone, Debug, Deserialize)]
pub struct KnownFile {
    /// The file name, without folders; a mirror must use the same.
    pub name: String,
    /// Its length in bytes, if its makers published it.
    pub size_bytes: Option<u64>,
    /// Its SHA-256 in lower-case hex, if its makers published one.
    pub sha256: Option<String>,
    /// Its addresses, in the order in which they are tried.
    pub addresses: Vec<String>,
    /// True if it must be unpacked before it is read. Default: false.
    #[serde(default)]
    pub unpack: bool,
}

impl Catalogue {
    /// The catalogue this crate carries.
    pub fn official() -> &'static Self {
        &OFFICIAL
    }

    /// Reads a catalogue.
    ///
    /// # Errors
    /// The text is not a catalogue; the error says where.
    pub fn from_json(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// The data set of that name; case, `-` and `_` don't matter.
    pub fn find(&self, name: &str) -> Option<&Known> {
        self.sets.iter().find(|known| bare(&known.name) == bare(name))
    }

    /// The names of the data sets, in the order of [`Self::sets`].
    pub fn names(&self) -> Vec<&str> {
        self.sets.iter().map(|known| known.name.as_str()).collect()
    }
}

/// The data set of that name (`CIFAR-10` finds `cifar10`).
pub fn find(name: &str) -> Option<&'static Known> {
    Catalogue::official().find(name)
}

/// The names of the data sets in the official catalogue.
pub fn names() -> Vec<&'static str> {
    Catalogue::official().names()
}

fn bare(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

fn format_by_name<'de, D: Deserializer<'de>>(from: D) -> Result<Format, D::Error> {
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_official_catalogue_is_well_formed() {
        let official = Catalogue::from_json(include_str!("../../data/known.json")).unwrap();
        assert_eq!(official.names().len(), Catalogue::official().names().len());
        for known in &official.sets {
            assert!(!known.checksums.is_empty(), "{}: whose hashes are they?", known.name);
            for file in &known.files {
                assert_eq!(file.addresses.is_empty(), known.by_hand.is_some(), "{}", file.name);
                for address in &file.addresses {
                    assert!(address.ends_with(&format!("/{}", file.name)), "{address}");
                }
                if let Some(hash) = &file.sha256 {
                    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
                    assert!(hash.len() == 64 && hash.chars().all(hex), "{hash}");
                    assert!(file.size_bytes.is_some());
                }
            }
        }
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        let name = |asked| Catalogue::official().find(asked).map(|k| k.name.as_str());
        assert_eq!(name("CIFAR-10"), Some("cifar10"));
        assert_eq!(name("fashion_mnist"), Some("fashion-mnist"));
        assert_eq!(name("imagenet1k"), Some("imagenet-1k"));
        assert_eq!(name("cifar"), None);
    }
}
