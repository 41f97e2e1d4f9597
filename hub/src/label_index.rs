//! The label index of the embedded hub, for data sets that are opened by name.
//!
//! It is in the catalog's database (`catalog.db` in the hub's home, or `HUB_DATABASE_URL`) and makes queries faster; if
//! the database can't be opened, queries read the labels instead.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;

use hub_catalog::index::SynsetIndex;
use tokio::sync::OnceCell;

use crate::console::Console;

/// Whether this user may write to the database's file, and beside it, as SQLite must; true for other databases.
fn may_write(database_url: &str) -> bool {
    let Some(file) = database_url.strip_prefix("sqlite://").map(Path::new) else { return true };
    let Some(folder) = file.parent() else { return true };
    let is_refused = |error: std::io::Error| {
        matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
    };
    let file = OpenOptions::new().append(true).open(file).map(drop);
    !file.is_err_and(is_refused) && !tempfile::tempfile_in(folder).is_err_and(is_refused)
}

/// The index, opened when it is first needed.
#[derive(Debug, Default)]
pub struct HomeIndex(OnceCell<Option<SynsetIndex>>);

impl HomeIndex {
    /// The index in the database at an address; `None`, with a note, where it can't be opened.
    pub async fn get(&self, database_url: &str, console: &Console) -> Option<SynsetIndex> {
        let open = || async {
            match hub_catalog::open(database_url).await {
                Ok(catalog) => Some(catalog.synset_index()),
                // Who may only read a home of several people reads the labels, which gives the same answers.
                Err(_) if !may_write(database_url) => None,
                Err(e) => {
                    console.note(&format!(
                        "warning: the label index can't be opened, so the labels are read instead: {e}"
                    ));
                    None
                }
            }
        };
        self.0.get_or_init(open).await.clone()
    }
}
