//! The label index of the embedded hub, where a data set is one of its own.
//!
//! It lies in the catalog's database (`catalog.db` in the hub's home, or `HUB_DATABASE_URL`) and speeds questions
//! up; a hub whose database can't be opened answers them by reading the labels.

use std::sync::Arc;

use hub_catalog::index::SynsetIndex;
use hub_dataset::LabelIndex;
use hub_query::{ViewRows, view_rows};
use hub_schema::Location;
use hub_stream::Filter;
use tokio::sync::OnceCell;

use crate::args::ViewRef;
use crate::context::Context;
use crate::errors::Failure;

/// The index, opened when it is first needed.
#[derive(Debug, Default)]
pub struct HomeIndex(OnceCell<Option<SynsetIndex>>);

impl Context {
    /// The label index that knows the data set at a location; `None` for places that have none.
    pub async fn label_index(&self, location: &Location) -> Option<SynsetIndex> {
        match self.resolve(location) {
            Location::Name(_) => self.index.0.get_or_init(|| self.open_index()).await.clone(),
            _ => None,
        }
    }

    /// A condition on the rows of the data set at a location.
    pub async fn filter(&self, condition: &str, location: &Location) -> Filter {
        let index = self.label_index(location).await;
        Filter::new(condition).with_index(index.map(|index| Arc::new(index) as Arc<dyn LabelIndex>))
    }

    /// The rows of a view of the data set at a location.
    pub async fn view(&self, location: &Location, view: &ViewRef) -> anyhow::Result<ViewRows> {
        let dataset = self.open(location).await?;
        let Some((_, stored)) = dataset.view(&view.name, view.version).await? else {
            let known: Vec<String> = dataset.views().await?.iter().map(ToString::to_string).collect();
            let message = match view.version {
                Some(version) => format!("no view '{}:{version}'", view.name),
                None => format!("no view '{}'; there are: {}", view.name, known.join(", ")),
            };
            return Err(Failure::not_found(message).hint("`hub view NAME` lists them").into());
        };
        let index = self.label_index(location).await;
        Ok(view_rows(&dataset, &stored, index.map(|index| Arc::new(index) as Arc<dyn LabelIndex>)).await?)
    }

    async fn open_index(&self) -> Option<SynsetIndex> {
        match hub_catalog::open(&self.database_url()).await {
            Ok(catalog) => Some(catalog.synset_index()),
            Err(e) => {
                self.note(&format!("warning: the label index can't be used, so labels are read: {e}"));
                None
            }
        }
    }

    /// The catalog's database.
    pub fn database_url(&self) -> String {
        let set = std::env::var("HUB_DATABASE_URL").ok().filter(|url| !url.is_empty());
        set.unwrap_or_else(|| format!("sqlite://{}", self.home.path().join("catalog.db").display()))
    }
}
