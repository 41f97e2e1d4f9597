//! The label index of the embedded hub, for data sets that are opened by name.
//!
//! It is in the catalog's database (`catalog.db` in the hub's home, or `HUB_DATABASE_URL`) and makes queries faster; if
//! the database can't be opened, queries read the labels instead.

use hub_catalog::index::SynsetIndex;
use tokio::sync::OnceCell;

use crate::console::Console;

/// The index, opened when it is first needed.
#[derive(Debug, Default)]
pub struct HomeIndex(OnceCell<Option<SynsetIndex>>);

impl HomeIndex {
    /// The index in the database at an address; `None`, with a note, where it can't be opened.
    pub async fn get(&self, database_url: &str, console: &Console) -> Option<SynsetIndex> {
        let open = || async {
            match hub_catalog::open(database_url).await {
                Ok(catalog) => Some(catalog.synset_index()),
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
